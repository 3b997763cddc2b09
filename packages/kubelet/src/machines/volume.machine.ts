import { compileMachine, type MachineDefinition } from './machine-table.ts';

export type VolumeState = 'unmounted' | 'mounting' | 'backingOff' | 'mounted' | 'gone';

export type VolumeEvent =
  /** The Pod is here and wants it. */
  | 'mount'
  | 'mounted'
  | 'failed'
  /** The back-off is over. */
  | 'retry'
  /** What it shows has changed. */
  | 'changed'
  /** The Pod has ended. */
  | 'unmount';

export type VolumeEffect = 'setUp' | 'reportFailure' | 'update' | 'tearDown';

/**
 * One volume of one Pod. Back-off runs from 0.5 s to 2 min 2 s.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/volumemanager/reconciler/reconciler.go
 */
export const volumeMachine: MachineDefinition<VolumeState, VolumeEvent, VolumeEffect> = {
  id: 'volume',
  initial: 'unmounted',
  states: {
    unmounted: {
      on: {
        mount: { target: 'mounting', actions: ['setUp'] },
        unmount: { target: 'gone' },
      },
    },
    mounting: {
      on: {
        mounted: { target: 'mounted' },
        failed: { target: 'backingOff', actions: ['reportFailure'] },
        unmount: { target: 'gone', actions: ['tearDown'] },
      },
    },
    backingOff: {
      on: {
        retry: { target: 'mounting', actions: ['setUp'] },
        unmount: { target: 'gone' },
      },
    },
    mounted: {
      on: {
        changed: { target: 'mounted', actions: ['update'] },
        unmount: { target: 'gone', actions: ['tearDown'] },
      },
    },
    gone: { type: 'final' },
  },
};

export const volumeTable = compileMachine(volumeMachine);
