import { kinds } from '@tabernetes/api';
import { type Clock, type Disposable, DisposableStore } from '@tabernetes/base';
import type { InformerFactory } from '@tabernetes/client';
import type { ProxyDataPlane } from '@tabernetes/node-api';
import type { NetworkAgentDeps } from './deps.ts';
import { clusterZone } from './dns-zone.ts';
import { startPolicyAgent } from './policy-agent.ts';
import { startProxier } from './proxier.ts';

export interface KubeProxyDeps {
  readonly informers: InformerFactory;
  readonly dataPlane: ProxyDataPlane;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

export interface KubeProxyOptions {
  /** Address of the cluster DNS. Default 10.96.0.10. */
  readonly clusterDNS?: string;
}

/** Keeps Services, names and NetworkPolicies of a cluster in its data plane. Resolves when what there is already has been written. */
export async function startKubeProxy(
  { informers, dataPlane, clock, onError }: KubeProxyDeps,
  { clusterDNS = '10.96.0.10' }: KubeProxyOptions = {},
): Promise<Disposable> {
  const deps: NetworkAgentDeps = {
    services: informers.for(kinds.service),
    endpointSlices: informers.for(kinds.endpointSlice),
    pods: informers.for(kinds.pod),
    namespaces: informers.for(kinds.namespace),
    policies: informers.for(kinds.networkPolicy),
    dataPlane,
    clock,
    onError,
  };
  const store = new DisposableStore();
  dataPlane.setDns(clusterZone(deps));
  store.add(startProxier(deps));
  store.add(startPolicyAgent(deps, { ...NAME_SERVER, ip: clusterDNS }));
  await informers.start();
  return store;
}

/** As the add-on labels it. */
const NAME_SERVER = {
  namespace: 'kube-system',
  labels: { 'k8s-app': 'kube-dns' },
  ports: [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ],
} as const;
