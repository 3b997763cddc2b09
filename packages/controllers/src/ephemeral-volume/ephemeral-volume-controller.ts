import { kinds } from '@tabernetes/api';
import type { PersistentVolumeClaim, Pod, Volume } from '@tabernetes/api/types/core-v1';
import { objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { ownerReference } from '../pods/claim.ts';
import { controllerOf } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, TryAgain } from '../runtime/controller.ts';
import { claimKeysOfPod, PODS_BY_CLAIM, volumesOfPod } from '../volumes/claim-keys.ts';

/**
 * Makes the claims of Pods' generic ephemeral volumes. Claims go with their Pods, which own them.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/volume/ephemeral/controller.go
 */
export function ephemeralVolumeController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const pods = informers.for(kinds.pod);
  const claims = informers.for(kinds.persistentVolumeClaim);
  const write = client.resource(kinds.persistentVolumeClaim);
  const recorder = createEventRecorder(context, { component: 'ephemeral_volume' });
  pods.addIndex(PODS_BY_CLAIM, claimKeysOfPod, volumesOfPod);

  /** Why the volume cannot have its claim; undefined: it has it. */
  async function ensure(pod: Pod, volume: Volume, signal: AbortSignal): Promise<string | undefined> {
    if (volume.ephemeral === undefined) return undefined;
    const { namespace = '' } = pod.metadata;
    const name = `${pod.metadata.name}-${volume.name}`;
    const claim = claims.lister.get(name, namespace);
    if (claim !== undefined)
      return controllerOf(claim)?.uid === pod.metadata.uid
        ? undefined
        : `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
    const { metadata, spec } = volume.ephemeral.volumeClaimTemplate ?? {};
    const made: PersistentVolumeClaim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name,
        namespace,
        ownerReferences: [ownerReference(pod)],
        ...(metadata?.annotations && { annotations: metadata.annotations }),
        ...(metadata?.labels && { labels: metadata.labels }),
      },
      ...(spec && { spec }),
    };
    try {
      await write.create(made, { signal });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return `create PVC ${name}: ${error.message}`;
    }
    return undefined;
  }

  return createController(context, {
    name: 'ephemeral-volume-controller',
    informers: [pods, claims],
    watch: (queue) => {
      const look = (pod: Pod): void => {
        if (pod.metadata.deletionTimestamp !== undefined) return;
        if (pod.spec?.volumes?.some(({ ephemeral }) => ephemeral !== undefined)) queue.add(objectKey(pod));
      };
      return [
        pods.addHandler({ onAdd: look }),
        claims.addHandler({
          onDelete: (claim) => pods.lister.byIndex(PODS_BY_CLAIM, objectKey(claim)).forEach(look),
        }),
      ];
    },
    async reconcile(key, signal) {
      const pod = pods.lister.byKey(key);
      if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return DONE;
      for (const volume of pod.spec?.volumes ?? []) {
        const problem = await ensure(pod, volume, signal);
        if (problem === undefined) continue;
        recorder.event(pod, 'Warning', 'FailedBinding', `ephemeral volume ${volume.name}: ${problem}`);
        throw new TryAgain(problem);
      }
      return DONE;
    },
  });
}
