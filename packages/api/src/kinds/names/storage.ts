import type { KindNames } from '../../late-kind.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** Volumes: their names. What they do is in `../late/storage.ts`. */

export const csiDriver = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  singular: 'csidriver',
  namespaced: false,
  storageVersionHash: 'hL6j/rwBV5w=',
  schema: schemaOf('io.k8s.api.storage.v1.CSIDriver'),
} satisfies KindNames;

export const csiStorageCapacity = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  namespaced: true,
  storageVersionHash: 'xeVl+2Ly1kE=',
  schema: schemaOf('io.k8s.api.storage.v1.CSIStorageCapacity'),
} satisfies KindNames;

export const persistentVolume = {
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
} satisfies KindNames;

export const persistentVolumeClaim = {
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
} satisfies KindNames;

export const volumeAttachment = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  singular: 'volumeattachment',
  namespaced: false,
  storageVersionHash: 'tJx/ezt6UDU=',
  schema: schemaOf('io.k8s.api.storage.v1.VolumeAttachment'),
  subresources: [{ type: 'update', name: 'status' }],
} satisfies KindNames;
