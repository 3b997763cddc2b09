import type { Clock, Rng } from '@tabernetes/base';
import type { DnsZone, SocketAddress } from '@tabernetes/node-api';
import { netError } from '../net-error.ts';
import type { Face } from '../place.ts';
import type { PolicyTable } from '../routing/policy-table.ts';

/** The address of the cluster DNS: of the Service kube-dns, where there is one. */
export const CLUSTER_DNS = '10.96.0.10';
/** What a resolver takes to give up: five seconds, twice. */
const DNS_TIMEOUT_MS = 10_000;

export interface Names {
  /** The names that a place may look up. @throws {NetError} EAI_AGAIN where no name server answers */
  zoneFor(face: Face, name: string): Promise<DnsZone>;
  serverOf(face: Face): SocketAddress;
  /** Cluster DNS shuffles what it answers, so that load is spread. */
  inAnyOrder(addresses: readonly string[]): readonly string[];
}

export interface NamesDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly policies: PolicyTable;
  /** The cluster's zone as it is now. */
  readonly cluster: () => DnsZone;
  /** Machines by name: nodes, and those that were put outside. */
  readonly hosts: ReadonlyMap<string, string>;
}

/** Who asks the cluster's name server knows the cluster; who asks the node's knows machines alone. */
export function createNames({ clock, rng, policies, cluster, hosts }: NamesDeps): Names {
  const machines: DnsZone = {
    lookup(name) {
      const address = hosts.get(name);
      return address === undefined ? undefined : [{ type: 'A', name, address, ttlSeconds: 30 }];
    },
  };
  const both: DnsZone = { lookup: (name) => cluster().lookup(name) ?? machines.lookup(name) };
  const serverOf = ({ dns }: Face): SocketAddress => ({ ip: dns.nameservers[0] ?? '127.0.0.1', port: 53 });
  return {
    serverOf,
    async zoneFor(face, name) {
      const { dns, place } = face;
      if (dns.nameservers.length === 0) throw netError('EAI_AGAIN', name);
      if (!dns.nameservers.includes(CLUSTER_DNS)) return machines;
      const flow = { fromIp: place.ip, toIp: CLUSTER_DNS, port: 53, protocol: 'UDP' };
      if (place.kind === 'pod' && !policies.allowsEgress(flow)) {
        await clock.sleep(DNS_TIMEOUT_MS, undefined, { background: true });
        throw netError('EAI_AGAIN', name);
      }
      return both;
    },
    inAnyOrder(addresses) {
      if (addresses.length < 2) return addresses;
      const shuffled = [...addresses];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = rng.int(i + 1);
        const [a, b] = [shuffled[i], shuffled[j]];
        if (a !== undefined && b !== undefined) [shuffled[i], shuffled[j]] = [b, a];
      }
      return shuffled;
    },
  };
}
