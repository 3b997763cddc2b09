import type { Endpoint, EndpointPort, EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import { sortByHash } from '../services/go-hash.ts';

/** As many endpoints as one slice gets. */
const MAX_ENDPOINTS = 100;

/** A slice to be written: one that is there, changed, or a new one without a name. */
export interface SlicePlan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

/** Endpoints that serve the same ports, by identity. */
export interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

/** Ports in the order in which slices show them. */
export const orderedPorts = (ports: readonly EndpointPort[]): readonly EndpointPort[] =>
  sortByHash('io.k8s.api.discovery.v1.EndpointPort', ports);

/** The server writes `null` for lists of a slice that are empty. */
export const endpointsOf = ({ endpoints }: EndpointSlice): readonly Endpoint[] => endpoints ?? [];

/** Equal for equal sets of ports, in whatever order. */
export const portsKey = (ports: readonly EndpointPort[] | undefined): string =>
  (ports ?? [])
    .map(({ name = '', protocol = '', port = '', appProtocol = '' }) => `${name} ${protocol} ${port} ${appProtocol}`)
    .sort()
    .join('\n');

/** What makes an endpoint the same one, whatever its state. */
export const endpointKey = ({ addresses, hostname = '', targetRef }: Endpoint): string =>
  `${[...addresses].sort().join()} ${hostname} ${targetRef?.namespace ?? ''}/${targetRef?.name ?? ''}`;

export interface SliceOptions {
  /** A slice for these ports, without a name and without endpoints. */
  readonly make: (ports: readonly EndpointPort[]) => EndpointSlice;
  /** The slice with the labels that it should have; the same object when it has them. */
  readonly relabel: (slice: EndpointSlice) => EndpointSlice;
  /** Hints are given afterwards: those that are there make no difference. */
  readonly ignoreHints?: boolean;
}

/**
 * Spreads the endpoints of one address family over slices so that as few slices as possible change: those that are there
 * keep what is still wanted; what is new fills slices that change anyway, then one that has room for all the rest, then new ones.
 *
 * @param existing slices that the Service owns
 * @param groups what is wanted, by {@link portsKey}; consumed
 * @see staging/src/k8s.io/endpointslice/reconciler.go reconcileByPortMapping
 */
export function planSlices(
  existing: readonly EndpointSlice[],
  groups: ReadonlyMap<string, PortGroup>,
  options: SliceOptions,
): SlicePlan {
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  // Upstream's quirk: what is stored without ports is for others than those who have none, and is made anew at every look.
  const keyOf = ({ ports }: EndpointSlice): string | undefined =>
    (ports ?? []).length === 0 ? undefined : portsKey(ports);
  for (const [key, group] of groups) {
    const slices = existing.filter((slice) => keyOf(slice) === key);
    const plan = planGroup(slices, group, options);
    create.push(...plan.create);
    update.push(...plan.update);
    remove.push(...plan.remove);
  }
  const isWanted = (key: string | undefined): boolean => key !== undefined && groups.has(key);
  remove.push(...existing.filter((slice) => !isWanted(keyOf(slice))));
  return { create, update, remove };
}

function planGroup(
  existing: readonly EndpointSlice[],
  { ports, endpoints: wanted }: PortGroup,
  { make, relabel, ignoreHints = false }: SliceOptions,
): SlicePlan {
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  const unchanged: EndpointSlice[] = [];
  for (const slice of existing) {
    const kept: Endpoint[] = [];
    let changed = false;
    for (const endpoint of endpointsOf(slice)) {
      const key = endpointKey(endpoint);
      const got = wanted.get(key);
      if (got === undefined) {
        changed = true;
        continue;
      }
      wanted.delete(key);
      kept.push(got);
      changed ||= !sameEndpoint(got, endpoint, ignoreHints);
    }
    const labelled = relabel(slice);
    if (changed && kept.length === 0) remove.push(slice);
    else if (changed) update.push({ ...labelled, endpoints: kept });
    else (labelled === slice ? unchanged : update).push(labelled);
  }

  const left = [...wanted.values()];
  const fill = (slice: EndpointSlice): EndpointSlice => ({
    ...slice,
    endpoints: [...endpointsOf(slice), ...left.splice(0, Math.max(MAX_ENDPOINTS - endpointsOf(slice).length, 0))],
  });
  // The fullest first.
  const filled = update
    .sort((a, b) => b.endpoints.length - a.endpoints.length)
    .map((s) => (left.length > 0 ? fill(s) : s));
  const create: EndpointSlice[] = [];
  while (left.length > 0) {
    const roomy = left.length < MAX_ENDPOINTS ? tightest(unchanged, left.length) : undefined;
    if (roomy === undefined) create.push(fill(make(ports)));
    else filled.push(fill(roomy));
  }
  return { create, update: filled, remove };
}

/** The slice that is closest to full once so many are added; undefined: none has the room. */
function tightest(slices: readonly EndpointSlice[], count: number): EndpointSlice | undefined {
  let best: EndpointSlice | undefined;
  let least = MAX_ENDPOINTS;
  for (const slice of slices) {
    const room = MAX_ENDPOINTS - endpointsOf(slice).length - count;
    if (room < 0 || room >= least) continue;
    least = room;
    best = slice;
  }
  return best;
}

/** Of two endpoints with the same {@link endpointKey}. */
export function sameEndpoint(a: Endpoint, b: Endpoint, ignoreHints = false): boolean {
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.conditions?.ready === b.conditions?.ready &&
    a.conditions?.serving === b.conditions?.serving &&
    a.conditions?.terminating === b.conditions?.terminating &&
    a.targetRef?.uid === b.targetRef?.uid &&
    a.targetRef?.kind === b.targetRef?.kind &&
    (ignoreHints || zonesOf(a) === zonesOf(b))
  );
}

const zonesOf = ({ hints }: Endpoint): string | undefined => hints?.forZones?.map((z) => z.name).join();

/** Slices that would go become those that would be made: their names stay, and nothing that others have put on them. */
export function recycle({ create, update, remove }: SlicePlan, mayReuse: (slice: EndpointSlice) => boolean): SlicePlan {
  const made = [...create];
  const updated = [...update];
  const removed: EndpointSlice[] = [];
  for (const slice of remove) {
    const last = made.at(-1);
    if (last === undefined || slice.addressType !== last.addressType || !mayReuse(slice)) {
      removed.push(slice);
      continue;
    }
    made.pop();
    updated.push({ ...last, metadata: { ...last.metadata, name: slice.metadata.name ?? '' } });
  }
  return { create: made, update: updated, remove: removed };
}
