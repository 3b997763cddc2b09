import type { Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import type { ServiceBackend, ServicePortRule } from '@tabernetes/node-api';

/** What the Service controller of ClientIP affinity defaults to. */
const DEFAULT_AFFINITY_SECONDS = 10_800;

/**
 * The rules of every port of a Service; none for Services that nothing is proxied for (headless, ExternalName).
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/proxy/serviceport.go
 */
export function serviceRules(service: Service, slices: readonly EndpointSlice[]): readonly ServicePortRule[] {
  const { metadata, spec, status } = service;
  if (spec === undefined || spec.type === 'ExternalName' || !spec.clusterIP || spec.clusterIP === 'None') return [];
  const isExternal = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  const balancer = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) =>
    ip !== undefined && ipMode !== 'Proxy' ? [ip] : [],
  );
  const externalIPs = [...(spec.externalIPs ?? []), ...(spec.type === 'LoadBalancer' ? balancer : [])];
  return (spec.ports ?? []).map(({ name = '', protocol = 'TCP', port, nodePort }) => ({
    namespace: metadata.namespace ?? '',
    service: metadata.name ?? '',
    portName: name,
    protocol,
    port,
    ...(isExternal && nodePort ? { nodePort } : {}),
    clusterIPs: spec.clusterIPs ?? [spec.clusterIP ?? ''],
    externalIPs,
    loadBalancerSourceRanges: spec.type === 'LoadBalancer' ? (spec.loadBalancerSourceRanges ?? []) : [],
    ...(spec.sessionAffinity === 'ClientIP' && {
      affinityTimeoutMs: (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS) * 1000,
    }),
    internalTrafficLocal: spec.internalTrafficPolicy === 'Local',
    externalTrafficLocal: spec.externalTrafficPolicy === 'Local',
    backends: backendsOf(slices, name, protocol),
  }));
}

/** Whoever is behind a port, each address once: slices may have one twice while they are rewritten. */
export function backendsOf(
  slices: readonly EndpointSlice[],
  portName: string,
  protocol = 'TCP',
): readonly ServiceBackend[] {
  const backends = new Map<string, ServiceBackend>();
  for (const { addressType, endpoints, ports } of slices) {
    if (addressType !== 'IPv4') continue;
    const port = ports?.find((each) => (each.name ?? '') === portName && (each.protocol ?? 'TCP') === protocol)?.port;
    if (port === undefined) continue;
    for (const { addresses, conditions, nodeName } of endpoints ?? []) {
      const [ip] = addresses;
      if (ip === undefined) continue;
      const ready = conditions?.ready ?? true;
      const backend: ServiceBackend = {
        ip,
        port,
        ...(nodeName !== undefined && { nodeName }),
        ready,
        serving: conditions?.serving ?? ready,
        terminating: conditions?.terminating ?? false,
      };
      const known = backends.get(`${ip}:${port}`);
      if (known === undefined || (backend.ready && !known.ready)) backends.set(`${ip}:${port}`, backend);
    }
  }
  return [...backends.values()];
}
