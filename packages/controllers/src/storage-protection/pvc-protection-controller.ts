import { kinds } from '@tabernetes/api';
import type { PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, objectKey } from '@tabernetes/apimachinery';
import { controllerOf } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { claimKeysOfPod, PODS_BY_CLAIM, volumesOfPod } from '../volumes/claim-keys.ts';
import { addFinalizer, dropFinalizer } from './finalizer.ts';

const FINALIZER = 'kubernetes.io/pvc-protection';

/**
 * Lets a claim that is being deleted go when no Pod is left that uses it, whether that one runs or has ended.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/volume/pvcprotection/pvc_protection_controller.go
 */
export function pvcProtectionController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const claims = informers.for(kinds.persistentVolumeClaim);
  const pods = informers.for(kinds.pod);
  pods.addIndex(PODS_BY_CLAIM, claimKeysOfPod, volumesOfPod);
  const isUsed = (key: string, claim: PersistentVolumeClaim): boolean =>
    pods.lister.byIndex(PODS_BY_CLAIM, key).some((pod) => uses(pod, claim));
  return createController(context, {
    name: 'persistentvolumeclaim-protection-controller',
    informers: [claims, pods],
    watch: (queue) => {
      const look = (claim: PersistentVolumeClaim): void => {
        const { deletionTimestamp, finalizers } = claim.metadata;
        if ((deletionTimestamp !== undefined) === (finalizers?.includes(FINALIZER) === true))
          queue.add(objectKey(claim));
      };
      const release = (pod: Pod): void => {
        for (const key of claimKeysOfPod(pod)) queue.add(key);
      };
      return [
        claims.addHandler({ onAdd: look, onUpdate: look }),
        pods.addHandler({
          onUpdate: (pod, old) => isShutDown(pod) && !isShutDown(old) && release(pod),
          onDelete: release,
        }),
      ];
    },
    async reconcile(key, signal) {
      const claim = claims.lister.byKey(key);
      if (claim === undefined) return DONE;
      const write = client.resource(kinds.persistentVolumeClaim);
      if (claim.metadata.deletionTimestamp === undefined) await addFinalizer(write, claim, FINALIZER, signal);
      else if (!isUsed(key, claim)) {
        // Upstream asks the API server too, since its cache may be behind; that it lists all Pods takes longer with every Pod, and
        // the cache has by the time of any answer what was there at the question. Whoever hears of the same Pod has acted by then:
        // a StatefulSet that wants its Pod back finds the claim still on its way.
        const { name = '', namespace, uid } = claim.metadata;
        const now = await clock.hold(write.get(name, namespace, { signal }).catch(ignoreNotFound));
        if (now?.metadata.uid === uid && !isUsed(key, claim)) await dropFinalizer(write, claim, FINALIZER, signal);
      }
      return DONE;
    },
  });
}

/** A Pod that no node has begun holds nothing. A claim made for a Pod does not wait for that one's finalizers. */
function uses(pod: Pod, claim: PersistentVolumeClaim): boolean {
  const { nodeName = '', volumes = [] } = pod.spec ?? {};
  if (nodeName === '') return false;
  if (volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata.name))
    return true;
  return !isShutDown(pod) && controllerOf(claim)?.uid === pod.metadata.uid;
}

/** Its node has finished with it, or it was deleted without waiting for the node. */
const isShutDown = ({ metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
