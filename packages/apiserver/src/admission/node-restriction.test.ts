import type { UserInfo } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from '../testing/test-api-server.ts';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates.ts';
import { nodeRestriction } from './node-restriction.ts';

/** Everybody may everything: what is refused here, admission refuses. `approver` may approve for one signer only. */
const authorizer = {
  authorize: ({ user, resource }: { user: UserInfo; resource?: { resource: string; name: string } }) => ({
    allowed: user.name !== 'eve' || resource?.resource !== 'signers' || resource.name === 'example.com/*',
  }),
};
const NODE: UserInfo = { name: 'system:node:node-1', groups: ['system:nodes'] };
const EVE: UserInfo = { name: 'eve', groups: [] };

let api: TestApiServer;
beforeEach(async () => {
  api = await testApiServer({
    namespaces: ['default', 'kube-node-lease'],
    deps: {
      authorizer,
      admission: [
        nodeRestriction({ hold: (fetching) => fetching }),
        certificateApproval(),
        certificateSigning(),
        certificateSubjectRestriction(),
      ],
    },
  });
  for (const name of ['node-1', 'node-2']) {
    await api.send('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name } });
  }
  for (const name of ['node-1', 'node-2'])
    await api.send('POST', '/api/v1/namespaces/default/pods', pod(`on-${name}`, name));
});
afterEach(() => api.dispose());

const pod = (name: string, nodeName: string, metadata: object = {}, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { nodeName, containers: [{ name: 'c', image: 'i' }], ...spec },
});
const PODS = '/api/v1/namespaces/default/pods';

async function as(user: UserInfo, method: string, path: string, body?: object): Promise<string> {
  const headers: Record<string, string> = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {};
  const { status, refusal } = await api.send(method, path, body, { user, headers });
  return status < 300 ? 'ok' : (refusal.message ?? '');
}

describe('NodeRestriction', () => {
  const node = (method: string, path: string, body?: object) => as(NODE, method, path, body);

  test('API-58 kubelets tell of their own Pods and delete them', async () => {
    const ready = { status: { phase: 'Running' } };
    expect(await node('PATCH', `${PODS}/on-node-1/status`, ready)).toBe('ok');
    expect(await node('PATCH', `${PODS}/on-node-2/status`, ready)).toBe(
      'pods "on-node-2" is forbidden: node "node-1" can only update pod status for pods with spec.nodeName set to itself',
    );
    expect(await node('PATCH', `${PODS}/on-node-1/status`, { metadata: { labels: { a: 'b' } } })).toContain(
      'cannot update labels through pod status',
    );
    expect(await node('PATCH', `${PODS}/on-node-1`, { metadata: { labels: { a: 'b' } } })).toContain(
      'unexpected operation "UPDATE", node "node-1" can only create and delete mirror pods',
    );
    expect(await node('DELETE', `${PODS}/on-node-2`)).toContain(
      'can only delete pods with spec.nodeName set to itself',
    );
    expect(await node('DELETE', `${PODS}/on-node-1`)).toBe('ok');
  });

  test('API-58 Pods that they create mirror files of theirs and reach nothing', async () => {
    const create = (metadata: object, spec: object = {}) => node('POST', PODS, pod('m', 'node-1', metadata, spec));
    const { object } = await api.send('GET', '/api/v1/nodes/node-1');
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: object.metadata.uid, controller: true };
    const annotations = { 'kubernetes.io/config.mirror': 'x' };
    expect(await create({})).toContain('node "node-1" can only create mirror pods');
    expect(await create({ annotations })).toContain('can only create pods with an owner reference set to itself');
    expect(await create({ annotations, ownerReferences: [{ ...owner, uid: 'u' }] })).toContain('UID mismatch');
    const volumes = [{ name: 'v', secret: { secretName: 's' } }];
    expect(await create({ annotations, ownerReferences: [owner] }, { volumes })).toContain('reference secrets');
    expect(await create({ annotations, ownerReferences: [owner] })).toBe('ok');
  });

  test('API-58 they change their own node, but neither its taints nor the labels of others', async () => {
    const patch = (name: string, body: object) => node('PATCH', `/api/v1/nodes/${name}`, body);
    expect(await patch('node-2', { metadata: { labels: { a: 'b' } } })).toBe(
      'nodes "node-2" is forbidden: node "node-1" is not allowed to modify node "node-2"',
    );
    expect(await patch('node-1', { metadata: { labels: { a: 'b', 'node.kubernetes.io/x': 'y' } } })).toBe('ok');
    expect(await patch('node-1', { metadata: { labels: { 'node-restriction.kubernetes.io/x': 'y' } } })).toBe(
      'nodes "node-1" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io/x',
    );
    expect(await patch('node-1', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } })).toContain(
      'modify taints',
    );
  });

  test('API-58 and leases of their own', async () => {
    const lease = (name: string) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name } });
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    expect(await node('POST', leases, lease('node-1'))).toBe('ok');
    expect(await node('POST', leases, lease('node-2'))).toContain('same name as the requesting node');
  });
});

describe('certificates', () => {
  /** Asks for O=system:masters, O=devs, CN=eve. */
  const MASTERS =
    'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIeU1JR1lBZ0VBTURZeEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVEwd0N3WURWUVFLREFSawpaWFp6TVF3d0NnWURWUVFEREFObGRtVXdXVEFUQmdjcWhrak9QUUlCQmdncWhrak9QUU1CQndOQ0FBVHlCek91Ci9sMS9VcHQ1ekVnTEVuR3pvUndZeS9OcEx2WlFNVlVBYlpUZCsxTTQxV05MU2ZWRzhldGdVM1hrQm12TGJUb0oKQkowRU9yTlJPbFkzUmlsSW9BQXdDZ1lJS29aSXpqMEVBd0lEU1FBd1JnSWhBSzlaTzVPUzNKaVh2ZXIveW9xTApBN253UnYxQlBSUDgzOTQ0YkZrcUljMFRBaUVBd3VKYzQ4aFF6c3Y2ZElxTnZJS2pOK0RMRmNod1lTT3NkZGR6ClBuTzQwVjg9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=';
  /** Asks for O=system:nodes, CN=system:node:node-2. */
  const NODE_2 =
    'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlId01JR1dBZ0VBTURReEZUQVRCZ05WQkFvTURITjVjM1JsYlRwdWIyUmxjekViTUJrR0ExVUVBd3dTYzNsegpkR1Z0T201dlpHVTZibTlrWlMweU1Ga3dFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEUWdBRThnY3pydjVkCmYxS2JlY3hJQ3hKeHM2RWNHTXZ6YVM3MlVERlZBRzJVM2Z0VE9OVmpTMG4xUnZIcllGTjE1QVpyeTIwNkNRU2QKQkRxelVUcFdOMFlwU0tBQU1Bb0dDQ3FHU000OUJBTUNBMGtBTUVZQ0lRRGgxTlFVRi9MRi9zRjkwclRhUUNRRQpSUlhtUy95MWF1aURucUlGOHg0NU1RSWhBTEpJdFNhUVV3eHlXM1d3QUdvVC8yd3pQRWp6b0x0MEdZbHV6WjViCjBpa0IKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==';
  const CSRS = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const csr = (name: string, signerName: string, request: string) => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: { signerName, request, usages: ['client auth'] },
  });

  test('API-57 nobody becomes system:masters, no node another', async () => {
    expect(await as(EVE, 'POST', CSRS, csr('a', 'kubernetes.io/kube-apiserver-client', MASTERS))).toBe(
      'certificatesigningrequests.certificates.k8s.io "a" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    );
    expect(await as(NODE, 'POST', CSRS, csr('b', 'kubernetes.io/kube-apiserver-client-kubelet', NODE_2))).toContain(
      'can only create a node CSR with CN=system:node:node-1',
    );
  });

  test('API-57 who approves or signs must be allowed to for the signer, or its domain', async () => {
    const condition = { type: 'Approved', status: 'True', reason: 'r', message: 'm' };
    for (const [name, signer, want] of [
      ['mine', 'example.com/a', 'ok'],
      [
        'other',
        'kubernetes.io/kube-apiserver-client',
        'user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"',
      ],
    ] as const) {
      await as(EVE, 'POST', CSRS, csr(name, signer, NODE_2));
      const body = { status: { conditions: [condition] } };
      expect(await as(EVE, 'PATCH', `${CSRS}/${name}/approval`, body)).toContain(want);
    }
    const failed = { status: { conditions: [condition, { ...condition, type: 'Failed' }] } };
    expect(await as(EVE, 'PATCH', `${CSRS}/mine/status`, failed)).toBe('ok');
    const rejected = { status: { conditions: [{ ...condition, type: 'Failed' }] } };
    expect(await as(EVE, 'PATCH', `${CSRS}/other/status`, rejected)).toContain(
      'user not permitted to sign requests with signerName "kubernetes.io/kube-apiserver-client"',
    );
  });
});
