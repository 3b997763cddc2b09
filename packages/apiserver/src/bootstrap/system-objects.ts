import { type ApiRequest, type Status, StatusError, type UserInfo } from '@tabernetes/apimachinery';
import type { ApiServer } from '../api-server.ts';

/** Whom kube-apiserver is to itself. */
const SELF: UserInfo = { name: 'system:apiserver', groups: ['system:masters'] };

export interface SystemObjectsOptions {
  /** Where the API server can be reached from inside the cluster. */
  readonly advertiseAddress: { readonly ip: string; readonly port: number };
  /** Address of the Service `kubernetes`: the first one of the Service range. */
  readonly serviceIP: string;
}

/**
 * Makes what kube-apiserver itself keeps in every cluster, as far as it is not there: the system namespaces, and the Service
 * `kubernetes` in front of the API server.
 *
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/pkg/controlplane/controller
 */
export async function createSystemObjects(server: ApiServer, options: SystemObjectsOptions): Promise<void> {
  const { advertiseAddress, serviceIP } = options;
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    await ensure(server, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await ensure(server, '/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { provider: 'kubernetes', component: 'apiserver' } },
    spec: {
      clusterIP: serviceIP,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: advertiseAddress.port }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  });
  const ports = [{ name: 'https', port: advertiseAddress.port, protocol: 'TCP' }];
  await ensure(server, '/api/v1/namespaces/default/endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [{ addresses: [{ ip: advertiseAddress.ip }], ports }],
  });
  await ensure(server, '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    ports,
    endpoints: [{ addresses: [advertiseAddress.ip], conditions: { ready: true } }],
  });
}

/** Posts an object; one that is there already is left alone, and so is a kind that is not served. */
async function ensure(server: ApiServer, path: string, object: unknown): Promise<void> {
  const request: ApiRequest = {
    method: 'POST',
    path,
    query: {},
    headers: { 'user-agent': 'kube-apiserver', 'content-type': 'application/json' },
    body: { kind: 'object', object },
    user: SELF,
  };
  const { status, body } = await server.request(request);
  if (status < 300 || status === 404 || status === 409) return;
  throw body.kind === 'object' ? new StatusError(body.object as Status) : new Error(`${path}: HTTP ${status}`);
}
