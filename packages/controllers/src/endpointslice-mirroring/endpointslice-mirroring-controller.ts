import { kinds } from '@tabernetes/api';
import type { EndpointAddress, Endpoints, Service } from '@tabernetes/api/types/core-v1';
import type { Endpoint, EndpointPort, EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import { isIpv4, isIpv6, objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { type PortAddress, packSubsets } from '../endpoints/subsets.ts';
import { BY_SERVICE, bySliceService, MANAGED_BY, SERVICE_NAME } from '../endpointslice/endpointslice-controller.ts';
import {
  endpointKey,
  endpointsOf,
  orderedPorts,
  portsKey,
  recycle,
  sameEndpoint,
} from '../endpointslice/slice-plan.ts';
import { ownerReference } from '../pods/claim.ts';
import { isTerminating } from '../pods/namespace-terminating.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { sameLabels } from '../services/pod-endpoint.ts';
import { TRIGGER_TIME } from '../services/trigger-times.ts';

const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** As many addresses of one subset as are mirrored. */
const MAX_PER_SUBSET = 1000;
const MAX_RETRIES = 15;
const BASE_DELAY_MS = 1000;

/**
 * Shows the Endpoints that somebody made by hand, for a Service without a selector, as EndpointSlices.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go
 */
export function endpointSliceMirroringController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const endpoints = informers.for(kinds.endpoints);
  const services = informers.for(kinds.service);
  const slices = informers.for(kinds.endpointSlice);
  const write = client.resource(kinds.endpointSlice);
  const recorder = createEventRecorder(context, { component: 'endpoint-slice-mirroring-controller' });
  slices.addIndex(BY_SERVICE, bySliceService);

  const mirrors = (object: Endpoints | undefined, service: Service | undefined): object is Endpoints =>
    object !== undefined &&
    object.metadata.labels?.[SKIP] !== 'true' &&
    object.metadata.annotations?.[LEADER] === undefined &&
    service !== undefined &&
    service.spec?.selector === undefined;

  function report(object: Endpoints, { invalid, skipped }: Wanted): void {
    if (invalid > 0) {
      const message = `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`;
      recorder.event(object, 'Warning', 'InvalidIPAddress', message);
    }
    if (skipped > 0) {
      const message = `A max of ${MAX_PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset. ${invalid + skipped} addresses were skipped`;
      recorder.event(object, 'Warning', 'TooManyAddressesToMirror', message);
    }
  }

  return createController(context, {
    name: 'endpointslice-mirroring-controller',
    baseDelayMs: BASE_DELAY_MS,
    maxRetries: MAX_RETRIES,
    informers: [endpoints, services, slices],
    watch: (queue) => {
      const add = (object: Endpoints | Service): void => queue.add(objectKey(object));
      const ofSlice = ({ metadata }: EndpointSlice): void => {
        if (metadata.labels?.[MANAGED_BY] === MANAGER)
          queue.add(`${metadata.namespace}/${metadata.labels[SERVICE_NAME] ?? ''}`);
      };
      return [
        endpoints.addHandler({ onAdd: add, onUpdate: add, onDelete: add }),
        services.addHandler({
          onAdd: (service) => service.spec?.selector === undefined && add(service),
          onUpdate: (service, old) =>
            (service.spec?.selector === undefined) !== (old.spec?.selector === undefined) && add(service),
          onDelete: (service) => service.spec?.selector === undefined && add(service),
        }),
        slices.addHandler({ onUpdate: ofSlice, onDelete: ofSlice }),
      ];
    },
    async reconcile(key) {
      const object = endpoints.lister.byKey(key);
      const existing = slices.lister.byIndex(BY_SERVICE, `${MANAGER} ${key}`);
      if (!mirrors(object, services.lister.byKey(key))) {
        for (const { metadata } of existing)
          await write.delete(metadata.name ?? '', metadata.namespace).catch(ignoreNotFound);
        return DONE;
      }
      const wanted = wantedOf(object);
      report(object, wanted);
      const create: EndpointSlice[] = [];
      const update: EndpointSlice[] = [];
      const remove: EndpointSlice[] = existing.filter((s) => !wanted.groups.has(groupKey(s.addressType, s.ports)));
      for (const [id, group] of wanted.groups) {
        const [first, ...more] = existing.filter((s) => groupKey(s.addressType, s.ports) === id);
        remove.push(...more);
        const slice = mirrorOf(object, group);
        if (first === undefined) create.push(slice);
        else if (!isMirror(first, slice)) update.push(renamed(slice, first));
      }
      const plan = recycle({ create, update, remove }, () => true);
      try {
        for (const slice of object.metadata.deletionTimestamp === undefined ? plan.create : [])
          await write.create(slice);
      } catch (error) {
        if (error instanceof StatusError && isTerminating(error)) return DONE;
        throw error;
      }
      for (const slice of plan.update) await write.update(slice);
      for (const { metadata } of plan.remove)
        await write.delete(metadata.name ?? '', metadata.namespace).catch(ignoreNotFound);
      return DONE;
    },
  });
}

interface Group {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

interface Wanted {
  /** By {@link groupKey}. */
  readonly groups: ReadonlyMap<string, Group>;
  /** Addresses that are none. */
  readonly invalid: number;
  /** Addresses that are too many. */
  readonly skipped: number;
}

const groupKey = (addressType: string, ports: readonly EndpointPort[] | undefined): string =>
  `${addressType}\n${portsKey(ports)}`;

function wantedOf({ subsets = [] }: Endpoints): Wanted {
  const entries = subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const of = (list: readonly EndpointAddress[], ready: boolean): readonly PortAddress[] =>
      list.flatMap((address): readonly PortAddress[] =>
        ports.length === 0 ? [{ address, ready }] : ports.map((port) => ({ address, port, ready })),
      );
    return [...of(addresses, true), ...of(notReadyAddresses, false)];
  });
  const groups = new Map<string, Group>();
  let invalid = 0;
  let skipped = 0;
  for (const { addresses = [], notReadyAddresses = [], ports: plain = [] } of packSubsets(entries)) {
    const ports = orderedPorts(
      plain.map(
        ({ name = '', port, protocol = 'TCP', appProtocol }): EndpointPort => ({
          name,
          port,
          protocol,
          ...(appProtocol !== undefined && { appProtocol }),
        }),
      ),
    );
    let added = 0;
    const add = (address: EndpointAddress, ready: boolean): void => {
      const addressType = isIpv4(address.ip) ? 'IPv4' : isIpv6(address.ip) ? 'IPv6' : undefined;
      if (added >= MAX_PER_SUBSET) skipped++;
      else if (addressType === undefined) invalid++;
      else {
        added++;
        const id = groupKey(addressType, ports);
        const group = groups.get(id) ?? { addressType, ports, endpoints: new Map() };
        groups.set(id, group);
        const endpoint = endpointOf(address, ready);
        group.endpoints.set(endpointKey(endpoint), endpoint);
      }
    };
    for (const address of addresses) add(address, true);
    for (const address of notReadyAddresses) add(address, false);
  }
  return { groups, invalid, skipped };
}

const endpointOf = ({ ip, nodeName, hostname, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(targetRef && { targetRef }),
  ...(nodeName !== undefined && { nodeName }),
  ...(hostname && { hostname }),
});

function mirrorOf(object: Endpoints, { addressType, ports, endpoints }: Group): EndpointSlice {
  const { name = '', namespace = '', labels, annotations = {} } = object.metadata;
  const { [TRIGGER_TIME]: _, [LAST_APPLIED]: __, ...mirrored } = annotations;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER },
      annotations: mirrored,
      ownerReferences: [ownerReference(object)],
    },
    addressType,
    endpoints: [...endpoints.values()],
    ports,
  };
}

/** The slice says all that the wanted one says. */
function isMirror(slice: EndpointSlice, wanted: EndpointSlice): boolean {
  if (endpointsOf(slice).length !== wanted.endpoints.length) return false;
  if (!sameLabels(slice.metadata.labels, wanted.metadata.labels)) return false;
  if (!sameLabels(slice.metadata.annotations, wanted.metadata.annotations)) return false;
  if (slice.metadata.ownerReferences?.[0]?.uid !== wanted.metadata.ownerReferences?.[0]?.uid) return false;
  const byKey = new Map(endpointsOf(slice).map((endpoint) => [endpointKey(endpoint), endpoint]));
  return wanted.endpoints.every((endpoint) => {
    const there = byKey.get(endpointKey(endpoint));
    return there !== undefined && sameEndpoint(there, endpoint);
  });
}

function renamed(slice: EndpointSlice, as: EndpointSlice): EndpointSlice {
  const { generateName: _, ...metadata } = slice.metadata;
  return { ...slice, metadata: { ...metadata, name: as.metadata.name ?? '' } };
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
}
