import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodSandboxConfig } from '@tabernetes/node-api';
import { CLUSTER_DOMAIN } from './hostname.ts';

export interface DnsOptions {
  /** Address of the cluster DNS. */
  readonly clusterDNS: string;
  /** Name server of the node. */
  readonly nodeDNS: string;
}

/** resolv.conf by the Pod's dnsPolicy, within what resolvers read. @see pkg/kubelet/network/dns/dns.go */
export function podDns(pod: Pod, options: DnsOptions): PodSandboxConfig['dns'] {
  const wanted = wantedDns(pod, options);
  return { ...wanted, nameservers: wanted.nameservers.slice(0, MAX_NAMESERVERS), searches: fitting(wanted.searches) };
}

/** What of it does not fit, in the kubelet's words. */
export function dnsWarnings(pod: Pod, options: DnsOptions): readonly string[] {
  const wanted = wantedDns(pod, options);
  const { nameservers, searches } = podDns(pod, options);
  const warnings: string[] = [];
  if (nameservers.length < wanted.nameservers.length) {
    const line = nameservers.join(' ');
    warnings.push(
      `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${line}`,
    );
  }
  if (searches.length < wanted.searches.length) {
    const line = searches.join(' ');
    warnings.push(
      `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${line}`,
    );
  }
  return warnings;
}

function wantedDns(pod: Pod, { clusterDNS, nodeDNS }: DnsOptions): PodSandboxConfig['dns'] {
  const { dnsPolicy = 'ClusterFirst', hostNetwork, dnsConfig } = pod.spec ?? {};
  const cluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && hostNetwork !== true);
  const base = cluster
    ? {
        nameservers: [clusterDNS],
        searches: [`${pod.metadata.namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN],
        options: ['ndots:5'],
      }
    : { nameservers: dnsPolicy === 'None' ? [] : [nodeDNS], searches: [], options: [] };
  if (dnsConfig === undefined) return base;
  const options = new Map<string, string>();
  for (const option of base.options) {
    const [name = '', value = ''] = option.split(':');
    options.set(name, value);
  }
  for (const { name = '', value = '' } of dnsConfig.options ?? []) options.set(name, value);
  return {
    nameservers: unique([...base.nameservers, ...(dnsConfig.nameservers ?? [])]),
    searches: unique([...base.searches, ...(dnsConfig.searches ?? [])]),
    options: [...options].map(([name, value]) => (value === '' ? name : `${name}:${value}`)),
  };
}

/** Not too many, none too long, and not too much of them together. */
function fitting(searches: readonly string[]): readonly string[] {
  const kept = searches.slice(0, MAX_SEARCHES).filter(({ length }) => length <= MAX_SEARCH_LENGTH);
  while (kept.join(' ').length > MAX_SEARCH_LINE) kept.pop();
  return kept;
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_LENGTH = 253;
const MAX_SEARCH_LINE = 2048;
const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
