/**
 * Why a sysctl may not be set; undefined: it may.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/sysctl/allowlist.go
 */
export function sysctlRefusal(name: string, hostNetwork: boolean, hostIPC: boolean): string | undefined {
  const dotted = name.replaceAll('/', '.');
  if (!SAFE.has(dotted)) return `"${dotted}" not allowlisted`;
  if (dotted.startsWith('net.') && hostNetwork) return `"${dotted}" not allowed with host net enabled`;
  if (dotted.startsWith('kernel.') && hostIPC) return `"${dotted}" not allowed with host ipc enabled`;
  return undefined;
}

/** What is namespaced and harms nobody else. */
const SAFE: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);
