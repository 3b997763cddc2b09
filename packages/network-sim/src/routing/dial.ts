import type { Clock } from '@tabernetes/base';
import type { ConnectOptions, NetError, SocketAddress } from '@tabernetes/node-api';
import { inRange, ipv4Range, isLoopback } from '../address/ipv4.ts';
import type { Hops } from '../hops.ts';
import { netError } from '../net-error.ts';
import type { Face, ListenerEntry, Place } from '../place.ts';
import type { PolicyTable } from './policy-table.ts';
import type { Caller, Route, ServiceTable } from './service-table.ts';
import type { Ways } from './ways.ts';

/** What Linux takes to give up on SYNs that nobody answers. */
export const CONNECT_TIMEOUT_MS = 127_000;
/** When Linux asks again, in milliseconds since it asked first. */
const SYN_AGAIN_MS = [1_000, 3_000, 7_000, 15_000, 31_000, 63_000];
/** What it takes to give up on neighbours that nobody has heard of. */
const NEIGHBOUR_TIMEOUT_MS = 3_000;
/** Addresses of Services; packets to those that no Service has are lost on the way out. */
const SERVICE_RANGE = '10.96.0.0/12';

/** A connection that somebody has taken. */
export interface Dialed {
  readonly connection: number;
  readonly entry: ListenerEntry;
  readonly target: Place;
  /** The client's end, as it sees it itself. */
  readonly near: { readonly local: SocketAddress; readonly remote: SocketAddress };
  /** The server's end: addresses of Services are translated on the way. */
  readonly far: { readonly local: SocketAddress; readonly remote: SocketAddress };
  readonly latencyMs: number;
}

export interface HostPort {
  readonly place: Place;
  readonly port: number;
  /** Empty and 0.0.0.0: every address of the node. */
  readonly hostIP: string;
}

/** What of the network a connection may meet. */
export interface Terrain {
  readonly clock: Clock;
  readonly hops: Hops;
  readonly services: ServiceTable;
  readonly policies: PolicyTable;
  readonly ways: Ways;
  readonly latencyMs: number;
  place(ip: string): Place | undefined;
  /** The node that has this address. */
  nodeAt(ip: string): string | undefined;
  nodeIp(node: string): string | undefined;
  /** Of the bridge that a node's Pods hang on. */
  bridgeIp(node: string): string | undefined;
  hostPort(node: string, port: number): HostPort | undefined;
  /** Whether Pods of some node have addresses like this. */
  isPodAddress(ip: string): boolean;
}

/** A SYN, sent as often as it takes. */
interface Syn {
  readonly connection: number;
  readonly from: SocketAddress & { readonly place: Place };
  /** Packets that are lost again in the same way are not told of again. */
  readonly told: Set<string>;
}

/**
 * Connects to an address. What is lost on the way is sent again, so that who calls before the rules for a Service are there gets
 * through a little later.
 *
 * @throws {NetError} ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH
 */
export async function dial(
  terrain: Terrain,
  face: Face,
  ip: string,
  port: number,
  options: ConnectOptions,
): Promise<Dialed> {
  const { clock, hops } = terrain;
  const { place } = face;
  const { timeoutMs = CONNECT_TIMEOUT_MS, signal, localPort } = options;
  const from = { ip: place.ip, port: localPort ?? place.ephemeralPort(), place };
  const syn: Syn = { connection: hops.nextConnection(), from, told: new Set() };
  const startMs = clock.now();
  for (const againMs of [...SYN_AGAIN_MS, CONNECT_TIMEOUT_MS]) {
    const dialed = await once(terrain, face, ip, port, syn, options);
    if (dialed !== 'lost') return dialed;
    await clock.sleep(startMs + Math.min(againMs, timeoutMs) - clock.now(), signal, { background: true });
    if (clock.now() - startMs >= timeoutMs) break;
  }
  throw netError('ETIMEDOUT', `${ip}:${port}`);
}

/**
 * Finds who takes a connection to an address, the way that packets go: first Services (whoever is behind them is what policies
 * look at), then ports of nodes, then policies of the one who calls and of the one who is called, then the listener.
 *
 * @throws {NetError} ECONNREFUSED, EHOSTUNREACH, ETIMEDOUT of neighbours
 */
async function once(
  terrain: Terrain,
  { place }: Face,
  ip: string,
  port: number,
  { connection, from, told }: Syn,
  { timeoutMs = CONNECT_TIMEOUT_MS, signal }: ConnectOptions,
): Promise<Dialed | 'lost'> {
  const { clock, hops, policies } = terrain;
  const asked = { ip, port };
  const refuse = async (to: SocketAddress): Promise<NetError> => {
    hops.tell('refused', connection, from, to, 'connection refused');
    if (terrain.latencyMs > 0) await clock.sleep(2 * terrain.latencyMs, signal);
    return netError('ECONNREFUSED', `${ip}:${port}`);
  };
  const isNews = (what: string): boolean => !told.has(what) && told.add(what).has(what);
  const drop = (to: SocketAddress, why: string): 'lost' => {
    if (isNews(why)) hops.tell('dropped', connection, from, to, why);
    return 'lost';
  };
  if (!place.alive) throw netError('EHOSTUNREACH', `${ip}:${port}`);

  const isOwn = isLoopback(ip) || ip === place.ip;
  const caller: Caller = { ip: place.ip, node: place.node, isPod: place.kind === 'pod' };
  const node = isOwn ? (place.kind === 'node' ? place.node : undefined) : terrain.nodeAt(ip);
  const route: Route | undefined = isOwn
    ? node === undefined
      ? undefined
      : terrain.services.routeNodePort(node, port, caller)
    : (terrain.services.route(ip, port, caller) ??
      (node === undefined ? undefined : terrain.services.routeNodePort(node, port, caller)));
  let to: SocketAddress = asked;
  let target = isOwn ? place : terrain.place(ip);
  let sourceIp = isLoopback(ip) ? ip : place.ip;
  if (route !== undefined) {
    const { namespace, service } = route.rule;
    const by = `${namespace}/${service}`;
    if (isNews(by)) hops.tell('service', connection, from, asked, by);
    if (route.to === 'refused') throw await refuse(asked);
    if (route.to === 'dropped') return drop(asked, 'no endpoints for this caller');
    to = { ip: route.ip, port: route.port };
    target = terrain.place(route.ip);
    sourceIp = route.masquerade && node !== undefined ? (terrain.nodeIp(node) ?? place.ip) : place.ip;
  } else if (node !== undefined) {
    const mapped = terrain.hostPort(node, port);
    if (mapped !== undefined && isFor(mapped, ip)) {
      to = { ip: mapped.place.ip, port: mapped.port };
      target = mapped.place;
      sourceIp = place.ip;
    }
  }

  if (target !== place) {
    const flow = { fromIp: place.ip, toIp: to.ip, port: to.port, protocol: 'TCP' };
    if (place.kind === 'pod' && !policies.allowsEgress(flow)) return drop(to, 'NetworkPolicy: egress');
    // A node may always speak to its own Pods, or no kubelet could probe them.
    const isHost = target?.node !== undefined && terrain.nodeIp(target.node) === sourceIp;
    if (target?.kind === 'pod' && !isHost && !policies.allowsIngress({ ...flow, fromIp: sourceIp })) {
      return drop(to, 'NetworkPolicy: ingress');
    }
  }
  if (target === undefined) {
    if (inRange(SERVICE_RANGE, to.ip)) return drop(to, 'no such Service');
    if (terrain.isPodAddress(to.ip))
      await clock.sleep(Math.min(NEIGHBOUR_TIMEOUT_MS, timeoutMs), signal, { background: true });
    hops.tell('dropped', connection, from, to, 'no route to host');
    if (terrain.isPodAddress(to.ip) && timeoutMs < NEIGHBOUR_TIMEOUT_MS) throw netError('ETIMEDOUT', `${ip}:${port}`);
    throw netError('EHOSTUNREACH', `${ip}:${port}`);
  }
  if (terrain.ways.isCut(place, target)) return drop(to, 'the network is cut');
  // Lost ones are told of one by one: each is sent again.
  if (terrain.ways.loses(place, target)) {
    hops.tell('dropped', connection, from, to, 'packet lost');
    return 'lost';
  }
  // What a node sends to a Pod of its own leaves by the bridge that the Pod hangs on, and has that address.
  const { kind, node: host = '' } = target;
  const bridged = kind === 'pod' && terrain.nodeIp(host) === sourceIp ? terrain.bridgeIp(host) : undefined;
  const entry = target.listener(to);
  const end = { ...to, place: target };
  if (entry === undefined || !isReached(entry, to.ip, isOwn && isLoopback(ip))) throw await refuse(end);
  const latencyMs = target === place ? 0 : terrain.latencyMs;
  const tripMs = 2 * latencyMs + terrain.ways.delayMs(place, target) + terrain.ways.delayMs(target, place);
  if (tripMs > 0) await clock.sleep(tripMs, signal);
  hops.tell('connect', connection, from, end, entry.handler === undefined ? 'tcp' : 'http');
  return {
    connection,
    entry,
    target,
    near: { local: { ip: isLoopback(ip) ? ip : place.ip, port: from.port }, remote: asked },
    far: { local: to, remote: { ip: bridged ?? sourceIp, port: from.port } },
    latencyMs,
  };
}

const isFor = ({ hostIP }: HostPort, ip: string): boolean => hostIP === '' || hostIP === '0.0.0.0' || hostIP === ip;

function isReached({ host }: ListenerEntry, ip: string, viaLoopback: boolean): boolean {
  if (host === '0.0.0.0' || host === '::' || host === '' || host === '*') return true;
  return isLoopback(host) || host === 'localhost' ? viaLoopback : host === ip;
}

/** Whether any of these ranges has the address. */
export const inSomeRange = (ranges: Iterable<string>, ip: string): boolean => {
  for (const cidr of ranges) if (ipv4Range(cidr) !== undefined && inRange(cidr, ip)) return true;
  return false;
};
