import {
  builtinKinds,
  type CountedResource,
  countedName,
  countedResource,
  inScope,
  kinds,
  quotaUsage,
  schemaOf,
  scopesOf,
} from '@tabernetes/api';
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from '@tabernetes/api/types/core-v1';
import {
  type KubeObject,
  objectKey,
  type QuantityAmount,
  quantityOf,
  StatusError,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import { createInformer, type Informer, type ResourceReference, type WorkQueue } from '@tabernetes/client';
import { namespacedResources } from '../namespace/namespaced-resources.ts';
import { isFinished } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result, TryAgain } from '../runtime/controller.ts';

/** What time alone changes is seen after so long. */
const RESYNC_MS = 300_000;
const STATUS = schemaOf('io.k8s.api.core.v1.ResourceQuotaStatus');
const ZERO = quantityOf(0);
/** Never were counted. */
const UNCOUNTED: ReadonlySet<CountedResource> = new Set(['events', 'events.events.k8s.io']);

/**
 * Says in the status of ResourceQuotas what is used of each limit. It follows no kind that no quota counts.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/resourcequota/resource_quota_controller.go
 */
export function resourceQuotaController(context: ControllerContext): Controller {
  const { client, informers, clock, onError } = context;
  const quotas = informers.for(kinds.resourceQuota);
  const write = client.resource(kinds.resourceQuota);
  const followed = new Map<CountedResource, Followed>();
  let queue: Pick<WorkQueue, 'add'> | undefined;

  /** The cache of a resource; undefined: the server has no such resource. */
  async function follow(resource: CountedResource, signal: AbortSignal): Promise<Informer<KubeObject> | undefined> {
    const known = followed.get(resource);
    if (known !== undefined) return known.informer;
    const reference = await referenceOf(resource, signal);
    if (reference === undefined || signal.aborted) return undefined;
    const isCustom = !builtinKinds.some(
      ({ group, plural }) => group === reference.group && plural === reference.plural,
    );
    const informer = isCustom ? customInformer(resource, reference) : informers.for(reference);
    const recount = ({ metadata }: KubeObject): void => {
      for (const quota of quotas.lister.list(metadata.namespace)) {
        const counts = Object.keys(quota.spec?.hard ?? {}).some((limit) => countedResource(limit) === resource);
        if (counts) queue?.add(objectKey(quota));
      }
    };
    const handler = informer.addHandler({
      onAdd: recount,
      onUpdate: (object, old) => mayUseOther(resource, object, old) && recount(object),
      onDelete: recount,
    });
    followed.set(resource, {
      informer,
      dispose() {
        handler.dispose();
        if (isCustom) informer.dispose();
      },
    });
    await informer.start();
    return informer;
  }

  /** Custom resources go with their definitions: then they are followed no more, until they are counted anew. */
  function customInformer(resource: CountedResource, reference: ResourceReference): Informer<KubeObject> {
    return createInformer({
      client: client.resource(reference),
      clock,
      onError(error) {
        if (!(error instanceof StatusError) || error.status.code !== 404) return onError(error);
        followed.get(resource)?.dispose();
        followed.delete(resource);
      },
    });
  }

  async function referenceOf(resource: CountedResource, signal: AbortSignal): Promise<ResourceReference | undefined> {
    if (UNCOUNTED.has(resource)) return undefined;
    const isIt = ({ group, plural, namespaced }: ResourceReference): boolean =>
      namespaced && countedName({ group, resource: plural }) === resource;
    const builtin = builtinKinds.filter((kind) => isIt(kind));
    // Of several versions the server prefers one, and custom resources only it knows.
    if (builtin.length === 1) return builtin[0];
    return (await namespacedResources(client, signal)).found.find(isIt);
  }

  /** What the limits of a quota come to; those that nobody can count are left out. */
  async function count(quota: ResourceQuota, signal: AbortSignal): Promise<ReadonlyMap<string, QuantityAmount>> {
    const used = new Map<string, QuantityAmount>();
    const limits = Object.keys(quota.spec?.hard ?? {});
    const scopes = scopesOf(quota);
    for (const resource of new Set(limits.map(countedResource))) {
      const informer = resource === undefined ? undefined : await follow(resource, signal);
      if (resource === undefined || informer === undefined) continue;
      const own = limits.filter((limit) => countedResource(limit) === resource);
      for (const limit of own) used.set(limit, ZERO);
      for (const object of informer.lister.list(quota.metadata.namespace)) {
        // Scopes speak of Pods: a quota with scopes counts nothing else.
        if (resource === 'pods' ? !scopes.every((s) => inScope(object as Pod, s)) : scopes.length > 0) continue;
        const usage = quotaUsage(resource, object, clock.now());
        for (const limit of own) {
          const amount = usage.get(limit);
          if (amount !== undefined) used.set(limit, (used.get(limit) ?? ZERO).add(amount));
        }
      }
    }
    return used;
  }

  return createController(context, {
    name: 'resourcequota-controller',
    informers: [quotas],
    watch: (made) => {
      queue = made;
      const add = (quota: ResourceQuota): void => made.add(objectKey(quota));
      return [
        quotas.addHandler({
          onAdd: add,
          onUpdate: (quota, old) => quota.spec !== old.spec && add(quota),
        }),
        {
          dispose() {
            for (const each of followed.values()) each.dispose();
          },
        },
      ];
    },
    async reconcile(key, signal): Promise<Result> {
      const counted = quotas.lister.byKey(key);
      if (counted === undefined) return DONE;
      const amounts = await count(counted, signal);
      // Counting may have had to wait for a cache.
      const quota = quotas.lister.byKey(key);
      if (quota === undefined || quota.spec !== counted.spec) throw new TryAgain('changed while it was counted');
      const hard = quota.spec?.hard ?? {};
      const used: Record<string, string> = {};
      for (const limit of Object.keys(hard)) {
        const amount = amounts.get(limit)?.toString() ?? quota.status?.used?.[limit];
        if (amount !== undefined) used[limit] = amount;
      }
      const status = { hard, used };
      if (!semanticEqual(quota.status, status, STATUS)) await write.updateStatus({ ...quota, status }, { signal });
      return { requeueAfterMs: RESYNC_MS, background: true };
    },
  });
}

interface Followed extends Disposable {
  readonly informer: Informer<KubeObject>;
}

/** Whether a change may have changed what an object uses. What is only counted uses one as long as it is there. */
function mayUseOther(resource: CountedResource, object: KubeObject, old: KubeObject): boolean {
  if (resource === 'pods') {
    const [pod, before] = [object as Pod, old as Pod];
    return pod.spec !== before.spec || isFinished(pod) !== isFinished(before);
  }
  if (resource === 'services') return (object as Service).spec !== (old as Service).spec;
  if (resource !== 'persistentvolumeclaims') return false;
  const [claim, before] = [object as PersistentVolumeClaim, old as PersistentVolumeClaim];
  return claim.spec !== before.spec || claim.status !== before.status;
}
