import type { PolicyAllowance, PolicyRule } from '@tabernetes/node-api';
import { inRange } from '../address/ipv4.ts';

export interface Flow {
  readonly fromIp: string;
  readonly toIp: string;
  readonly port: number;
  readonly protocol: string;
}

/**
 * NetworkPolicies by the addresses that they isolate. A Pod that nothing isolates costs one look-up that finds nothing.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class PolicyTable {
  readonly #policies = new Map<string, readonly PolicyRule[]>();
  readonly #byPod = { ingress: new Map<string, Set<PolicyRule>>(), egress: new Map<string, Set<PolicyRule>>() };

  set(key: string, rules: readonly PolicyRule[]): void {
    for (const rule of this.#policies.get(key) ?? []) {
      const index = this.#byPod[rule.direction];
      for (const ip of rule.pods) {
        const filed = index.get(ip);
        if (filed?.delete(rule) && filed.size === 0) index.delete(ip);
      }
    }
    this.#policies.delete(key);
    if (rules.length === 0) return;
    this.#policies.set(key, rules);
    for (const rule of rules) {
      const index = this.#byPod[rule.direction];
      for (const ip of rule.pods) {
        const filed = index.get(ip);
        if (filed) filed.add(rule);
        else index.set(ip, new Set([rule]));
      }
    }
  }

  /** May the Pod at `fromIp` speak to the other? */
  allowsEgress(flow: Flow): boolean {
    return allowed(this.#byPod.egress.get(flow.fromIp), flow, flow.toIp);
  }

  /** May the Pod at `toIp` be spoken to? */
  allowsIngress(flow: Flow): boolean {
    return allowed(this.#byPod.ingress.get(flow.toIp), flow, flow.fromIp);
  }
}

function allowed(rules: ReadonlySet<PolicyRule> | undefined, flow: Flow, peer: string): boolean {
  if (rules === undefined) return true;
  for (const { allow } of rules) for (const each of allow) if (allows(each, flow, peer)) return true;
  return false;
}

function allows({ peers, ports }: PolicyAllowance, { toIp, port, protocol }: Flow, peer: string): boolean {
  const isPeer =
    peers === undefined ||
    peers.some((each) =>
      'ips' in each ? each.ips.has(peer) : inRange(each.cidr, peer) && !each.except.some((cidr) => inRange(cidr, peer)),
    );
  if (!isPeer) return false;
  return (
    ports === undefined ||
    ports.some((each) => {
      if (each.protocol !== protocol) return false;
      if (each.byAddress !== undefined) return each.byAddress.get(toIp) === port;
      if (each.port === undefined) return true;
      return each.endPort === undefined ? each.port === port : port >= each.port && port <= each.endPort;
    })
  );
}
