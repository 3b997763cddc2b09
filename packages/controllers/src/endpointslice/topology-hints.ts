import type { Node } from '@tabernetes/api/types/core-v1';
import type { Endpoint, EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import { isReadyNode } from '../nodes/node-state.ts';
import { endpointsOf, type SlicePlan } from './slice-plan.ts';

/** Of each zone the part of the cluster's CPU, 0 to 1. */
export type ZoneShares = ReadonlyMap<string, number>;
/** How many endpoints a zone is to use. */
export type ZoneCounts = ReadonlyMap<string, number>;

/** The plan with hints, and how many each zone has got; or without any, and why. */
export type HintedPlan =
  | { readonly plan: SlicePlan; readonly counts: ZoneCounts }
  | { readonly plan: SlicePlan; readonly refusal: string };

interface Allocation {
  readonly desired: number;
  readonly maximum: number;
}

const ZONE = 'topology.kubernetes.io/zone';
const CONTROL_PLANE: readonly string[] = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
/** By how much the endpoints of a zone may be asked more than their share before there are no hints. */
const OVERLOAD = 0.2;

/** Undefined: some node that is ready has no zone or no CPU, or there are fewer than two zones. */
export function zoneShares(nodes: readonly Node[]): ZoneShares | undefined {
  const milli = new Map<string, number>();
  let total = 0;
  for (const node of nodes) {
    const { labels = {} } = node.metadata;
    if (CONTROL_PLANE.some((label) => label in labels) || !isReadyNode(node)) continue;
    const cpu = parseQuantity(node.status?.allocatable?.['cpu'] ?? '0').milliValue();
    const zone = labels[ZONE] ?? '';
    if (zone === '' || cpu === 0) return undefined;
    total += cpu;
    milli.set(zone, (milli.get(zone) ?? 0) + cpu);
  }
  if (total === 0 || milli.size < 2) return undefined;
  return new Map([...milli].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, cpu]) => [zone, cpu / total]));
}

/**
 * Gives every endpoint that is ready a hint for a zone, its own where the zones' shares of CPU allow it, in slices that are to be written
 * and those that have to be for it.
 *
 * @param unchanged slices that the plan leaves as they are
 * @see staging/src/k8s.io/endpointslice/topologycache/topologycache.go AddHints
 */
export function withZoneHints(
  plan: SlicePlan,
  unchanged: readonly EndpointSlice[],
  shares: ZoneShares | undefined,
): HintedPlan {
  const all = [...plan.create, ...plan.update, ...unchanged];
  const total = all.reduce((sum, slice) => sum + endpointsOf(slice).filter(isReadyEndpoint).length, 0);
  const allocations = allocate(total, shares);
  const refused = (refusal: string): HintedPlan => ({ plan: withoutZoneHints(plan, unchanged), refusal });
  if (typeof allocations === 'string') return refused(allocations);

  const counts = new Map<string, number>();
  const update = [...plan.update];
  for (const slice of unchanged) {
    const has = hintsOf(slice, counts, allocations);
    if (has === undefined) update.push(slice);
    else for (const [zone, count] of has) add(counts, zone, count);
  }
  const open = [...plan.create, ...update];
  for (const endpoint of open.flatMap(endpointsOf).filter(isReadyEndpoint)) {
    if (!endpoint.zone) return refused('One or more endpoints do not have a zone specified');
    add(counts, endpoint.zone, 1);
  }
  const { give, take } = moves(allocations, counts);
  const hinted = (slice: EndpointSlice): EndpointSlice => ({
    ...slice,
    endpoints: endpointsOf(slice).map((endpoint) => {
      if (!isReadyEndpoint(endpoint)) return withoutHints(endpoint);
      const from = endpoint.zone ?? '';
      const [to] = take.keys();
      if (to === undefined || !give.has(from)) return withHint(endpoint, from);
      for (const [zones, zone] of [[give, from] as const, [take, to] as const]) {
        if (zones.get(zone) === 1) zones.delete(zone);
        else add(zones, zone, -1);
      }
      add(counts, from, -1);
      add(counts, to, 1);
      return withHint(endpoint, to);
    }),
  });
  const create = plan.create.map(hinted);
  const updated = update.map(hinted);
  if (counts.size === 0) return refused('No hints allocated for zones');
  return { plan: { create, update: updated, remove: plan.remove }, counts };
}

/** Takes all hints away, from slices that the plan leaves alone too. */
function withoutZoneHints({ create, update, remove }: SlicePlan, unchanged: readonly EndpointSlice[]): SlicePlan {
  const strip = (slice: EndpointSlice): EndpointSlice => ({
    ...slice,
    endpoints: endpointsOf(slice).map(withoutHints),
  });
  const hinted = unchanged.filter((slice) => endpointsOf(slice).some(({ hints }) => hints !== undefined));
  return { create: create.map(strip), update: [...update, ...hinted].map(strip), remove };
}

/** Some zone has too few of these endpoints for its share, so that they have to be spread anew. */
export function isOverloaded(counts: ZoneCounts, shares: ZoneShares | undefined): boolean {
  if (counts.size === 0) return false;
  if (shares === undefined) return true;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...shares].some(([zone, share]) => (counts.get(zone) ?? -1) < minimumOf(total * share));
}

const minimumOf = (desired: number): number => Math.ceil(desired * (1 / (1 + OVERLOAD)));

/** What each zone may have; a text: why there can be no hints. */
function allocate(total: number, shares: ZoneShares | undefined): ReadonlyMap<string, Allocation> | string {
  if (shares === undefined) {
    return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes';
  }
  const counted = `(${total} endpoints, ${shares.size} zones)`;
  if (shares.size > total) return `Insufficient number of endpoints ${counted}`;
  const minima = [...shares].map(([zone, share]) => ({
    zone,
    desired: share * total,
    least: minimumOf(share * total),
  }));
  const spare = total - minima.reduce((sum, { least }) => sum + least, 0);
  if (spare < 0) {
    return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counted}`;
  }
  return new Map(
    minima.map(({ zone, desired, least }) => [zone, { desired: Math.max(desired, least), maximum: least + spare }]),
  );
}

/** The hints of a slice by zone; undefined: they are not what they should be. */
function hintsOf(
  slice: EndpointSlice,
  counted: ZoneCounts,
  allocations: ReadonlyMap<string, Allocation>,
): ZoneCounts | undefined {
  const counts = new Map<string, number>();
  for (const { hints } of endpointsOf(slice).filter(isReadyEndpoint)) {
    if (!hints?.forZones?.length) return undefined;
    for (const { name } of hints.forZones) add(counts, name, 1);
  }
  for (const [zone, count] of counts) {
    const allocation = allocations.get(zone);
    if (allocation === undefined || count + (counted.get(zone) ?? 0) > allocation.maximum) return undefined;
  }
  return counts;
}

/** How many endpoints each zone gives to others, and how many it gets. */
function moves(allocations: ReadonlyMap<string, Allocation>, counts: ZoneCounts) {
  const tooMany = new Map<string, number>();
  const missing = new Map<string, number>();
  for (const [zone, { desired }] of allocations) {
    const over = (counts.get(zone) ?? 0) - desired;
    if (over > 0) tooMany.set(zone, over);
    else if (over < 0) missing.set(zone, -over);
  }
  const give = new Map<string, number>();
  const take = new Map<string, number>();
  for (;;) {
    const [from, left] = most(tooMany);
    const [to, needed] = most(missing);
    // Half an endpoint is worth moving when the other side has a whole one.
    if (from === '' || to === '' || Math.max(left, needed) < 1 || Math.min(left, needed) < 0.5) return { give, take };
    add(give, from, 1);
    add(tooMany, from, -1);
    add(take, to, 1);
    add(missing, to, -1);
  }
}

/** Go takes any of equals, here it is the first by name. */
function most(zones: ZoneCounts): readonly [zone: string, count: number] {
  let found: readonly [string, number] = ['', 0];
  for (const entry of zones) if (entry[1] > found[1]) found = entry;
  return found;
}

const isReadyEndpoint = ({ conditions }: Endpoint): boolean => conditions?.ready === true;
const withHint = (endpoint: Endpoint, name: string): Endpoint => ({ ...endpoint, hints: { forZones: [{ name }] } });
const withoutHints = ({ hints: _, ...endpoint }: Endpoint): Endpoint => endpoint;

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
