import { kinds } from '@tabernetes/api';
import type { Node, Pod, Service } from '@tabernetes/api/types/core-v1';
import type { Endpoint, EndpointPort, EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import { objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { isReadyNode } from '../nodes/node-state.ts';
import { ownerReference } from '../pods/claim.ts';
import { isTerminating } from '../pods/namespace-terminating.ts';
import { isReady } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, TryAgain } from '../runtime/controller.ts';
import { serviceMembership } from '../services/membership.ts';
import { endpointHostname, hasEndpoint, podAddresses, sameLabels, targetPortOn } from '../services/pod-endpoint.ts';
import { triggerTimes, withTriggerTime } from '../services/trigger-times.ts';
import {
  endpointKey,
  endpointsOf,
  orderedPorts,
  type PortGroup,
  planSlices,
  portsKey,
  recycle,
  type SlicePlan,
} from './slice-plan.ts';
import { isOverloaded, withZoneHints, type ZoneCounts, type ZoneShares, zoneShares } from './topology-hints.ts';

export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
/** Index of EndpointSlices: `<managed-by> <namespace>/<service>`. */
export const BY_SERVICE = 'serviceOfSlice';
const MANAGER = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';
const RESERVED: ReadonlySet<string> = new Set([SERVICE_NAME, MANAGED_BY, HEADLESS]);
const ZONE = 'topology.kubernetes.io/zone';
const MAX_RETRIES = 15;
const BASE_DELAY_MS = 1000;
/** After somebody else has changed a slice. */
const SLICE_CHANGE_DELAY_MS = 1000;

/**
 * Keeps the EndpointSlices of every Service that has a selector. Hints for zones follow `trafficDistribution:
 * PreferClose`, or the older annotation `service.kubernetes.io/topology-mode: Auto`.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/endpointslice/endpointslice_controller.go
 */
export function endpointSliceController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const services = informers.for(kinds.service);
  const pods = informers.for(kinds.pod);
  const nodes = informers.for(kinds.node);
  const slices = informers.for(kinds.endpointSlice);
  const write = client.resource(kinds.endpointSlice);
  const recorder = createEventRecorder(context, { component: 'endpoint-slice-controller' });
  const membership = serviceMembership(services, pods);
  const times = triggerTimes();
  // Our own writes come back as events that tell us nothing, in process before the write's promise resolves: what comes
  // while we write is judged afterwards. By Service and uid: the resourceVersion.
  const written = new Map<string, Map<string, string>>();
  const writtenWith = (slice: EndpointSlice): Map<string, string> | undefined => written.get(serviceKeyOf(slice));
  const unjudged: EndpointSlice[] = [];
  let writing = false;
  let judge: (slice: EndpointSlice) => void = () => undefined;
  slices.addIndex(BY_SERVICE, bySliceService);
  // Of Services with the annotation, by `<family> <namespace>/<name>`: the endpoints that zones have got.
  const hinted = new Map<string, ZoneCounts>();
  // Made anew after nodes have changed.
  let shares: { readonly now: ZoneShares | undefined } | undefined;
  const sharesNow = (): ZoneShares | undefined => {
    shares ??= { now: zoneShares(nodes.lister.list()) };
    return shares.now;
  };

  /** The plan with the hints that the annotation asks for; what is to be told of it comes last. */
  function hint(
    service: Service,
    family: 'IPv4' | 'IPv6',
    changes: SlicePlan,
    existing: readonly EndpointSlice[],
  ): { readonly changes: SlicePlan; readonly tell: () => void } {
    const key = `${family} ${objectKey(service)}`;
    const told = (type: 'Normal' | 'Warning', reason: string, message: string) => (): void =>
      recorder.event(service, type, reason, `${message}, addressType: ${family}`);
    if (!wantsOldHints(service)) {
      const had = hinted.delete(key);
      return {
        changes,
        tell: had ? told('Warning', 'TopologyAwareHintsDisabled', 'Topology Aware Hints has been disabled') : nothing,
      };
    }
    const touched = new Set([...changes.update, ...changes.remove].map(({ metadata }) => metadata.name));
    const unchanged = existing.filter(({ metadata }) => !touched.has(metadata.name));
    const outcome = withZoneHints(changes, unchanged, sharesNow());
    if ('refusal' in outcome) {
      hinted.delete(key);
      return { changes: outcome.plan, tell: told('Warning', 'TopologyAwareHintsDisabled', outcome.refusal) };
    }
    const had = hinted.has(key);
    hinted.set(key, outcome.counts);
    return {
      changes: outcome.plan,
      tell: had ? nothing : told('Normal', 'TopologyAwareHintsEnabled', 'Topology Aware Hints has been enabled'),
    };
  }

  /** What each family and set of ports is to have, and the Pods that cannot be placed. */
  function wantedOf(service: Service, selected: readonly Pod[], family: 'IPv4' | 'IPv6', lost: string[]): Groups {
    const groups: Groups = new Map();
    for (const pod of selected) {
      if (!hasEndpoint(pod, true)) continue;
      const ports = portsOn(pod, service);
      const key = portsKey(ports);
      const group = groups.get(key) ?? { ports: orderedPorts(ports), endpoints: new Map() };
      groups.set(key, group);
      const { nodeName = '' } = pod.spec ?? {};
      const node = nodes.lister.get(nodeName);
      if (node === undefined && service.spec?.publishNotReadyAddresses !== true) {
        const { namespace, name } = service.metadata;
        lost.push(`skipping Pod ${pod.metadata.name} for Service ${namespace}/${name}: Node ${nodeName} Not Found`);
        continue;
      }
      const endpoint = endpointOf(pod, node, service, family);
      if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint);
    }
    return groups;
  }

  /** The changes that one address family needs; a Service without endpoints keeps one empty slice. */
  function plan(
    service: Service,
    existing: readonly EndpointSlice[],
    groups: Groups,
    family: 'IPv4' | 'IPv6',
  ): SlicePlan {
    const make = (ports: readonly EndpointPort[]): EndpointSlice => newSlice(service, ports, family);
    const relabel = (slice: EndpointSlice): EndpointSlice => relabelled(slice, service);
    const own = existing.filter((slice) => isOwnedBy(slice, service));
    const changes = planSlices(own, groups, { make, relabel, ignoreHints: wantsOldHints(service) });
    const remove = [...existing.filter((slice) => !own.includes(slice)), ...changes.remove];
    const [only] = remove;
    if (existing.length !== remove.length || changes.create.length > 0) return { ...changes, remove };
    const empty = make([]);
    const isPlaceholder =
      remove.length === 1 &&
      only !== undefined &&
      endpointsOf(only).length === 0 &&
      (only.ports ?? []).length === 0 &&
      isOwnedBy(only, service) &&
      sameLabels(only.metadata.labels, empty.metadata.labels);
    return isPlaceholder ? { ...changes, remove: [] } : { ...changes, create: [empty], remove };
  }

  async function writeAll(
    service: Service,
    { create, update, remove }: SlicePlan,
    time: string | undefined,
  ): Promise<void> {
    const stamped = (slice: EndpointSlice): EndpointSlice => ({
      ...slice,
      metadata: { ...slice.metadata, annotations: withTriggerTime(slice.metadata.annotations, time) },
    });
    const { namespace, name } = service.metadata;
    const done = (slice: EndpointSlice): void => {
      const key = serviceKeyOf(slice);
      const known = written.get(key) ?? new Map<string, string>();
      written.set(key, known.set(slice.metadata.uid ?? '', slice.metadata.resourceVersion ?? ''));
    };
    const failed = (what: string) => (error: unknown) => {
      if (error instanceof StatusError) throw new TryAgain(`${what} Service ${namespace}/${name}: ${error.message}`);
      throw error;
    };
    for (const slice of service.metadata.deletionTimestamp === undefined ? create : []) {
      try {
        done(await write.create(withoutEmptyLists(stamped(slice))));
      } catch (error) {
        if (error instanceof StatusError && isTerminating(error)) return;
        failed('failed to create EndpointSlice for')(error);
      }
    }
    for (const slice of update) {
      const what = `failed to update ${slice.metadata.name} EndpointSlice for`;
      done(await write.update(stamped(slice)).catch(failed(what)));
    }
    for (const slice of remove) {
      const { metadata } = slice;
      writtenWith(slice)?.delete(metadata.uid ?? '');
      const what = `failed to delete ${metadata.name} EndpointSlice for`;
      await write.delete(metadata.name ?? '', metadata.namespace).catch(failed(what));
    }
  }

  async function perform(service: Service, changes: SlicePlan, time: string | undefined): Promise<void> {
    writing = true;
    try {
      await writeAll(service, changes, time);
    } finally {
      writing = false;
      for (const slice of unjudged.splice(0)) judge(slice);
    }
  }

  return createController(context, {
    name: 'endpointslice-controller',
    baseDelayMs: BASE_DELAY_MS,
    maxRetries: MAX_RETRIES,
    informers: [services, pods, nodes, slices],
    watch: (queue) => {
      const again = (slice: EndpointSlice): void => {
        const service = slice.metadata.labels?.[SERVICE_NAME];
        if (service) queue.addAfter(`${slice.metadata.namespace}/${service}`, SLICE_CHANGE_DELAY_MS);
      };
      const isOurs = ({ metadata }: EndpointSlice): boolean => metadata.labels?.[MANAGED_BY] === MANAGER;
      judge = (slice) => {
        const last = writtenWith(slice)?.get(slice.metadata.uid ?? '');
        if (last !== undefined && last !== slice.metadata.resourceVersion) again(slice);
      };
      const nodesChanged = (): void => {
        shares = undefined;
        for (const [key, counts] of hinted) {
          if (isOverloaded(counts, sharesNow())) queue.add(key.slice(key.indexOf(' ') + 1));
        }
      };
      return [
        ...membership.watch(queue),
        nodes.addHandler({
          onAdd: nodesChanged,
          onUpdate(node, old) {
            const moved = node.metadata.labels?.[ZONE] !== old.metadata.labels?.[ZONE];
            if (moved || isReadyNode(node) !== isReadyNode(old)) nodesChanged();
          },
          onDelete: nodesChanged,
        }),
        slices.addHandler({
          onUpdate(slice, old) {
            const moved = slice.metadata.labels?.[SERVICE_NAME] !== old.metadata.labels?.[SERVICE_NAME];
            if (moved) again(old);
            if (moved || isOurs(slice) !== isOurs(old)) again(slice);
            else if (isOurs(slice) && writing) unjudged.push(slice);
            else if (isOurs(slice)) judge(slice);
          },
          onDelete(slice) {
            if (writtenWith(slice)?.delete(slice.metadata.uid ?? '') && isOurs(slice)) again(slice);
          },
        }),
      ];
    },
    async reconcile(key) {
      const service = services.lister.byKey(key);
      if (service === undefined) {
        times.forget(key);
        written.delete(key);
        for (const family of ['IPv4', 'IPv6']) hinted.delete(`${family} ${key}`);
        return DONE; // Its slices go with it.
      }
      const selected = membership.podsOf(service);
      if (selected === undefined) return DONE;
      const existing = slices.lister
        .byIndex(BY_SERVICE, `${MANAGER} ${key}`)
        .filter((slice) => slice.metadata.deletionTimestamp === undefined);
      // As upstream takes it for a cache that is behind, a Service that somebody takes a slice from is left alone until that is back.
      const missing = new Set(written.get(key)?.keys());
      for (const { metadata } of existing) missing.delete(metadata.uid ?? '');
      if (missing.size > 0) throw new TryAgain('EndpointSlice informer cache is out of date');
      const time = times.lastChange(service, selected);
      const families = familiesOf(service);
      const lost: string[] = [];
      try {
        for (const family of families) {
          const ofFamily = existing.filter((slice) => slice.addressType === family);
          const planned = plan(service, ofFamily, wantedOf(service, selected, family, lost), family);
          const { changes, tell } = hint(service, family, planned, ofFamily);
          await perform(
            service,
            recycle(changes, (slice) => isOwnedBy(slice, service)),
            time,
          ).finally(tell);
        }
        const stale = existing.filter((slice) => !families.some((family) => family === slice.addressType));
        await perform(service, { create: [], update: [], remove: stale }, time);
        if (lost.length > 0) throw new TryAgain(lost.length === 1 ? lost[0] : `[${lost.join(', ')}]`);
      } catch (error) {
        if (error instanceof TryAgain) {
          const message = `Error updating Endpoint Slices for Service ${key}: ${error.message}`;
          recorder.event(service, 'Warning', 'FailedToUpdateEndpointSlices', message);
        }
        throw error;
      }
      return DONE;
    },
  });
}

type Groups = Map<string, PortGroup>;
const nothing = (): void => undefined;

const serviceKeyOf = ({ metadata: { namespace, labels = {} } }: EndpointSlice): string =>
  `${namespace}/${labels[SERVICE_NAME] ?? ''}`;

/** For {@link BY_SERVICE}. */
export function bySliceService({ metadata: { namespace, labels = {} } }: EndpointSlice): readonly string[] {
  const service = labels[SERVICE_NAME];
  return service ? [`${labels[MANAGED_BY] ?? ''} ${namespace}/${service}`] : [];
}

function familiesOf({ spec }: Service): readonly ('IPv4' | 'IPv6')[] {
  const families = spec?.ipFamilies?.map((family) => (family === 'IPv6' ? 'IPv6' : 'IPv4'));
  return families === undefined || families.length === 0 ? ['IPv4'] : families;
}

/** The Service's ports as this Pod serves them; those that it does not have are left out. */
function portsOn(pod: Pod, { spec }: Service): readonly EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const servicePort of spec?.ports ?? []) {
    const port = targetPortOn(pod, servicePort);
    if (port === undefined) continue;
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    ports.push({ name, port, protocol, ...(appProtocol !== undefined && { appProtocol }) });
  }
  return ports;
}

function endpointOf(pod: Pod, node: Node | undefined, service: Service, family: 'IPv4' | 'IPv6'): Endpoint {
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  const hostname = endpointHostname(pod, service);
  const zone = node?.metadata.labels?.[ZONE];
  const close = ready && service.spec?.trafficDistribution === 'PreferClose' && !wantsOldHints(service);
  return {
    addresses: podAddresses(pod, family),
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && { hostname }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
    ...(zone && { zone }),
    ...(close && { hints: { forZones: [{ name: zone ?? '' }] } }),
  };
}

function wantsOldHints({ metadata: { annotations = {} } }: Service): boolean {
  const mode =
    annotations['service.kubernetes.io/topology-aware-hints'] ?? annotations['service.kubernetes.io/topology-mode'];
  return mode === 'Auto' || mode === 'auto';
}

const isOwnedBy = ({ metadata }: EndpointSlice, service: Service): boolean =>
  metadata.ownerReferences?.some(
    ({ uid, kind, apiVersion }) => uid === service.metadata.uid && kind === 'Service' && apiVersion === 'v1',
  ) === true;

function labelsFor({ metadata, spec }: Service): Readonly<Record<string, string>> {
  const headless = !spec?.clusterIP || spec.clusterIP === 'None';
  return {
    ...withoutReserved(metadata.labels),
    ...(headless && { [HEADLESS]: '' }),
    [SERVICE_NAME]: metadata.name ?? '',
    [MANAGED_BY]: MANAGER,
  };
}

const withoutReserved = (labels: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !RESERVED.has(key)));

function relabelled(slice: EndpointSlice, service: Service): EndpointSlice {
  if (sameLabels(withoutReserved(slice.metadata.labels), withoutReserved(service.metadata.labels))) return slice;
  return { ...slice, metadata: { ...slice.metadata, labels: labelsFor(service) } };
}

const newSlice = (service: Service, ports: readonly EndpointPort[], addressType: string): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    generateName: `${service.metadata.name}-`,
    namespace: service.metadata.namespace ?? '',
    labels: labelsFor(service),
    ownerReferences: [ownerReference(service)],
  },
  addressType,
  endpoints: [],
  ports,
});

/** Upstream's controllers write protobuf, in which a list without items is none: whoever creates a slice does not own such a list. */
function withoutEmptyLists({ endpoints, ports = [], ...slice }: EndpointSlice): EndpointSlice {
  const filled = { ...slice, ...(endpoints.length > 0 && { endpoints }), ...(ports.length > 0 && { ports }) };
  return filled as EndpointSlice;
}
