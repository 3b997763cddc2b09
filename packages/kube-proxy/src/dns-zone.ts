import type { Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import type { DnsRecord, DnsZone } from '@tabernetes/node-api';
import type { NetworkAgentDeps } from './deps.ts';
import { BY_SERVICE, slicesByService } from './slices.ts';

/** The zone of a cluster. */
const DOMAIN = 'cluster.local';
/** CoreDNS's `ttl 30` in the Corefile of kubeadm. */
const TTL_SECONDS = 30;
const IP_OF_SERVICE = 'clusterIP';
const IP_OF_ENDPOINT = 'address';

/**
 * Names of Services and Pods. Records are made when somebody asks, from what informers have: a change costs nothing.
 *
 * @see https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export function clusterZone({
  services,
  endpointSlices,
}: Pick<NetworkAgentDeps, 'services' | 'endpointSlices'>): DnsZone {
  slicesByService(endpointSlices);
  services.addIndex(IP_OF_SERVICE, ({ spec }) => (spec?.clusterIPs ?? []).filter((ip) => ip !== 'None'));
  endpointSlices.addIndex(IP_OF_ENDPOINT, ({ endpoints }) => [
    ...new Set((endpoints ?? []).flatMap(({ addresses }) => addresses)),
  ]);
  const slicesOf = (namespace: string, name: string): readonly EndpointSlice[] =>
    endpointSlices.lister.byIndex(BY_SERVICE, `${namespace}/${name}`);
  const hasNamespace = (namespace: string): boolean => services.lister.list(namespace).length > 0;

  const inServices = (name: string, labels: readonly string[]): readonly DnsRecord[] | undefined => {
    // … [endpoint | _port._protocol] . service . namespace
    const namespace = labels.at(-1);
    if (namespace === undefined) return [];
    const serviceName = labels.at(-2);
    if (serviceName === undefined) return hasNamespace(namespace) ? [] : undefined;
    const service = services.lister.get(serviceName, namespace);
    if (service === undefined) return undefined;
    const slices = slicesOf(namespace, serviceName);
    const rest = labels.slice(0, -2);
    if (rest.length === 0) return ofService(name, service, slices);
    if (service.spec?.type === 'ExternalName') return undefined;
    const [first = '', second] = rest;
    if (rest.length === 1) {
      if (first.startsWith('_')) return [];
      return isHeadless(service) ? nonEmpty(ofEndpoint(name, first, slices)) : undefined;
    }
    if (rest.length === 2 && first.startsWith('_') && second?.startsWith('_')) {
      return nonEmpty(portRecords(name, service, slices, { port: first.slice(1), protocol: second.slice(1) }));
    }
    return undefined;
  };

  const inPods = (name: string, labels: readonly string[]): readonly DnsRecord[] | undefined => {
    const [address, namespace] = labels;
    if (labels.length !== 2 || address === undefined || namespace === undefined)
      return labels.length < 2 ? [] : undefined;
    if (!/^\d{1,3}(-\d{1,3}){3}$/.test(address)) return undefined;
    return [{ type: 'A', name, address: address.replaceAll('-', '.'), ttlSeconds: TTL_SECONDS }];
  };

  const reverse = (name: string): readonly DnsRecord[] | undefined => {
    const ip = name.slice(0, -REVERSE.length).split('.').reverse().join('.');
    const targets: string[] = [];
    for (const { metadata } of services.lister.byIndex(IP_OF_SERVICE, ip)) {
      targets.push(`${metadata.name}.${metadata.namespace}.svc.${DOMAIN}`);
    }
    for (const slice of endpointSlices.lister.byIndex(IP_OF_ENDPOINT, ip)) {
      const { namespace, labels } = slice.metadata;
      const service = services.lister.get(labels?.['kubernetes.io/service-name'] ?? '', namespace);
      if (service === undefined || !isHeadless(service)) continue;
      for (const { addresses, hostname } of slice.endpoints ?? []) {
        if (!addresses.includes(ip)) continue;
        targets.push(`${hostname ?? dashed(ip)}.${service.metadata.name}.${namespace}.svc.${DOMAIN}`);
      }
    }
    if (targets.length === 0) return undefined;
    return [...new Set(targets)].map((target) => ({ type: 'PTR', name, target, ttlSeconds: TTL_SECONDS }));
  };

  return {
    lookup(name) {
      if (name.endsWith(REVERSE)) return reverse(name);
      if (name === DOMAIN || name === `svc.${DOMAIN}` || name === `pod.${DOMAIN}`) return [];
      if (!name.endsWith(`.${DOMAIN}`)) return undefined;
      const labels = name.slice(0, -DOMAIN.length - 1).split('.');
      const kind = labels.at(-1);
      if (kind === 'svc') return inServices(name, labels.slice(0, -1));
      if (kind === 'pod') return inPods(name, labels.slice(0, -1));
      return undefined;
    },
  };
}

const REVERSE = '.in-addr.arpa';

const isHeadless = ({ spec }: Service): boolean => spec?.clusterIP === 'None';
const dashed = (ip: string): string => ip.replaceAll('.', '-');
const nonEmpty = (records: readonly DnsRecord[]): readonly DnsRecord[] | undefined =>
  records.length === 0 ? undefined : records;

/** A name of its own: its address, those of its endpoints, or another name; and its ports as SRV. */
function ofService(name: string, service: Service, slices: readonly EndpointSlice[]): readonly DnsRecord[] | undefined {
  const { spec } = service;
  if (spec?.type === 'ExternalName') {
    return [{ type: 'CNAME', name, target: (spec.externalName ?? '').replace(/\.$/, ''), ttlSeconds: TTL_SECONDS }];
  }
  const addresses = isHeadless(service) ? readyEndpoints(slices).map(({ ip }) => ip) : (spec?.clusterIPs ?? []);
  // A headless Service without endpoints has no name.
  if (addresses.length === 0) return undefined;
  const records: DnsRecord[] = [...new Set(addresses)].map((address) => ({
    type: 'A',
    name,
    address,
    ttlSeconds: TTL_SECONDS,
  }));
  return [...records, ...portRecords(name, service, slices, {})];
}

const ofEndpoint = (name: string, host: string, slices: readonly EndpointSlice[]): readonly DnsRecord[] =>
  readyEndpoints(slices)
    .filter(({ label }) => label === host)
    .map(({ ip }) => ({ type: 'A', name, address: ip, ttlSeconds: TTL_SECONDS }));

/** SRV: of a headless Service each endpoint, of others the Service. */
function portRecords(
  name: string,
  service: Service,
  slices: readonly EndpointSlice[],
  wanted: { readonly port?: string; readonly protocol?: string },
): readonly DnsRecord[] {
  const { namespace, name: serviceName } = service.metadata;
  const base = `${serviceName}.${namespace}.svc.${DOMAIN}`;
  const isWanted = (port = '', protocol = 'TCP'): boolean =>
    port !== '' &&
    (wanted.port === undefined || wanted.port === port.toLowerCase()) &&
    (wanted.protocol === undefined || wanted.protocol === protocol.toLowerCase());
  const found: { readonly port: number; readonly target: string }[] = [];
  if (isHeadless(service)) {
    for (const { label, ports } of readyEndpoints(slices)) {
      for (const port of ports) {
        if (isWanted(port.name, port.protocol) && port.port)
          found.push({ port: port.port, target: `${label}.${base}` });
      }
    }
  } else {
    for (const { name: port, protocol, port: number } of service.spec?.ports ?? []) {
      if (isWanted(port, protocol)) found.push({ port: number, target: base });
    }
  }
  // CoreDNS shares 100 among those of one priority.
  const weight = Math.max(Math.floor(100 / Math.max(found.length, 1)), 1);
  return found.map(({ port, target }) => ({
    type: 'SRV',
    name,
    priority: 0,
    weight,
    port,
    target,
    ttlSeconds: TTL_SECONDS,
  }));
}

interface NamedEndpoint {
  readonly ip: string;
  /** Host name of the Pod, or its address with dashes. */
  readonly label: string;
  readonly ports: NonNullable<EndpointSlice['ports']>;
}

/** Those that may be spoken to; `publishNotReadyAddresses` makes all of them ready. */
function readyEndpoints(slices: readonly EndpointSlice[]): readonly NamedEndpoint[] {
  const found: NamedEndpoint[] = [];
  for (const { addressType, endpoints, ports } of slices) {
    if (addressType !== 'IPv4') continue;
    for (const { addresses, conditions, hostname } of endpoints ?? []) {
      if (conditions?.ready === false) continue;
      for (const ip of addresses) found.push({ ip, label: hostname ?? dashed(ip), ports: ports ?? [] });
    }
  }
  return found;
}
