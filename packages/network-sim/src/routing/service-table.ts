import type { Clock, Rng } from '@tabernetes/base';
import type { ServiceBackend, ServicePortRule } from '@tabernetes/node-api';
import { inRange } from '../address/ipv4.ts';

/** Who asks for an address of a Service. */
export interface Caller {
  readonly ip: string;
  /** Undefined: outside of the cluster. */
  readonly node: string | undefined;
  readonly isPod: boolean;
}

/** Where a connection to an address of a Service goes. */
export type Route =
  | {
      readonly to: 'backend';
      readonly rule: ServicePortRule;
      readonly ip: string;
      readonly port: number;
      /** The backend sees the address of the node that was spoken to instead of the caller's. */
      readonly masquerade: boolean;
    }
  /** Nobody is behind it: refused at once. */
  | { readonly to: 'refused'; readonly rule: ServicePortRule }
  /** Nobody answers. */
  | { readonly to: 'dropped'; readonly rule: ServicePortRule };

interface Entry {
  readonly rule: ServicePortRule;
  readonly affinity: Map<string, { readonly backend: string; readonly untilMs: number }>;
}

/**
 * Addresses of Services and what is behind them. A look-up costs one hash; a change of a Service costs its own ports, however many
 * others there are.
 *
 *   virtual    10.96.3.7:80     → entry        services   default/web → what it has put into the two
 *              203.0.113.9:80   → entry
 *   nodePorts  30080            → entry        on the address of any node
 *
 * @see https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
export class ServiceTable {
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #virtual = new Map<string, { readonly entry: Entry; readonly external: boolean }>();
  readonly #nodePorts = new Map<string, Entry>();
  readonly #services = new Map<
    string,
    { readonly rules: readonly ServicePortRule[]; readonly entries: readonly Entry[] }
  >();

  constructor({ clock, rng }: { readonly clock: Clock; readonly rng: Rng }) {
    this.#clock = clock;
    this.#rng = rng;
  }

  set(key: string, rules: readonly ServicePortRule[]): void {
    const before = this.#services.get(key);
    for (const { rule } of before?.entries ?? []) this.#unfile(rule);
    if (rules.length === 0) {
      this.#services.delete(key);
      return;
    }
    const entries = rules.map((rule): Entry => {
      const old = before?.entries.find(
        (entry) => entry.rule.portName === rule.portName && entry.rule.protocol === rule.protocol,
      );
      return { rule, affinity: old?.affinity ?? new Map() };
    });
    for (const entry of entries) {
      const { clusterIPs, externalIPs, port, nodePort, protocol } = entry.rule;
      for (const ip of clusterIPs) this.#virtual.set(keyOf(ip, port, protocol), { entry, external: false });
      for (const ip of externalIPs) this.#virtual.set(keyOf(ip, port, protocol), { entry, external: true });
      if (nodePort !== undefined) this.#nodePorts.set(`${nodePort}/${protocol}`, entry);
    }
    this.#services.set(key, { rules, entries });
  }

  /** Undefined: it is no address of a Service. */
  route(ip: string, port: number, caller: Caller, protocol = 'TCP'): Route | undefined {
    const found = this.#virtual.get(keyOf(ip, port, protocol));
    if (found === undefined) return undefined;
    const { entry, external } = found;
    if (!external) return this.#choose(entry, caller, entry.rule.internalTrafficLocal ? caller.node : undefined, false);
    const { loadBalancerSourceRanges: ranges, externalTrafficLocal } = entry.rule;
    if (ranges.length > 0 && !ranges.some((cidr) => inRange(cidr.trim(), caller.ip))) {
      return { to: 'dropped', rule: entry.rule };
    }
    // Whoever is in the cluster takes the short way, to any backend. From outside, the balancer picks a node that has one.
    return this.#choose(entry, caller, undefined, !externalTrafficLocal && caller.node === undefined);
  }

  /** The same for a port of a node's own address. */
  routeNodePort(node: string, port: number, caller: Caller, protocol = 'TCP'): Route | undefined {
    const entry = this.#nodePorts.get(`${port}/${protocol}`);
    if (entry === undefined) return undefined;
    const { externalTrafficLocal } = entry.rule;
    const isLocal = externalTrafficLocal && !caller.isPod && caller.node !== node;
    return this.#choose(entry, caller, isLocal ? node : undefined, !externalTrafficLocal);
  }

  #choose({ rule, affinity }: Entry, caller: Caller, onlyNode: string | undefined, masquerade: boolean): Route {
    const usable = usableOf(rule.backends);
    if (usable.length === 0) return { to: 'refused', rule };
    const candidates =
      onlyNode === undefined ? usable : usableOf(rule.backends.filter(({ nodeName }) => nodeName === onlyNode));
    if (candidates.length === 0) return { to: 'dropped', rule };
    const { affinityTimeoutMs } = rule;
    let chosen: ServiceBackend | undefined;
    const nowMs = this.#clock.now();
    if (affinityTimeoutMs !== undefined) {
      const known = affinity.get(caller.ip);
      if (known !== undefined && known.untilMs > nowMs) {
        chosen = candidates.find((backend) => keyOf(backend.ip, backend.port, '') === known.backend);
      }
    }
    chosen ??= candidates.length === 1 ? candidates[0] : candidates[this.#rng.int(candidates.length)];
    if (chosen === undefined) return { to: 'refused', rule };
    if (affinityTimeoutMs !== undefined) {
      // Clients that come no more are forgotten now and then.
      if (affinity.size >= MAX_REMEMBERED) {
        for (const [ip, { untilMs }] of affinity) if (untilMs <= nowMs) affinity.delete(ip);
      }
      affinity.set(caller.ip, { backend: keyOf(chosen.ip, chosen.port, ''), untilMs: nowMs + affinityTimeoutMs });
    }
    return { to: 'backend', rule, ip: chosen.ip, port: chosen.port, masquerade };
  }

  #unfile({ clusterIPs, externalIPs, port, nodePort, protocol }: ServicePortRule): void {
    for (const ip of clusterIPs) this.#virtual.delete(keyOf(ip, port, protocol));
    for (const ip of externalIPs) this.#virtual.delete(keyOf(ip, port, protocol));
    if (nodePort !== undefined) this.#nodePorts.delete(`${nodePort}/${protocol}`);
  }
}

const MAX_REMEMBERED = 1024;

const keyOf = (ip: string, port: number, protocol: string): string => `${ip}:${port}/${protocol}`;

/** The ready ones; while there are none, those that still serve while they end. */
function usableOf(backends: readonly ServiceBackend[]): readonly ServiceBackend[] {
  const ready = backends.filter((backend) => backend.ready);
  return ready.length > 0 ? ready : backends.filter(({ serving, terminating }) => serving && terminating);
}
