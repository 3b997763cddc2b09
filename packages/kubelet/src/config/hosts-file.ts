import type { HostAlias, Pod } from '@tabernetes/api/types/core-v1';
import { podHostname } from './hostname.ts';

/** /etc/hosts of a Pod. `nodeHosts` is what the node's file says, for Pods in the node's network. */
export function hostsFile(pod: Pod, podIPs: readonly string[], nodeHosts: string): string {
  const aliases = aliasLines(pod.spec?.hostAliases ?? []);
  if (pod.spec?.hostNetwork === true) return `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${aliases}`;
  const { hostname, domain } = podHostname(pod);
  const names = domain === '' ? hostname : `${hostname}.${domain}\t${hostname}`;
  return `${HEAD}${podIPs.map((ip) => `${ip}\t${names}\n`).join('')}${aliases}`;
}

const HEAD = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`;

function aliasLines(aliases: readonly HostAlias[]): string {
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join('')}`;
}
