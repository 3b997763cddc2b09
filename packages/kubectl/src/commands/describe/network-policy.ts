import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '@tabernetes/api/types/networking-v1';
import { formatLabelSelector } from '@tabernetes/apimachinery';
import { goTime } from '../../printers/dates.ts';
import { of } from './describer.ts';
import type { Description } from './description.ts';
import { annotations, pairs } from './metadata.ts';

export const networkPolicy = of<NetworkPolicy>(async (_context, { metadata, spec }, d) => {
  d.field(0, 'Name', metadata.name ?? '');
  d.field(0, 'Namespace', metadata.namespace ?? '');
  d.field(0, 'Created on', goTime(metadata.creationTimestamp));
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  d.write(0, 'Spec:\n');
  const selector = formatLabelSelector(spec?.podSelector ?? {});
  d.write(1, 'PodSelector: ');
  const all = '<none> (Allowing the specific traffic to all pods in this namespace)';
  d.write(2, `${selector === '<none>' ? all : selector}\n`);
  const types = spec?.policyTypes ?? [];
  if (types.includes('Ingress')) {
    d.write(1, 'Allowing ingress traffic:\n');
    const rules = (spec?.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }));
    traffic(d, rules, { kind: 'ingress', title: 'From', end: 'source' });
  } else d.write(1, 'Not affecting ingress traffic\n');
  if (types.includes('Egress')) {
    d.write(1, 'Allowing egress traffic:\n');
    const rules = (spec?.egress ?? []).map(({ ports, to }) => ({ ports, peers: to }));
    traffic(d, rules, { kind: 'egress', title: 'To', end: 'destination' });
  } else d.write(1, 'Not affecting egress traffic\n');
  d.write(1, `Policy Types: ${types.join(', ') || '<none>'}\n`);
});

interface Rule {
  readonly ports?: readonly NetworkPolicyPort[] | undefined;
  readonly peers?: readonly NetworkPolicyPeer[] | undefined;
}

const INDENT = '    ';

function traffic(
  d: Description,
  rules: readonly Rule[],
  { kind, title, end }: { readonly kind: string; readonly title: string; readonly end: string },
): void {
  const line = (text: string): void => d.write(0, `${INDENT}${text}\n`);
  if (rules.length === 0) {
    line(`<none> (Selected pods are isolated for ${kind} connectivity)`);
    return;
  }
  rules.forEach(({ ports = [], peers = [] }, at) => {
    if (ports.length === 0) line('To Port: <any> (traffic allowed to all ports)');
    for (const { port, endPort, protocol = 'TCP' } of ports) {
      const number = port ?? '<nil>';
      line(
        endPort === undefined ? `To Port: ${number}/${protocol}` : `To Port Range: ${number}-${endPort}/${protocol}`,
      );
    }
    if (peers.length === 0) line(`${title}: <any> (traffic not restricted by ${end})`);
    for (const peer of peers) {
      line(`${title}:`);
      peerText(d, peer);
    }
    if (at < rules.length - 1) line('----------');
  });
}

function peerText(d: Description, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): void {
  if (namespaceSelector) d.write(1, `${INDENT}NamespaceSelector: ${formatLabelSelector(namespaceSelector)}\n`);
  if (podSelector) d.write(1, `${INDENT}PodSelector: ${formatLabelSelector(podSelector)}\n`);
  if (podSelector || namespaceSelector || !ipBlock) return;
  d.write(1, `${INDENT}IPBlock:\n`);
  d.write(2, `${INDENT}CIDR: ${ipBlock.cidr}\n`);
  d.write(2, `${INDENT}Except: ${(ipBlock.except ?? []).join(', ')}\n`);
}
