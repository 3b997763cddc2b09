import { kinds } from '@tabernetes/api';
import type { PersistentVolume } from '@tabernetes/api/types/core-v1';
import { objectKey } from '@tabernetes/apimachinery';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { addFinalizer, dropFinalizer } from './finalizer.ts';

const FINALIZER = 'kubernetes.io/pv-protection';

/**
 * Lets a volume that is being deleted go when it is bound to no claim.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/volume/pvprotection/pv_protection_controller.go
 */
export function pvProtectionController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const volumes = informers.for(kinds.persistentVolume);
  return createController(context, {
    name: 'persistentvolume-protection-controller',
    informers: [volumes],
    watch: (queue) => {
      const look = (volume: PersistentVolume): void => {
        const { deletionTimestamp, finalizers } = volume.metadata;
        if ((deletionTimestamp !== undefined) === (finalizers?.includes(FINALIZER) === true))
          queue.add(objectKey(volume));
      };
      return [volumes.addHandler({ onAdd: look, onUpdate: look })];
    },
    async reconcile(key, signal) {
      const volume = volumes.lister.byKey(key);
      if (volume === undefined) return DONE;
      const write = client.resource(kinds.persistentVolume);
      if (volume.metadata.deletionTimestamp === undefined) await addFinalizer(write, volume, FINALIZER, signal);
      else if (volume.status?.phase !== 'Bound') await dropFinalizer(write, volume, FINALIZER, signal);
      return DONE;
    },
  });
}
