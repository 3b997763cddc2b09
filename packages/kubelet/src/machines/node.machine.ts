import { compileMachine, type MachineDefinition } from './machine-table.ts';

export type NodeState = 'stopped' | 'registering' | 'notReady' | 'ready';

export type NodeEvent =
  /** The kubelet starts. */
  | 'start'
  | 'registered'
  /** The container runtime and its network answer. */
  | 'wellAgain'
  /** The network or the runtime is not ready. */
  | 'unwell'
  /** The kubelet stops; containers live on. */
  | 'stop';

export type NodeEffect = 'register' | 'reportReady' | 'reportNotReady' | 'startHeartbeats' | 'stopHeartbeats';

/**
 * A node as its kubelet reports it. That a node is Unknown is what others say of it.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kubelet_node_status.go
 */
export const nodeMachine: MachineDefinition<NodeState, NodeEvent, NodeEffect> = {
  id: 'node',
  initial: 'stopped',
  states: {
    stopped: {
      on: { start: { target: 'registering', actions: ['register'] } },
    },
    registering: {
      on: {
        registered: { target: 'ready', actions: ['reportReady', 'startHeartbeats'] },
        stop: { target: 'stopped' },
      },
    },
    ready: {
      on: {
        unwell: { target: 'notReady', actions: ['reportNotReady'] },
        stop: { target: 'stopped', actions: ['stopHeartbeats'] },
      },
    },
    notReady: {
      on: {
        wellAgain: { target: 'ready', actions: ['reportReady'] },
        stop: { target: 'stopped', actions: ['stopHeartbeats'] },
      },
    },
  },
};

export const nodeTable = compileMachine(nodeMachine);
