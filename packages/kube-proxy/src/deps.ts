import type { Namespace, Pod, Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import type { NetworkPolicy } from '@tabernetes/api/types/networking-v1';
import type { Clock } from '@tabernetes/base';
import type { Informer } from '@tabernetes/client';
import type { ProxyDataPlane } from '@tabernetes/node-api';

/** What the agents of the network follow, and where they write. */
export interface NetworkAgentDeps {
  readonly services: Informer<Service>;
  readonly endpointSlices: Informer<EndpointSlice>;
  readonly pods: Informer<Pod>;
  readonly namespaces: Informer<Namespace>;
  readonly policies: Informer<NetworkPolicy>;
  readonly dataPlane: ProxyDataPlane;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}
