import type { PersistentVolume, PersistentVolumeClaim, Service } from '@tabernetes/api/types/core-v1';
import type { PodDisruptionBudget } from '@tabernetes/api/types/policy-v1';
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
} from '@tabernetes/api/types/storage-v1';
import type { Labels, Selector } from '@tabernetes/apimachinery';

/** What plugins look up besides nodes and Pods. Kinds that are not served are as if there were none. */
export interface ClusterSources {
  namespaceLabels(name: string): Labels | undefined;
  namespaces(): readonly { readonly name: string; readonly labels: Labels | undefined }[];
  services(namespace: string): readonly Service[];
  /** What the ReplicaSet, StatefulSet or ReplicationController selects; undefined: no such object, or another kind. */
  controllerSelector(namespace: string, apiVersion: string, kind: string, name: string): Selector | undefined;
  /** By `namespace/name`. */
  claim(key: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  /** Of one class; '' are those without. */
  volumesOfClass(storageClass: string): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
  csiNode(name: string): CSINode | undefined;
  csiDriver(name: string): CSIDriver | undefined;
  storageCapacities(): readonly CSIStorageCapacity[];
  volumeAttachments(node: string): readonly VolumeAttachment[];
  disruptionBudgets(namespace: string): readonly PodDisruptionBudget[];
}

/** A cluster of nodes and Pods alone. */
export const NO_SOURCES: ClusterSources = {
  namespaceLabels: () => undefined,
  namespaces: () => [],
  services: () => [],
  controllerSelector: () => undefined,
  claim: () => undefined,
  volume: () => undefined,
  volumesOfClass: () => [],
  storageClass: () => undefined,
  csiNode: () => undefined,
  csiDriver: () => undefined,
  storageCapacities: () => [],
  volumeAttachments: () => [],
  disruptionBudgets: () => [],
};
