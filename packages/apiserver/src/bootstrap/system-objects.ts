import { type ApiResponse, type Status, StatusError, type UserInfo } from '@tabernetes/apimachinery';
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

interface SystemObject {
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** Posts an object that is not there; one of a kind that is not served is left out. */
async function ensure(server: ApiServer, path: string, object: SystemObject): Promise<void> {
  const send = (method: string, at: string, body?: unknown): Promise<ApiResponse> =>
    server.request({
      method,
      path: at,
      query: {},
      headers: { 'user-agent': 'kube-apiserver', 'content-type': 'application/json' },
      ...(body !== undefined && { body: { kind: 'object', object: body } }),
      user: SELF,
    });
  if ((await send('GET', `${path}/${object.metadata.name}`)).status === 200) return;
  const { status, body } = await send('POST', path, object);
  if (status < 300 || status === 404) return;
  throw body.kind === 'object' ? new StatusError(body.object as Status) : new Error(`${path}: HTTP ${status}`);
}
