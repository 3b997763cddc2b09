import type { PersistentVolume, PersistentVolumeClaim } from '../../generated/core-v1.ts';
import type { CSIDriver, CSIStorageCapacity, VolumeAttachment } from '../../generated/storage-v1.ts';
import { lateKind } from '../../late-kind.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** Volumes: all but their names is in this file, which is fetched when one of them is needed. */
const whole = () => import('../late/storage.ts');

export const csiDriver = lateKind<CSIDriver>(
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'CSIDriver',
    plural: 'csidrivers',
    singular: 'csidriver',
    namespaced: false,
    storageVersionHash: 'hL6j/rwBV5w=',
    schema: schemaOf('io.k8s.api.storage.v1.CSIDriver'),
  },
  async () => (await whole()).csiDriver,
);

export const csiStorageCapacity = lateKind<CSIStorageCapacity>(
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'CSIStorageCapacity',
    plural: 'csistoragecapacities',
    singular: 'csistoragecapacity',
    namespaced: true,
    storageVersionHash: 'xeVl+2Ly1kE=',
    schema: schemaOf('io.k8s.api.storage.v1.CSIStorageCapacity'),
  },
  async () => (await whole()).csiStorageCapacity,
);

export const persistentVolume = lateKind<PersistentVolume>(
  {
    group: '',
    version: 'v1',
    kind: 'PersistentVolume',
    plural: 'persistentvolumes',
    singular: 'persistentvolume',
    namespaced: false,
    shortNames: ['pv'],
    storageVersionHash: 'HN/zwEC+JgM=',
    schema: schemaOf('io.k8s.api.core.v1.PersistentVolume'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await whole()).persistentVolume,
);

export const persistentVolumeClaim = lateKind<PersistentVolumeClaim>(
  {
    group: '',
    version: 'v1',
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    singular: 'persistentvolumeclaim',
    namespaced: true,
    shortNames: ['pvc'],
    storageVersionHash: 'QWTyNDq0dC4=',
    schema: schemaOf('io.k8s.api.core.v1.PersistentVolumeClaim'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await whole()).persistentVolumeClaim,
);

export const volumeAttachment = lateKind<VolumeAttachment>(
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'VolumeAttachment',
    plural: 'volumeattachments',
    singular: 'volumeattachment',
    namespaced: false,
    storageVersionHash: 'tJx/ezt6UDU=',
    schema: schemaOf('io.k8s.api.storage.v1.VolumeAttachment'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await whole()).volumeAttachment,
);
