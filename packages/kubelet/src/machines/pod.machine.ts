import { compileMachine, type MachineDefinition } from './machine-table.ts';

export type PodState = 'pending' | 'syncing' | 'terminating' | 'terminated' | 'finished';

export type PodEvent =
  /** The kubelet takes the Pod. */
  | 'admit'
  /** The kubelet refuses it: it never runs here. */
  | 'reject'
  /** Deleted, evicted, past its deadline, or all of its containers have ended for good. */
  | 'terminate'
  /** No container runs any more. */
  | 'stopped'
  /** Its volumes are unmounted and its addresses given back. */
  | 'released'
  /** The API server has forgotten it before we were done. */
  | 'remove';

export type PodEffect = 'reportRejection' | 'startContainers' | 'stopContainers' | 'releaseVolumes' | 'reportFinished';

/**
 * How a kubelet looks at a Pod that is bound to its node.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/pod_workers.go
 */
export const podMachine: MachineDefinition<PodState, PodEvent, PodEffect> = {
  id: 'pod',
  initial: 'pending',
  states: {
    pending: {
      on: {
        admit: { target: 'syncing', actions: ['startContainers'] },
        reject: { target: 'finished', actions: ['reportRejection'] },
        terminate: { target: 'terminating', actions: ['stopContainers'] },
        remove: { target: 'terminating', actions: ['stopContainers'] },
      },
    },
    syncing: {
      on: {
        terminate: { target: 'terminating', actions: ['stopContainers'] },
        remove: { target: 'terminating', actions: ['stopContainers'] },
      },
    },
    terminating: {
      on: {
        stopped: { target: 'terminated', actions: ['releaseVolumes'] },
      },
    },
    terminated: {
      on: {
        released: { target: 'finished', actions: ['reportFinished'] },
      },
    },
    finished: { type: 'final' },
  },
};

export const podTable = compileMachine(podMachine);
