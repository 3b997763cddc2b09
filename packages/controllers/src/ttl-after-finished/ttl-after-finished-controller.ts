import { kinds } from '@tabernetes/api';
import type { Job } from '@tabernetes/api/types/batch-v1';
import { objectKey, StatusError } from '@tabernetes/apimachinery';
import { finishedCondition } from '../job/conditions.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';

/**
 * Deletes Jobs, with their Pods, ttlSecondsAfterFinished after their end.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
 */
export function ttlAfterFinishedController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const jobs = informers.for(kinds.job);
  const write = client.resource(kinds.job);
  return createController(context, {
    name: 'ttl-after-finished-controller',
    informers: [jobs],
    watch: (queue) => {
      const look = (job: Job): void => {
        if (expiresAtMs(job) !== undefined) queue.add(objectKey(job));
      };
      return [jobs.addHandler({ onAdd: look, onUpdate: look })];
    },
    async reconcile(key, signal) {
      const cached = jobs.lister.byKey(key);
      const expiry = cached && expiresAtMs(cached);
      if (cached === undefined || expiry === undefined) return DONE;
      if (expiry > clock.now()) return { requeueAfterMs: expiry - clock.now() };
      const { name = '', namespace } = cached.metadata;
      try {
        // Somebody may have given it more time a moment ago.
        const fresh = await write.get(name, namespace, { signal });
        const freshExpiry = expiresAtMs(fresh);
        if (freshExpiry === undefined) return DONE;
        if (freshExpiry > clock.now()) return { requeueAfterMs: freshExpiry - clock.now() };
        const preconditions = { uid: fresh.metadata.uid ?? '' };
        await write.delete(name, namespace, { propagationPolicy: 'Foreground', preconditions, signal });
      } catch (error) {
        if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
      }
      return DONE;
    },
  });
}

/** Milliseconds since the epoch; undefined: not finished, without a time to live, or on its way already. */
function expiresAtMs(job: Job): number | undefined {
  const ttlSeconds = job.spec?.ttlSecondsAfterFinished;
  const finishedAt = finishedCondition(job)?.lastTransitionTime;
  if (ttlSeconds === undefined || finishedAt === undefined || job.metadata.deletionTimestamp !== undefined)
    return undefined;
  return Date.parse(finishedAt) + ttlSeconds * 1000;
}
