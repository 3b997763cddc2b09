import { type Draft, type FieldError, internal, invalid, invalidStatus } from '@tabernetes/apimachinery';
import type { Service, ServiceSpec } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import type { RequestContext } from '../kind.ts';
import { sameList } from './rules/lists.ts';
import { familyOf, validateAddressFields } from './service-rules.ts';

/**
 * Cluster addresses of a Service: which families it has, which addresses it gets.
 *
 *   clusterIP ─┬─ must equal ── clusterIPs[0]      families of the cluster: one (IPv4 unless its range is IPv6)
 *   clusterIPs[i] ── belongs to ── ipFamilies[i]    policy: SingleStack | PreferDualStack | RequireDualStack
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/core/service/storage/alloc.go
 */

/** What {@link assignClusterIPs} took and what the update gives up. */
export interface AddressChange {
  readonly taken: readonly string[];
  readonly freed: readonly string[];
}

type Spec = Draft<ServiceSpec>;

/** Keeps `clusterIP` and `clusterIPs` in step for clients that know only the former. */
export function normalizeClusterIPs(spec: Spec, old: ServiceSpec | undefined): void {
  const single = spec.clusterIP ?? '';
  if (old === undefined) {
    if (single !== '' && !spec.clusterIPs?.length) spec.clusterIPs = [single];
    return;
  }
  const before = old.clusterIP ?? '';
  if (old.clusterIPs?.length && !spec.clusterIPs?.length && before === single) spec.clusterIPs = [...old.clusterIPs];
  if (before === single || !sameList(old.clusterIPs, spec.clusterIPs)) return;
  // The author changed clusterIP and left clusterIPs as it was, so it is the former that is meant.
  if (before !== '' && single === '') delete spec.clusterIPs;
  else spec.clusterIPs = [single];
}

/**
 * Decides `ipFamilyPolicy` and `ipFamilies`.
 * @throws {StatusError} Invalid, when they or the addresses contradict each other or the cluster
 */
export function assignFamilies(service: Draft<Service>, old: Service | undefined, context: RequestContext): void {
  service.spec ??= {};
  const { spec } = service;
  const before = old?.spec;
  if (spec.type === 'ExternalName' || keepsPreferDualStack(spec, before)) return;
  const configured = clusterFamily(context);
  const headlessWithoutSelector = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= before?.ipFamilyPolicy ?? (headlessWithoutSelector ? 'RequireDualStack' : 'SingleStack');
  refuse(service, validateAddressFields(spec));

  const errors: FieldError[] = [];
  if (before !== undefined) releaseSecondary(spec, before, errors);
  if (spec.ipFamilyPolicy === 'SingleStack') {
    const text = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if (spec.clusterIPs?.length === 2) errors.push(policyError(spec, `${text} cluster IPs are specified`));
    if (spec.ipFamilies?.length === 2) errors.push(policyError(spec, `${text} IP families are specified`));
  }
  inferFamilies(spec, configured, errors);
  refuse(service, errors);

  spec.ipFamilies ??= [];
  const families = spec.ipFamilies;
  if (headlessWithoutSelector) {
    // Nothing is allocated, so a family that the cluster lacks does no harm: somebody else writes the endpoints.
    if (families.length === 0) families.push(configured);
    const [first] = families;
    if (families.length < 2 && spec.ipFamilyPolicy !== 'SingleStack') families.push(first === 'IPv4' ? 'IPv6' : 'IPv4');
    return;
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack') {
    errors.push(policyError(spec, 'this cluster is not configured for dual-stack services'));
  }
  families.forEach((family, i) => {
    if (family !== configured) {
      errors.push(invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'));
    }
  });
  refuse(service, errors);
  if (families.length === 0) families.push(configured);
}

/**
 * Takes the addresses of a Service that needs them and has none yet.
 * @throws {StatusError} Invalid, when an address is taken or out of range; InternalError, when the range is full
 */
export function assignClusterIPs(
  service: Draft<Service>,
  old: Service | undefined,
  context: RequestContext,
): AddressChange {
  const none: AddressChange = { taken: [], freed: [] };
  service.spec ??= {};
  const { spec } = service;
  const before = old?.spec;
  if (before !== undefined && before.type !== 'ExternalName') {
    if (keepsPreferDualStack(spec, before) || before.clusterIPs?.[0] === 'None') return none;
    const leaves = spec.type === 'ExternalName';
    return leaves ? { taken: [], freed: before.clusterIPs ?? [] } : none;
  }
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === 'None') return none;
  const wanted = spec.clusterIPs?.[0] ?? '';
  const address = wanted === '' ? nextAddress(context) : takeAddress(service, wanted, context);
  spec.clusterIPs = [address];
  spec.clusterIP = address;
  return { taken: context.dryRun ? [] : [address], freed: [] };
}

/** `IPv4` or `IPv6`, the family of the cluster's one Service range. */
const clusterFamily = ({ allocators }: RequestContext): string =>
  allocators.clusterIPs.range.includes(':') ? 'IPv6' : 'IPv4';

/** Both are PreferDualStack with the same addresses and families: nothing is to be decided anew. */
const keepsPreferDualStack = (spec: ServiceSpec, before: ServiceSpec | undefined): boolean =>
  before !== undefined &&
  spec.type === before.type &&
  spec.ipFamilyPolicy === 'PreferDualStack' &&
  (before.ipFamilyPolicy === undefined || before.ipFamilyPolicy === 'PreferDualStack') &&
  sameList(before.clusterIPs, spec.clusterIPs) &&
  sameList(before.ipFamilies, spec.ipFamilies);

/** SingleStack drops the second address and family; any other policy refuses to lose one. */
function releaseSecondary(spec: Spec, before: ServiceSpec, errors: FieldError[]): void {
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (sameList(before.clusterIPs, spec.clusterIPs)) spec.clusterIPs?.splice(1);
    if (sameList(before.ipFamilies, spec.ipFamilies)) spec.ipFamilies?.splice(1);
    return;
  }
  const text = "must be 'SingleStack' to release the secondary";
  if (reduced(before.clusterIPs, spec.clusterIPs)) errors.push(policyError(spec, `${text} cluster IP`));
  if (reduced(before.ipFamilies, spec.ipFamilies)) errors.push(policyError(spec, `${text} IP family`));
}

const reduced = (before: readonly string[] = [], now: readonly string[] = []): boolean =>
  now.length > 0 && now.length < before.length;

function inferFamilies(spec: Spec, configured: string, errors: FieldError[]): void {
  for (const [i, address] of (spec.clusterIPs ?? []).entries()) {
    if (address === 'None') return;
    if (i < (spec.ipFamilies?.length ?? 0)) continue;
    const family = familyOf(address);
    if (family === configured) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else {
      const detail = `${family} is not configured on this cluster`;
      errors.push(invalid(`spec.clusterIPs[${i}]`, dumpGo('[]string', spec.clusterIPs), detail));
    }
  }
}

const policyError = (spec: ServiceSpec, detail: string): FieldError =>
  invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail);

function nextAddress({ allocators, dryRun }: RequestContext): string {
  // A dry run does not search: like Kubernetes it shows the first address of the range.
  if (dryRun) return allocators.clusterIPs.range.split('/')[0] ?? '';
  const address = allocators.clusterIPs.takeNext();
  if (address === undefined) throw internal('failed to allocate a serviceIP: range is full');
  return address;
}

function takeAddress(service: Draft<Service>, address: string, { allocators, dryRun }: RequestContext): string {
  const { clusterIPs } = allocators;
  const why = !clusterIPs.contains(address)
    ? `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${clusterIPs.range}`
    : dryRun || clusterIPs.take(address)
      ? undefined
      : 'provided IP is already allocated';
  if (why !== undefined) {
    refuse(service, [
      invalid(
        'spec.clusterIPs',
        dumpGo('[]string', service.spec?.clusterIPs),
        `failed to allocate IP ${address}: ${why}`,
      ),
    ]);
  }
  return address;
}

function refuse(service: Draft<Service>, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidStatus({ group: '', kind: 'Service' }, service.metadata.name ?? '', errors);
}
