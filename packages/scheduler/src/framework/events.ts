import type { KubeObject } from '@tabernetes/apimachinery';

/**
 * A change of the cluster that may make a Pod schedulable.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/types.go ActionType
 */
export interface ClusterEvent {
  readonly resource: EventResource;
  readonly action: EventAction;
  readonly object?: KubeObject;
  readonly old?: KubeObject;
}

export type EventResource =
  | 'Node'
  /** A Pod that has a node. */
  | 'AssignedPod'
  /** The waiting Pod itself. */
  | 'Pod'
  | 'PersistentVolume'
  | 'PersistentVolumeClaim'
  | 'StorageClass'
  | 'CSINode'
  | 'CSIDriver'
  | 'CSIStorageCapacity'
  | 'VolumeAttachment'
  /** Kinds that no plugin waits for. */
  | 'Other';

export type EventAction =
  | 'Add'
  | 'Delete'
  | 'Update'
  | 'UpdateNodeAllocatable'
  | 'UpdateNodeLabel'
  | 'UpdateNodeTaint'
  | 'UpdatePodLabel'
  | 'UpdatePodScaleDown'
  | 'UpdatePodTolerations'
  | 'UpdatePodSchedulingGatesEliminated';
