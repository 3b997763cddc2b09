import { kinds } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';
import { lateController, objectsOf, STORAGE_PROVISIONER } from '@tabernetes/controllers';
import { type Addon, EVENTS, rights } from './addon.ts';

const USER = 'storage-provisioner';

/** A default StorageClass `standard` whose volumes are folders on the node of their first consumer. */
export const storageAddon = (): Addon => ({
  objects: [
    ...rights(USER, [
      {
        apiGroups: [''],
        resources: ['persistentvolumes'],
        verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'],
      },
      { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'list', 'watch', 'update'] },
      { apiGroups: [''], resources: ['persistentvolumeclaims/status'], verbs: ['update'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list', 'watch'] },
      EVENTS,
    ]),
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: STORAGE_PROVISIONER,
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    } as KubeObject,
  ],
  controllers: [
    {
      user: USER,
      // Fetched for the first claim or volume.
      make: (context) =>
        lateController(context, STORAGE_PROVISIONER, {
          needs: [objectsOf(kinds.persistentVolumeClaim), objectsOf(kinds.persistentVolume)],
          make: async () => (await import('@tabernetes/controllers/late/volumes')).storageProvisioner(context),
        }),
    },
  ],
});
