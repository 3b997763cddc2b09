import { kinds } from '@tabernetes/api';
import type { Job } from '@tabernetes/api/types/batch-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { objectKey, StatusError } from '@tabernetes/apimachinery';
import type { Client } from '@tabernetes/client';
import { BY_CONTROLLER, indexByController } from '../pods/indexes.ts';
import { controllerOf } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { finishedCondition } from './conditions.ts';
import { isManagedElsewhere, isTracked, TRACKING_FINALIZER } from './job-shape.ts';

/**
 * Takes the finalizer from Pods that nobody counts any more: their Job has ended or is gone, or they have left it.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/job/job_controller.go syncOrphanPod
 */
export function releaseJobPods(context: ControllerContext): Controller {
  const { client, informers } = context;
  const jobs = informers.for(kinds.job);
  const pods = informers.for(kinds.pod);
  indexByController(pods);

  function isAbandoned(pod: Pod): boolean {
    if (!isTracked(pod)) return false;
    const owner = controllerOf(pod);
    if (owner === undefined) return true;
    if (owner.kind !== 'Job' || owner.apiVersion !== 'batch/v1') return false;
    const job = jobs.lister.get(owner.name, pod.metadata.namespace);
    if (job?.metadata.uid !== owner.uid) return true;
    return finishedCondition(job) !== undefined && !isManagedElsewhere(job);
  }

  return createController(context, {
    name: 'job-controller',
    ...JOB_RETRY,
    informers: [jobs, pods],
    watch: (queue) => {
      const look = (pod: Pod): void => {
        if (isAbandoned(pod)) queue.add(objectKey(pod));
      };
      const lookAtAll = ({ metadata }: Job): void => {
        for (const pod of pods.lister.byIndex(BY_CONTROLLER, metadata.uid ?? '')) look(pod);
      };
      return [
        pods.addHandler({ onAdd: look, onUpdate: look }),
        jobs.addHandler({
          onUpdate: (job) => finishedCondition(job) !== undefined && lookAtAll(job),
          onDelete: lookAtAll,
        }),
      ];
    },
    async reconcile(key, signal) {
      const pod = pods.lister.byKey(key);
      if (pod !== undefined && isAbandoned(pod)) await removeFinalizer(client, pod, signal);
      return DONE;
    },
  });
}

/** Milliseconds between tries of what the server refuses. */
export const JOB_RETRY = { baseDelayMs: 1000, maxDelayMs: 60_000 };

/** A Pod that is gone has none. */
export async function removeFinalizer(client: Client, pod: Pod, signal: AbortSignal): Promise<void> {
  if (!isTracked(pod)) return;
  const { name = '', namespace } = pod.metadata;
  const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] } };
  try {
    await client.resource(kinds.pod).patch(name, namespace, 'strategic', patch, { signal });
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
  }
}
