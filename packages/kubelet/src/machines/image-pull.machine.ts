import { compileMachine, type MachineDefinition } from './machine-table.ts';

export type ImagePullState = 'absent' | 'pulling' | 'backingOff' | 'present';

export type ImagePullEvent =
  /** A container wants the image, and nothing holds us back. */
  | 'pull'
  /** A container wants the image too soon after a pull that failed. */
  | 'tooSoon'
  | 'pulled'
  | 'failed';

export type ImagePullEffect = 'reportPulling' | 'pullImage' | 'reportPulled' | 'reportFailure' | 'reportBackOff';

/**
 * One image that one Pod wants and the node has not got. Back-off runs from 10 s to 5 min.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/images/image_manager.go
 */
export const imagePullMachine: MachineDefinition<ImagePullState, ImagePullEvent, ImagePullEffect> = {
  id: 'imagePull',
  initial: 'absent',
  states: {
    absent: {
      on: { pull: { target: 'pulling', actions: ['reportPulling', 'pullImage'] } },
    },
    pulling: {
      on: {
        pulled: { target: 'present', actions: ['reportPulled'] },
        failed: { target: 'backingOff', actions: ['reportFailure'] },
      },
    },
    backingOff: {
      on: {
        pull: { target: 'pulling', actions: ['reportPulling', 'pullImage'] },
        tooSoon: { target: 'backingOff', actions: ['reportBackOff'] },
      },
    },
    // imagePullPolicy Always pulls what is there.
    present: {
      on: { pull: { target: 'pulling', actions: ['reportPulling', 'pullImage'] } },
    },
  },
};

export const imagePullTable = compileMachine(imagePullMachine);
