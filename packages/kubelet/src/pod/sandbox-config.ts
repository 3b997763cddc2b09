import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodSandboxConfig } from '@tabernetes/node-api';
import { type DnsOptions, podDns } from '../config/dns.ts';
import { kernelHostname } from '../config/hostname.ts';

/**
 * The sandbox that a Pod asks for. `handler` is its RuntimeClass's, '' without one.
 *
 * @throws {Error} for a host name that is too long
 */
export function sandboxConfig(
  pod: Pod,
  { dns, nodeName, handler }: { readonly dns: DnsOptions; readonly nodeName: string; readonly handler: string },
): PodSandboxConfig {
  const { metadata, spec } = pod;
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const { sysctls = [], runAsUser, runAsGroup } = spec?.securityContext ?? {};
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    hostname: spec?.hostNetwork === true ? nodeName : kernelHostname(pod),
    hostNetwork: spec?.hostNetwork ?? false,
    hostPID: spec?.hostPID ?? false,
    hostIPC: spec?.hostIPC ?? false,
    shareProcessNamespace: spec?.shareProcessNamespace ?? false,
    dns: podDns(pod, dns),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    hostPorts: containers.flatMap(({ ports = [] }) =>
      ports
        .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
        .map(({ hostPort = 0, containerPort, protocol = 'TCP', hostIP = '' }) => ({
          hostPort,
          containerPort,
          protocol,
          hostIP,
        })),
    ),
    sysctls: Object.fromEntries(sysctls.map(({ name, value }) => [name.replaceAll('/', '.'), value])),
    ...(runAsUser !== undefined && { runAsUser }),
    ...(runAsGroup !== undefined && { runAsGroup }),
    runtimeHandler: handler,
  };
}
