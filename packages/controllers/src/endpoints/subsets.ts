import type { EndpointAddress, EndpointPort, EndpointSubset } from '@tabernetes/api/types/core-v1';
import { sortByHash } from '../services/go-hash.ts';

/** One address that serves, or does not serve yet, one port. No port: of a headless Service that has none. */
export interface PortAddress {
  readonly address: EndpointAddress;
  readonly port?: EndpointPort;
  readonly ready: boolean;
}

/**
 * The canonical subsets of what the addresses serve: ports with the same addresses stand together, everything is sorted.
 *
 *   web-1:80 ready, web-1:81 ready, web-2:80 ready      →      [{ addresses: [web-1], ports: [81] },
 *                                                              { addresses: [web-1, web-2], ports: [80] }]
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/v1/endpoints/util.go RepackSubsets
 */
export function packSubsets(entries: readonly PortAddress[]): readonly EndpointSubset[] {
  const byPort = new Map<string, Served>();
  for (const { address, port, ready } of entries) {
    const key = port === undefined ? '' : `${port.name ?? ''} ${port.protocol} ${port.port} ${port.appProtocol ?? ''}`;
    let served = byPort.get(key);
    if (served === undefined) {
      served = { port, addresses: new Map() };
      byPort.set(key, served);
    }
    const id = `${address.ip} ${address.targetRef?.uid ?? ''}`;
    // Not ready always trumps ready.
    const before = served.addresses.get(id);
    served.addresses.set(id, { address: before?.address ?? address, ready: ready && (before?.ready ?? true) });
  }

  const groups = new Map<string, Group>();
  for (const { port, addresses } of byPort.values()) {
    const sorted = [...addresses].sort(([, a], [, b]) => byIpAndUid(a.address, b.address));
    const key = sorted.map(([id, { ready }]) => `${id} ${ready}`).join('\n');
    const group = groups.get(key) ?? { addresses: sorted.map(([, state]) => state), ports: [] };
    if (port !== undefined) group.ports.push(port);
    groups.set(key, group);
  }
  const subsets = [...groups.values()].map(({ addresses, ports }): EndpointSubset => {
    const ready = addresses.filter((a) => a.ready).map((a) => a.address);
    const notReady = addresses.filter((a) => !a.ready).map((a) => a.address);
    return {
      ...(ready.length > 0 && { addresses: ready }),
      ...(notReady.length > 0 && { notReadyAddresses: notReady }),
      ...(ports.length > 0 && { ports: sortByHash('io.k8s.api.core.v1.EndpointPort', ports) }),
    };
  });
  return sortByHash('io.k8s.api.core.v1.EndpointSubset', subsets);
}

interface Served {
  readonly port: EndpointPort | undefined;
  readonly addresses: Map<string, { readonly address: EndpointAddress; readonly ready: boolean }>;
}
interface Group {
  readonly addresses: readonly { readonly address: EndpointAddress; readonly ready: boolean }[];
  readonly ports: EndpointPort[];
}

function byIpAndUid(a: EndpointAddress, b: EndpointAddress): number {
  if (a.ip !== b.ip) return a.ip < b.ip ? -1 : 1;
  const [x = '', y = ''] = [a.targetRef?.uid, b.targetRef?.uid];
  return x === y ? 0 : x < y ? -1 : 1;
}

/** As many addresses as one Endpoints object takes. */
const MAX_ADDRESSES = 1000;

/**
 * Leaves out what is over {@link MAX_ADDRESSES}, each subset in proportion, those that are not ready first. Gives back the
 * same subsets when there is room.
 */
export function truncateSubsets(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const count = (of: 'addresses' | 'notReadyAddresses'): number =>
    subsets.reduce((sum, subset) => sum + (subset[of]?.length ?? 0), 0);
  const ready = count('addresses');
  const notReady = count('notReadyAddresses');
  if (ready + notReady <= MAX_ADDRESSES) return subsets;
  const cut = ready > MAX_ADDRESSES ? 'addresses' : 'notReadyAddresses';
  const max = cut === 'addresses' ? MAX_ADDRESSES : MAX_ADDRESSES - ready;
  const total = cut === 'addresses' ? ready : notReady;
  let left = max;
  return subsets.map(({ addresses = [], notReadyAddresses = [], ports }) => {
    const all = cut === 'addresses' ? addresses : notReadyAddresses;
    const kept = all.slice(0, Math.min(Math.ceil((all.length / total) * max), left));
    left -= kept.length;
    const some = cut === 'addresses' ? { addresses: kept } : { addresses, notReadyAddresses: kept };
    return { ...some, ...(ports && { ports }) };
  });
}
