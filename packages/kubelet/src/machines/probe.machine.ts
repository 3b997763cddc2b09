import { compileMachine, type MachineDefinition } from './machine-table.ts';

export type ProbeState = 'idle' | 'unknown' | 'succeeding' | 'failing' | 'onHold';

export type ProbeEvent =
  /** A container runs that has not been probed yet. */
  | 'containerStarted'
  /** successThreshold is reached. */
  | 'succeeded'
  /** failureThreshold is reached, and the container lives on (readiness). */
  | 'failed'
  /** failureThreshold is reached, and the container must go (liveness, startup). */
  | 'condemned'
  /** A startup probe that has succeeded has done its work. */
  | 'done'
  | 'containerStopped';

export type ProbeEffect = 'setSuccess' | 'setFailure' | 'setInitial' | 'clear';

/**
 * What a probe knows of the container that runs.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/prober/worker.go
 */
export const probeMachine: MachineDefinition<ProbeState, ProbeEvent, ProbeEffect> = {
  id: 'probe',
  initial: 'idle',
  states: {
    idle: {
      on: { containerStarted: { target: 'unknown', actions: ['setInitial'] } },
    },
    unknown: {
      on: {
        succeeded: { target: 'succeeding', actions: ['setSuccess'] },
        failed: { target: 'failing', actions: ['setFailure'] },
        condemned: { target: 'onHold', actions: ['setFailure'] },
        done: { target: 'onHold', actions: ['setSuccess'] },
        containerStopped: { target: 'idle', actions: ['clear'] },
      },
    },
    succeeding: {
      on: {
        failed: { target: 'failing', actions: ['setFailure'] },
        condemned: { target: 'onHold', actions: ['setFailure'] },
        containerStopped: { target: 'idle', actions: ['clear'] },
      },
    },
    failing: {
      on: {
        succeeded: { target: 'succeeding', actions: ['setSuccess'] },
        containerStopped: { target: 'idle', actions: ['clear'] },
      },
    },
    // Nothing is asked until there is a new container.
    onHold: {
      on: { containerStopped: { target: 'idle', actions: ['clear'] } },
    },
  },
};

export const probeTable = compileMachine(probeMachine);
