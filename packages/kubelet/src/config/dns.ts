import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodSandboxConfig } from '@tabernetes/node-api';
import { CLUSTER_DOMAIN } from './hostname.ts';

export interface DnsOptions {
  /** Address of the cluster DNS. */
  readonly clusterDNS: string;
  /** Name server of the node. */
  readonly nodeDNS: string;
}

/** resolv.conf by the Pod's dnsPolicy. @see pkg/kubelet/network/dns/dns.go */
export function podDns(pod: Pod, { clusterDNS, nodeDNS }: DnsOptions): PodSandboxConfig['dns'] {
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
    nameservers: unique([...base.nameservers, ...(dnsConfig.nameservers ?? [])]).slice(0, MAX_NAMESERVERS),
    searches: unique([...base.searches, ...(dnsConfig.searches ?? [])]).slice(0, MAX_SEARCHES),
    options: [...options].map(([name, value]) => (value === '' ? name : `${name}:${value}`)),
  };
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
