import { kinds } from '@tabernetes/api';
import type { PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import { objectKey } from '@tabernetes/apimachinery';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { claimKeysOfPod, PODS_BY_CLAIM, volumesOfPod } from '../volumes/claim-keys.ts';
import { dropFinalizer } from './drop-finalizer.ts';

const FINALIZER = 'kubernetes.io/pvc-protection';

/**
 * Lets a claim that is being deleted go when no Pod uses it any more.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/volume/pvcprotection/pvc_protection_controller.go
 */
export function pvcProtectionController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const claims = informers.for(kinds.persistentVolumeClaim);
  const pods = informers.for(kinds.pod);
  pods.addIndex(PODS_BY_CLAIM, claimKeysOfPod, volumesOfPod);
  return createController(context, {
    name: 'persistentvolumeclaim-protection-controller',
    informers: [claims, pods],
    watch: (queue) => {
      const look = (claim: PersistentVolumeClaim): void => {
        if (claim.metadata.deletionTimestamp !== undefined) queue.add(objectKey(claim));
      };
      const release = (pod: Pod): void => {
        for (const key of claimKeysOfPod(pod)) queue.add(key);
      };
      return [
        claims.addHandler({ onAdd: look, onUpdate: look }),
        pods.addHandler({
          onUpdate: (pod, old) => hasEnded(pod) !== hasEnded(old) && release(pod),
          onDelete: release,
        }),
      ];
    },
    async reconcile(key, signal) {
      const claim = claims.lister.byKey(key);
      if (claim?.metadata.deletionTimestamp === undefined) return DONE;
      if (pods.lister.byIndex(PODS_BY_CLAIM, key).some(uses)) return DONE;
      await dropFinalizer(client.resource(kinds.persistentVolumeClaim), claim, FINALIZER, signal);
      return DONE;
    },
  });
}

/** A Pod that has ended, or that no node has begun, holds nothing. */
const uses = (pod: Pod): boolean => !hasEnded(pod) && (pod.spec?.nodeName ?? '') !== '';
const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
