import { kinds } from '@tabernetes/api';
import type { Namespace, Pod } from '@tabernetes/api/types/core-v1';
import { type KubeObject, objectKey, StatusError } from '@tabernetes/apimachinery';
import type { Client, ResourceReference } from '@tabernetes/client';
import { isFinished } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, TryAgain } from '../runtime/controller.ts';
import { discoveryProblem, type Remaining, terminationConditions } from './conditions.ts';
import { namespacedResources } from './namespaced-resources.ts';

/** The finalizer in `spec.finalizers` that is ours. */
const FINALIZER = 'kubernetes';
/** After the deletion was asked for, so that other API servers have heard of it before content goes. */
const GRACE_MS = 5_000;
/** How long objects that wait for finalizers may take, as far as anybody knows. */
const FINALIZER_ESTIMATE_SECONDS = 15;

/**
 * Empties a Namespace that is being deleted, says in its conditions what is left, and lets it go when it is empty.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/namespace/deletion/namespaced_resources_deleter.go
 */
export function namespaceController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
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

      const deletedMs = Date.parse(namespace.metadata.deletionTimestamp);
      const { remaining, estimateSeconds } = await emptyNamespace(client, key, clock.now() - deletedMs, signal);
      const now = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
      const conditions = terminationConditions(namespace.status?.conditions ?? [], remaining, now);
      const current = await write.updateStatus(
        { ...namespace, status: { ...namespace.status, phase: 'Terminating', conditions } },
        { signal },
      );
      const { failures, stale } = remaining;
      if (stale.length > 0) throw new TryAgain([discoveryProblem(stale), ...failures].join(', '));
      if (failures.length > 0) throw new TryAgain(failures.join(', '));
      if (estimateSeconds > 0) {
        // Whoever holds a finalizer may never let go: when nothing has moved, nobody need wait for it.
        const unmoved = current.metadata.resourceVersion === namespace.metadata.resourceVersion;
        const background = remaining.finalizers.size > 0 && unmoved;
        return { requeueAfterMs: (Math.floor(estimateSeconds / 2) + 1) * 1000, background };
      }

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

interface Emptied {
  readonly remaining: Remaining;
  /** How long what remains may take. */
  readonly estimateSeconds: number;
}

/** Deletes all that can be deleted; says what is still there, and how long that may take. `sinceMs`: since it was asked for. */
async function emptyNamespace(
  client: Client,
  namespace: string,
  sinceMs: number,
  signal: AbortSignal,
): Promise<Emptied> {
  const resources = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const failures: string[] = [];
  let estimateSeconds = 0;
  const { found, stale } = await namespacedResources(client, signal);
  for (const reference of found) {
    const { group, version, plural } = reference;
    try {
      const { left, graceSeconds } = await deleteAll(client, reference, namespace, signal);
      if (left.length === 0) continue;
      resources.set(`${plural}.${group}`, left.length);
      const held = left.flatMap(({ metadata }) => metadata.finalizers ?? []);
      for (const finalizer of held) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
      // A grace that is over is none.
      const grace = sinceMs < graceSeconds * 1000 ? graceSeconds : 0;
      const estimate = grace || (held.length > 0 ? FINALIZER_ESTIMATE_SECONDS : 0);
      if (estimate === 0) {
        const resource = `${group === '' ? '' : group}/${version}, Resource=${plural}`;
        failures.push(`unexpected items still remain in namespace: ${namespace} for gvr: ${resource}`);
      }
      estimateSeconds = Math.max(estimateSeconds, estimate);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      failures.push(error.message);
    }
  }
  return { remaining: { resources, finalizers, failures, stale }, estimateSeconds };
}

/** Deletes every object of one resource and gives back those that stay for a while, with the longest grace of any Pod. */
async function deleteAll(
  client: Client,
  reference: ResourceReference,
  namespace: string,
  signal: AbortSignal,
): Promise<{ readonly left: readonly KubeObject[]; readonly graceSeconds: number }> {
  const resource = client.resource(reference);
  const { items } = await resource.list({ namespace, signal });
  if (items.length === 0) return { left: items, graceSeconds: 0 };
  const graceSeconds =
    reference.plural === 'pods' && reference.group === '' ? longestGrace(items as readonly Pod[]) : 0;
  await resource.deleteCollection({ namespace, propagationPolicy: 'Background', signal });
  return { left: (await resource.list({ namespace, signal })).items, graceSeconds };
}

const longestGrace = (pods: readonly Pod[]): number =>
  pods.reduce(
    (most, pod) => (isFinished(pod) ? most : Math.max(most, pod.spec?.terminationGracePeriodSeconds ?? 0)),
    0,
  );

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
}
