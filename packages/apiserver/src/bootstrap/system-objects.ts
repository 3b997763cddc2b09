import { type KubeObject, type Status, StatusError } from '@tabernetes/apimachinery';
import type { ApiServer } from '../api-server.ts';
import { askAsSelf, type OwnRequest } from '../upkeep/own-requests.ts';
import { FLOW_SCHEMAS, PRIORITY_LEVELS } from './flow-control.ts';
import { SYSTEM_PRIORITY_CLASSES } from './priority-classes.ts';

export interface SystemObjectsOptions {
  /** Where the API server can be reached from inside the cluster. */
  readonly advertiseAddress: { readonly ip: string; readonly port: number };
  /** Address of the Service `kubernetes`: the first one of the Service range. */
  readonly serviceIP: string;
}

/**
 * Makes what kube-apiserver itself keeps in every cluster, as far as it is not there: the system namespaces, the Service
 * `kubernetes` in front of the API server, the system's priority classes, and how requests share the server.
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
      ipFamilyPolicy: 'SingleStack',
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
  for (const object of SYSTEM_PRIORITY_CLASSES) {
    await ensure(server, '/apis/scheduling.k8s.io/v1/priorityclasses', object);
  }
  await ensureFlowControl(server);
  await ensureAuthenticationFacts(server);
}

/**
 * What servers behind this one, and the cleaner of old tokens, look up in `kube-system`. There is no certificate authority for
 * clients here, so the first holds nothing.
 *
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/pkg/controlplane/controller/clusterauthenticationtrust
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/pkg/controlplane/controller/legacytokentracking
 */
async function ensureAuthenticationFacts(server: ApiServer): Promise<void> {
  const path = '/api/v1/namespaces/kube-system/configmaps';
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
  const trust = await ensure(server, path, { ...configMap, metadata: { name: 'extension-apiserver-authentication' } });
  if (trust === undefined) return;
  // The day from which on the use of tokens is written down: the cluster's first.
  const since = trust.metadata.creationTimestamp?.slice(0, 'YYYY-MM-DD'.length) ?? '';
  const name = 'kube-apiserver-legacy-service-account-token-tracking';
  await ensure(server, path, { ...configMap, metadata: { name }, data: { since } });
}

const FLOW_CONTROL = 'flowcontrol.apiserver.k8s.io/v1';
const PRODUCER = 'api-priority-and-fairness-config-producer-v1';

async function ensureFlowControl(server: ApiServer): Promise<void> {
  const annotations = { 'apf.kubernetes.io/autoupdate-spec': 'true' };
  const query = { fieldManager: PRODUCER };
  for (const [name, spec] of Object.entries(PRIORITY_LEVELS)) {
    const object = {
      apiVersion: FLOW_CONTROL,
      kind: 'PriorityLevelConfiguration',
      metadata: { name, annotations },
      spec,
    };
    await ensure(server, `/apis/${FLOW_CONTROL}/prioritylevelconfigurations`, object, query);
  }
  for (const [name, spec] of Object.entries(FLOW_SCHEMAS)) {
    const path = `/apis/${FLOW_CONTROL}/flowschemas`;
    const object = { apiVersion: FLOW_CONTROL, kind: 'FlowSchema', metadata: { name, annotations }, spec };
    await ensure(server, path, object, query);
  }
}

interface SystemObject {
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** Posts an object that is not there, and returns it then; one of a kind that is not served is left out. */
async function ensure(
  server: ApiServer,
  path: string,
  object: SystemObject,
  query: OwnRequest['query'] = {},
): Promise<KubeObject | undefined> {
  const there = await askAsSelf(server, { method: 'GET', path: `${path}/${object.metadata.name}` });
  if (there.status === 200) return undefined;
  const { status, body } = await askAsSelf(server, { method: 'POST', path, query, object });
  if (status < 300 && body.kind === 'object') return body.object as KubeObject;
  if (status === 404) return undefined;
  throw body.kind === 'object' ? new StatusError(body.object as Status) : new Error(`${path}: HTTP ${status}`);
}
