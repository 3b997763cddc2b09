import { kinds } from '@tabernetes/api';
import type { Namespace } from '@tabernetes/api/types/core-v1';
import { type KubeObject, objectKey, StatusError } from '@tabernetes/apimachinery';
import type { Client, ResourceReference } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, TryAgain } from '../runtime/controller.ts';
import { type Remaining, terminationConditions } from './conditions.ts';
import { namespacedResources } from './namespaced-resources.ts';

/** The finalizer in `spec.finalizers` that is ours. */
const FINALIZER = 'kubernetes';
/** After the deletion was asked for, so that other API servers have heard of it before content goes. */
const GRACE_MS = 5_000;
/** How soon objects that wait for finalizers are looked at again, at most. */
const FINALIZER_ESTIMATE_SECONDS = 15;

/**
 * Empties a Namespace that is being deleted, says in its conditions what is left, and lets it go when it is empty.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/namespace/deletion/namespaced_resources_deleter.go
 */
export function namespaceController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const namespaces = informers.for(kinds.namespace);
  const write = client.resource(kinds.namespace);

  return createController(context, {
    name: 'namespace-controller',
    informers: [namespaces],
    watch: (queue) => {
      const enqueue = (ns: Namespace): void => {
        if (ns.metadata.deletionTimestamp !== undefined) queue.addAfter(objectKey(ns), GRACE_MS);
      };
      return [namespaces.addHandler({ onAdd: enqueue, onUpdate: enqueue })];
    },
    async reconcile(key, signal) {
      const namespace = namespaces.lister.byKey(key);
      if (namespace?.metadata.deletionTimestamp === undefined) return DONE;
      const finalizers = namespace.spec?.finalizers ?? [];
      if (!finalizers.includes(FINALIZER)) return DONE;

      const { remaining, estimateSeconds } = await emptyNamespace(client, key, signal);
      const now = `${new Date(context.clock.now()).toISOString().slice(0, 19)}Z`;
      const conditions = terminationConditions(namespace.status?.conditions ?? [], remaining, now);
      const current = await write.updateStatus(
        { ...namespace, status: { ...namespace.status, phase: 'Terminating', conditions } },
        { signal },
      );
      if (remaining.failures.length > 0) throw new TryAgain(remaining.failures.join(', '));
      if (estimateSeconds > 0) return { requeueAfterMs: (Math.floor(estimateSeconds / 2) + 1) * 1000 };

      const spec = { ...current.spec, finalizers: finalizers.filter((f) => f !== FINALIZER) };
      await client
        .request({
          method: 'PUT',
          path: `/api/v1/namespaces/${key}/finalize`,
          headers: { 'content-type': 'application/json' },
          body: { kind: 'object', object: { ...current, spec } },
          signal,
        })
        .catch(ignoreNotFound);
      return DONE;
    },
  });
}

/** Deletes all that can be deleted; says what is still there, and how long that may take. */
async function emptyNamespace(
  client: Client,
  namespace: string,
  signal: AbortSignal,
): Promise<{ readonly remaining: Remaining; readonly estimateSeconds: number }> {
  const resources = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const failures: string[] = [];
  let estimateSeconds = 0;
  for (const reference of await namespacedResources(client, signal)) {
    try {
      const left = await deleteAll(client, reference, namespace, signal);
      if (left.length === 0) continue;
      resources.set(`${reference.plural}.${reference.group}`, left.length);
      for (const { metadata } of left) {
        for (const finalizer of metadata.finalizers ?? [])
          finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
        const wait =
          (metadata.finalizers?.length ?? 0) > 0
            ? FINALIZER_ESTIMATE_SECONDS
            : (metadata.deletionGracePeriodSeconds ?? 0);
        estimateSeconds = Math.max(estimateSeconds, wait, 1);
      }
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      failures.push(error.message);
    }
  }
  return { remaining: { resources, finalizers, failures }, estimateSeconds };
}

/** Deletes every object of one resource and gives back those that stay for a while. */
async function deleteAll(
  client: Client,
  reference: ResourceReference,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const resource = client.resource(reference);
  const before = await resource.list({ namespace, signal });
  if (before.items.length === 0) return [];
  await resource.deleteCollection({ namespace, propagationPolicy: 'Background', signal });
  return (await resource.list({ namespace, signal })).items;
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
}
