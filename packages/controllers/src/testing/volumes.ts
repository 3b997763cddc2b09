import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import type { StorageClass } from '@tabernetes/api/types/storage-v1';

/** A hostPath volume of class `manual`, unless the spec says otherwise. */
export const volume = (
  name: string,
  storage: string,
  spec: Partial<NonNullable<PersistentVolume['spec']>> = {},
): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    capacity: { storage },
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'manual',
    ...(spec.nfs === undefined && { hostPath: { path: `/tmp/${name}` } }),
    ...spec,
  },
});

/** ReadWriteOnce of class `manual`, unless the spec says otherwise. */
export const claim = (
  name: string,
  storage: string,
  spec: Partial<NonNullable<PersistentVolumeClaim['spec']>> = {},
): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'manual',
    resources: { requests: { storage } },
    ...spec,
  },
});

export const storageClass = (name: string, provisioner: string, more: Partial<StorageClass> = {}): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner,
  ...more,
});
