import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type {
  DnsZone,
  Hop,
  Net,
  PodEndpoint,
  PodNetwork,
  PodSandboxConfig,
  PolicyRule,
  ProxyDataPlane,
  ServicePortRule,
} from '@tabernetes/node-api';
import { AddressPool } from './address/address-pool.ts';
import { ipv4Range } from './address/ipv4.ts';
import { createNames } from './dns/names.ts';
import { Hops } from './hops.ts';
import { netFace, type OwnNet } from './net-face.ts';
import { type Face, Place } from './place.ts';
import { type HostPort, inSomeRange, type Terrain } from './routing/dial.ts';
import { PolicyTable } from './routing/policy-table.ts';
import { ServiceTable } from './routing/service-table.ts';
import { Ways, type Weather } from './routing/ways.ts';

export interface SimulatedNetworkDeps {
  readonly clock: Clock;
  /** Picks backends, and the order of addresses. */
  readonly rng: Rng;
}

export interface SimulatedNetworkOptions {
  /** One way, between machines. Default 0. */
  readonly latencyMs?: number;
}

/** The network of a cluster: where its Pods are attached, what its proxies write, and the world around it. */
export interface SimulatedNetwork extends PodNetwork, ProxyDataPlane {
  /** A machine outside of the cluster, known by these names; the same address is the same machine. */
  outside(machine: { readonly ip: string; readonly names?: readonly string[] }): OwnNet;
  /** Cuts a node with its Pods off from all other machines, or joins it again: what is on its way waits, new calls get nowhere. */
  cut(node: string, isCut: boolean): void;
  /** Makes the ways between machines slow or lossy, from now on. */
  setWeather(weather: Weather): void;
}

interface Node {
  readonly name: string;
  readonly place: Place;
  readonly podCIDR: string;
  readonly pool: AddressPool | undefined;
  readonly hostPorts: Map<number, HostPort>;
}

/**
 * Machines and Pods by their addresses.
 *
 *   places   172.18.0.2  → node-1           nodes   node-1 → place, pool 10.244.1.0/24, host ports
 *            10.244.1.2  → default/web      pods    uid    → places, oldest first
 *            172.18.0.1  → outside
 *
 * Nothing in it waits but what a connection itself waits for: an idle network has no timer.
 */
export function simulatedNetwork(
  { clock, rng }: SimulatedNetworkDeps,
  { latencyMs = 0 }: SimulatedNetworkOptions = {},
): SimulatedNetwork {
  const places = new Map<string, Place>();
  const nodes = new Map<string, Node>();
  const nodeNames = new Map<string, string>();
  const pods = new Map<string, { readonly place: Place; readonly node: string }[]>();
  const hosts = new Map<string, string>();
  const hops = new Hops(clock);
  const services = new ServiceTable({ clock, rng: rng.fork('services') });
  const policies = new PolicyTable();
  const ways = new Ways({ clock, rng: rng.fork('ways') });
  let cluster: DnsZone = { lookup: () => undefined };
  const names = createNames({ clock, rng: rng.fork('dns'), policies, cluster: () => cluster, hosts });
  const terrain: Terrain = {
    clock,
    hops,
    services,
    policies,
    ways,
    latencyMs,
    place: (ip) => places.get(ip),
    nodeAt: (ip) => nodeNames.get(ip),
    nodeIp: (node) => nodes.get(node)?.place.ip,
    bridgeIp: (node) => nodes.get(node)?.pool?.gateway,
    hostPort: (node, port) => nodes.get(node)?.hostPorts.get(port),
    isPodAddress: (ip) =>
      inSomeRange(
        [...nodes.values()].map(({ podCIDR }) => podCIDR),
        ip,
      ),
  };
  const faceOf = (face: Face): Net => netFace(terrain, names, face) as Net;

  return {
    addNode({ name, ip, podCIDR }) {
      let node = nodes.get(name);
      if (node === undefined) {
        const range = ipv4Range(podCIDR);
        const pool = range && new AddressPool(range);
        node = { name, place: new Place('node', ip, { node: name }), podCIDR, pool, hostPorts: new Map() };
        nodes.set(name, node);
        places.set(ip, node.place);
        nodeNames.set(ip, name);
        hosts.set(name.toLowerCase(), ip);
      }
      return faceOf({ place: node.place, dns: NODE_DNS, hosts: NO_HOSTS });
    },
    removeNode(name) {
      const node = nodes.get(name);
      if (node === undefined) return;
      nodes.delete(name);
      ways.cut(name, false);
      nodeNames.delete(node.place.ip);
      hosts.delete(name.toLowerCase());
      places.delete(node.place.ip);
      node.place.shutDown();
    },
    attach(nodeName: string, { namespace, name, uid, dns, hostNetwork, hostPorts }: PodSandboxConfig): PodEndpoint {
      const node = nodes.get(nodeName);
      if (node === undefined) throw new Error(`plugin type="bridge" failed (add): no such node: ${nodeName}`);
      if (hostNetwork) {
        const face: Face = { place: node.place, dns, hosts: NO_HOSTS };
        return endpoint(face, faceOf(face));
      }
      const ip = node.pool?.take();
      if (ip === undefined) {
        throw new Error(
          `plugin type="ptp" failed (add): failed to allocate for range 0: no IP addresses available in range set: ${node.podCIDR}`,
        );
      }
      const place = new Place('pod', ip, { node: nodeName, pod: `${namespace}/${name}` });
      places.set(ip, place);
      const attached = pods.get(uid);
      if (attached) attached.push({ place, node: nodeName });
      else pods.set(uid, [{ place, node: nodeName }]);
      for (const { hostPort, containerPort, hostIP, protocol } of hostPorts) {
        if (protocol === 'TCP') node.hostPorts.set(hostPort, { place, port: containerPort, hostIP });
      }
      const face: Face = { place, dns, hosts: NO_HOSTS };
      return endpoint(face, faceOf(face));
    },
    detach(_nodeName, podUid) {
      // A Pod may get a new sandbox before the old one is gone: that one goes first.
      const attached = pods.get(podUid);
      const gone = attached?.shift();
      if (gone === undefined) return;
      if (attached?.length === 0) pods.delete(podUid);
      const { place } = gone;
      const node = nodes.get(gone.node);
      places.delete(place.ip);
      node?.pool?.giveBack(place.ip);
      for (const [port, mapped] of node?.hostPorts ?? []) if (mapped.place === place) node?.hostPorts.delete(port);
      place.shutDown();
    },
    outside({ ip, names: known = [] }) {
      const place = places.get(ip) ?? new Place('outside', ip);
      places.set(ip, place);
      for (const name of known) hosts.set(name.toLowerCase(), ip);
      return netFace(terrain, names, { place, dns: NODE_DNS, hosts: NO_HOSTS });
    },
    cut: (node, isCut) => ways.cut(node, isCut),
    setWeather(weather) {
      ways.weather = weather;
    },
    setService: (key: string, rules: readonly ServicePortRule[]) => services.set(key, rules),
    setPolicy: (key: string, rules: readonly PolicyRule[]) => policies.set(key, rules),
    setDns(zone) {
      cluster = zone;
    },
    onHop: (listener: (hop: Hop) => void): Disposable => hops.on(listener),
    dispose() {
      for (const place of places.values()) place.shutDown();
      places.clear();
      pods.clear();
      nodes.clear();
    },
  };
}

/** Machines ask the network around the cluster, which knows machines. */
const NODE_DNS = { nameservers: ['172.18.0.1'], searches: [], options: [] } as const;

const NO_HOSTS = (): Readonly<Record<string, string>> => ({});

function endpoint(face: Face, net: Net): PodEndpoint {
  return {
    ips: [face.place.ip],
    net,
    setHosts(next) {
      face.hosts = next;
    },
  };
}
