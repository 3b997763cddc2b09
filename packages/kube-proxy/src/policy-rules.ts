import type { Pod } from '@tabernetes/api/types/core-v1';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '@tabernetes/api/types/networking-v1';
import { labelSelectorAsSelector, type Selector } from '@tabernetes/apimachinery';
import type { PolicyAllowance, PolicyRule } from '@tabernetes/node-api';

/** A Pod as policies see it. */
export interface PolicyPod {
  readonly ip: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Container ports that have names. */
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
}

/** The Pods of a cluster, for whom policies select them. */
export interface PolicyPods {
  in(namespace: string): readonly PolicyPod[];
  /** Names of the namespaces whose labels the selector matches. */
  namespaces(selector: Selector): readonly string[];
}

/** Undefined where policies have no say: no address yet, over, or in the network of its node. */
export function policyPod({ metadata, spec, status }: Pod): PolicyPod | undefined {
  const ip = status?.podIP;
  if (!ip || spec?.hostNetwork === true || status?.phase === 'Succeeded' || status?.phase === 'Failed')
    return undefined;
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...(spec?.containers ?? []), ...sidecars].flatMap((container) =>
    (container.ports ?? []).flatMap(({ name, containerPort, protocol = 'TCP' }) =>
      name === undefined ? [] : [{ name, port: containerPort, protocol }],
    ),
  );
  return { ip, namespace: metadata.namespace ?? '', labels: metadata.labels ?? {}, ports };
}

/**
 * What a NetworkPolicy means for the Pods there are.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function policyRules({ metadata, spec }: NetworkPolicy, pods: PolicyPods): readonly PolicyRule[] {
  const { namespace = '', name } = metadata;
  const selector = labelSelectorAsSelector(spec?.podSelector ?? {});
  const selected = pods.in(namespace).filter(({ labels }) => selector.matches(labels));
  const addresses = new Set(selected.map(({ ip }) => ip));
  const policy = `${namespace}/${name}`;
  const types = spec?.policyTypes ?? ['Ingress', ...(spec?.egress === undefined ? [] : ['Egress'])];
  const rules: PolicyRule[] = [];
  if (types.includes('Ingress')) {
    const allow = (spec?.ingress ?? []).map(({ from, ports }): PolicyAllowance => {
      const peers = from?.length ? peersOf(from, namespace, pods).peers : undefined;
      return { ...(peers && { peers }), ...portsOf(ports, selected) };
    });
    rules.push({ policy, direction: 'ingress', pods: addresses, allow });
  }
  if (types.includes('Egress')) {
    const allow = (spec?.egress ?? []).map(({ to, ports }): PolicyAllowance => {
      const found = to?.length ? peersOf(to, namespace, pods) : undefined;
      // A named port is one of whoever is spoken to.
      const isNamed = ports?.some(({ port }) => typeof port === 'string') === true;
      const everybody =
        isNamed && found === undefined ? pods.namespaces(labelSelectorAsSelector({})).flatMap(pods.in) : [];
      return { ...(found && { peers: found.peers }), ...portsOf(ports, found?.pods ?? everybody) };
    });
    rules.push({ policy, direction: 'egress', pods: addresses, allow });
  }
  return rules;
}

function peersOf(
  list: readonly NetworkPolicyPeer[],
  own: string,
  pods: PolicyPods,
): { readonly peers: NonNullable<PolicyAllowance['peers']>; readonly pods: readonly PolicyPod[] } {
  const found: PolicyPod[] = [];
  const blocks: { readonly cidr: string; readonly except: readonly string[] }[] = [];
  for (const { ipBlock, namespaceSelector, podSelector } of list) {
    if (ipBlock !== undefined) {
      blocks.push({ cidr: ipBlock.cidr, except: ipBlock.except ?? [] });
      continue;
    }
    const namespaces =
      namespaceSelector === undefined ? [own] : pods.namespaces(labelSelectorAsSelector(namespaceSelector));
    const selector = labelSelectorAsSelector(podSelector ?? {});
    for (const namespace of namespaces) {
      for (const pod of pods.in(namespace)) if (selector.matches(pod.labels)) found.push(pod);
    }
  }
  return { peers: [{ ips: new Set(found.map(({ ip }) => ip)) }, ...blocks], pods: found };
}

function portsOf(
  ports: readonly NetworkPolicyPort[] | undefined,
  destinations: readonly PolicyPod[],
): Pick<PolicyAllowance, 'ports'> {
  if (!ports?.length) return {};
  return {
    ports: ports.map(({ protocol = 'TCP', port, endPort }) => {
      if (typeof port !== 'string') {
        return { protocol, ...(port !== undefined && { port }), ...(endPort !== undefined && { endPort }) };
      }
      const byAddress = new Map<string, number>();
      for (const pod of destinations) {
        const named = pod.ports.find((each) => each.name === port && each.protocol === protocol);
        if (named !== undefined) byAddress.set(pod.ip, named.port);
      }
      return { protocol, byAddress };
    }),
  };
}
