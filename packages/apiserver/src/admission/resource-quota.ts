import { type CountedResource, countedName, countedResource, inScope, quotaUsage, scopesOf } from '@tabernetes/api';
import type { Pod, ResourceQuota } from '@tabernetes/api/types/core-v1';
import { type Draft, type KubeObject, parseQuantity, type QuantityAmount, StatusError } from '@tabernetes/apimachinery';
import type { AdmissionPlugin, ValidatingAttributes } from '../admission.ts';
import type { ServerReader } from '../server-reader.ts';
import { admissionForbidden } from './forbidden.ts';
import { unspecified } from './quota-constraints.ts';

const QUOTAS = { group: '', plural: 'resourcequotas' };
/** Never were counted. */
const UNCOUNTED: ReadonlySet<CountedResource> = new Set(['bindings', 'events', 'events.events.k8s.io']);
type Amounts = ReadonlyMap<string, QuantityAmount>;

/**
 * Counts what a write adds in the status of every quota of the namespace that it concerns, and refuses what goes beyond one.
 * What goes is given back by the quota controller, which counts anew.
 *
 *   quotas of the namespace ─► those whose scopes and limits fit ─► room in all? ─► `status.used` of each written (optimistically)
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go
 */
export const resourceQuotaAdmission = (): AdmissionPlugin => ({
  name: 'ResourceQuota',
  operations: ['CREATE', 'UPDATE'],
  validate(attributes, reader) {
    const { namespace, object, definition } = attributes;
    if (namespace === '' || object === undefined || definition.virtual !== undefined) return;
    const now = reader.listNow(QUOTAS, namespace);
    if (now?.length === 0) return;
    const resource = countedName({ group: definition.group, resource: definition.plural });
    if (!changesUsage(attributes, resource)) return;
    return count(now, resource, object, attributes, reader);
  },
});

/** @param now the quotas of the namespace, if they are at hand */
async function count(
  now: readonly KubeObject[] | undefined,
  resource: CountedResource,
  object: KubeObject,
  attributes: ValidatingAttributes,
  reader: ServerReader,
): Promise<void> {
  const quotas = (now ?? (await reader.list(QUOTAS, attributes.namespace))) as readonly ResourceQuota[];
  if (quotas.length === 0) return;
  const concerned = quotas.filter((quota) => concerns(quota, attributes, resource, object));
  const delta = added(attributes, resource, object);
  if (concerned.length === 0 || delta.size === 0) return;
  for (const quota of concerned) usedAfter(quota, delta, attributes);
  if (attributes.dryRun) return;
  for (const quota of concerned) await charge(reader, quota, delta, attributes, attributes.context.now);
}

/** Whether a write of this kind can change what its object uses. */
function changesUsage({ operation, subresource }: ValidatingAttributes, resource: CountedResource): boolean {
  if (UNCOUNTED.has(resource)) return false;
  if (resource === 'pods') return subresource === '' ? operation === 'CREATE' : subresource === 'resize';
  if (subresource !== '') return false;
  // The type of a Service may change, and claims grow.
  return operation === 'CREATE' || resource === 'services' || resource === 'persistentvolumeclaims';
}

/** Limits of the quota that count the resource. */
const limitsOf = (quota: ResourceQuota, resource: CountedResource): readonly string[] =>
  Object.keys(quota.status?.hard ?? {}).filter((limit) => countedResource(limit) === resource);

/** @throws {StatusError} Forbidden: the object leaves out what the quota limits, or the quota has not been counted yet */
function concerns(
  quota: ResourceQuota,
  attributes: ValidatingAttributes,
  resource: CountedResource,
  object: KubeObject,
): boolean {
  const limits = limitsOf(quota, resource);
  if (limits.length === 0) return false;
  const scopes = scopesOf(quota);
  // Scopes speak of Pods: a quota with scopes counts nothing else.
  if (resource === 'pods' ? !scopes.every((scope) => inScope(object as Pod, scope)) : scopes.length > 0) return false;
  const missing = resource === 'pods' ? unspecified(object as Pod, limits) : undefined;
  const { name = '' } = quota.metadata;
  if (missing !== undefined) throw admissionForbidden(attributes, `failed quota: ${name}: must specify ${missing}`);
  if (limits.some((limit) => quota.status?.used?.[limit] === undefined)) {
    const names = [...limits].sort().join(',');
    throw admissionForbidden(attributes, `status unknown for quota: ${name}, resources: ${names}`);
  }
  return true;
}

/** What the write uses more than before. @throws {StatusError} Forbidden: less than nothing */
function added(
  { operation, old, context, ...attributes }: ValidatingAttributes,
  resource: CountedResource,
  object: KubeObject,
): Amounts {
  const usage = new Map(quotaUsage(resource, object, context.nowMs));
  const negative = [...usage].filter(([, amount]) => amount.sign() < 0).map(([name]) => name);
  if (negative.length > 0) {
    const why = `quota usage is negative for resource(s): ${negative.sort().join(',')}`;
    throw admissionForbidden({ ...attributes, operation, context }, why);
  }
  const before = operation === 'UPDATE' && old !== undefined ? quotaUsage(resource, old, context.nowMs) : undefined;
  for (const [name, amount] of usage) {
    const earlier = before?.get(name);
    const more = earlier === undefined ? amount : amount.sub(earlier);
    if (more.sign() > 0) usage.set(name, more);
    else usage.delete(name);
  }
  return usage;
}

/** `status.used` with the write counted. @throws {StatusError} Forbidden: beyond a limit */
function usedAfter(
  { metadata, status }: ResourceQuota,
  delta: Amounts,
  attributes: ValidatingAttributes,
): ReadonlyMap<string, string> {
  const { hard = {}, used = {} } = status ?? {};
  const after = new Map<string, string>();
  const exceeded: string[] = [];
  for (const [name, amount] of delta) {
    const limit = hard[name];
    if (limit === undefined) continue;
    const sum = parseQuantity(used[name] ?? '0').add(amount);
    if (sum.compare(parseQuantity(limit)) > 0) exceeded.push(name);
    after.set(name, sum.toString());
  }
  if (exceeded.length === 0) return after;
  exceeded.sort();
  const shown = (amountOf: (name: string) => string | undefined): string =>
    exceeded.map((name) => `${name}=${amountOf(name) ?? '0'}`).join(',');
  throw admissionForbidden(
    attributes,
    `exceeded quota: ${metadata.name ?? ''}, requested: ${shown((name) => delta.get(name)?.toString())}, used: ${shown((name) => used[name])}, limited: ${shown((name) => hard[name])}`,
  );
}

async function charge(
  reader: ServerReader,
  quota: ResourceQuota,
  delta: Amounts,
  attributes: ValidatingAttributes,
  now: string,
): Promise<void> {
  try {
    await reader.update(
      QUOTAS,
      attributes.namespace,
      quota.metadata.name ?? '',
      (draft, current) => {
        // Others may have counted since it was read.
        const used = usedAfter(current as ResourceQuota, delta, attributes);
        const { status } = draft as Draft<ResourceQuota>;
        (draft as Draft<ResourceQuota>).status = {
          ...status,
          used: { ...status?.used, ...Object.fromEntries(used) },
        };
      },
      { subresource: 'status', now },
    );
  } catch (error) {
    // A quota that went in the meantime limits nothing.
    if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
  }
}
