import type { KubeObject } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ExtendedApiServer, extendedApiServer } from '../testing/index.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const CORE = '/api/v1/namespaces/default';

interface Asked {
  readonly path: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: string;
  readonly kind: { readonly kind: string };
  readonly object: KubeObject | null;
  readonly oldObject: KubeObject | null;
  readonly options: object | null;
}

let api: ExtendedApiServer;
let asked: Asked[];
beforeEach(async () => {
  asked = [];
  api = await extendedApiServer(async (request) => {
    const review = (await request.json()) as { apiVersion: string; request: Asked & { uid: string } };
    asked.push({ ...review.request, path: new URL(request.url).pathname });
    const response = { uid: review.request.uid, allowed: true };
    return Response.json({ apiVersion: review.apiVersion, kind: 'AdmissionReview', response });
  });
  await api.send('POST', `${CORE}/services`, {
    metadata: { name: 'hook' },
    spec: { clusterIP: '10.96.0.77', ports: [{ port: 443 }] },
  });
  for (const kind of ['Mutating', 'Validating']) {
    const path = `/${kind.toLowerCase()}`;
    const made = await api.send('POST', `${GROUP}${path}webhookconfigurations`, {
      metadata: { name: 'all' },
      webhooks: [
        {
          name: 'all.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          clientConfig: { service: { name: 'hook', namespace: 'default', path } },
          rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }],
        },
      ],
    });
    expect(made.refusal?.message).toBeUndefined();
  }
  asked.length = 0;
});
afterEach(() => api.dispose());

const create = (plural: string, object: object) => api.send('POST', `${CORE}/${plural}`, object);
const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
const options = { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' };

test('WHK-9 a review has the options as they were sent', async () => {
  await create('configmaps', { metadata: { name: 'a' } });
  await create('configmaps?fieldValidation=Warn&dryRun=All&fieldManager=me', { metadata: { name: 'b' } });
  expect(asked.map((each) => each.options)).toEqual([
    options,
    options,
    { ...options, dryRun: ['All'], fieldManager: 'me', fieldValidation: 'Warn' },
    { ...options, dryRun: ['All'], fieldManager: 'me', fieldValidation: 'Warn' },
  ]);
});

test('WHK-9 mutating webhooks see what Kubernetes prints of a type before it is stored', async () => {
  await create('pods', pod);
  expect(asked[0]?.object).toMatchObject({ metadata: { creationTimestamp: null }, status: {} });
  asked.length = 0;
  await create('configmaps', { metadata: { name: 'a' }, data: {} });
  expect(asked[0]?.object).not.toHaveProperty('data');
});

test('WHK-10 of a connection a webhook sees what is asked for', async () => {
  await create('pods', pod);
  asked.length = 0;
  await api.send('POST', `${CORE}/pods/p/exec?command=ls&stdin=true&tty=0&container=c`);
  await api.send('POST', `${CORE}/pods/p/attach?stdout=1`);
  await api.send('POST', `${CORE}/pods/p/portforward?ports=80`);
  await api.send('GET', `${CORE}/pods/p/proxy/x/y?z=1`);
  const seen = asked.filter(({ path }) => path === '/validating');
  expect(seen.map(({ operation, object }) => [operation, object])).toEqual([
    ['CONNECT', { apiVersion: 'v1', kind: 'PodExecOptions', command: ['ls'], stdin: true, container: 'c' }],
    ['CONNECT', { apiVersion: 'v1', kind: 'PodAttachOptions', stdout: true }],
    ['CONNECT', { apiVersion: 'v1', kind: 'PodPortForwardOptions', ports: [80] }],
    ['CONNECT', { apiVersion: 'v1', kind: 'PodProxyOptions', path: '/x/y' }],
  ]);
  expect(seen.map((each) => each.options)).toEqual([null, null, null, null]);
});

test('WHK-10 deletions of a collection have no name, and evictions are no deletions', async () => {
  await create('configmaps', { metadata: { name: 'a' } });
  await create('pods', pod);
  asked.length = 0;
  await api.send('DELETE', `${CORE}/configmaps`);
  await create('pods/p/eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } });
  expect(asked.map(({ operation, kind, name }) => [operation, kind.kind, name])).toEqual([
    ['DELETE', 'ConfigMap', undefined],
    ['DELETE', 'ConfigMap', undefined],
    ['CREATE', 'Eviction', 'p'],
    ['CREATE', 'Eviction', 'p'],
  ]);
});

test('WHK-10 a deletion is asked about before each of its writes, and not where it changes nothing', async () => {
  await create('pods', { ...pod, spec: { ...pod.spec, nodeName: 'n' } });
  const grace = async (seconds: number, more: object = {}) => {
    asked.length = 0;
    await api.send('DELETE', `${CORE}/pods/p`, { gracePeriodSeconds: seconds, ...more });
    return asked.filter(({ path }) => path === '/validating').map((each) => each.oldObject?.metadata);
  };
  expect(await grace(0, { dryRun: ['All'] })).toHaveLength(2);
  expect(await grace(20)).toMatchObject([{ name: 'p' }]);
  expect(await grace(20)).toEqual([]);
  expect(await grace(5)).toMatchObject([{ deletionGracePeriodSeconds: 20 }]);
  expect(await grace(0)).toMatchObject([{ deletionGracePeriodSeconds: 5 }, { deletionGracePeriodSeconds: 0 }]);
});

test('WHK-9 a review has its parts in the order of its type', async () => {
  await create('configmaps', { metadata: { name: 'a' } });
  expect(Object.keys(asked[0] ?? {}).slice(-5)).toEqual(['object', 'oldObject', 'dryRun', 'options', 'path']);
});

test('WHK-11 the status of a Namespace is in it', async () => {
  const { object } = await api.send<KubeObject>('GET', '/api/v1/namespaces/default');
  await api.send('PUT', '/api/v1/namespaces/default/status', {
    ...object,
    metadata: { ...object.metadata, annotations: { a: 'b' } },
  });
  expect(asked.map(({ namespace }) => namespace)).toEqual(['default', 'default']);
});

test('WHK-12 what is posted to an object is managed by who posts it', async () => {
  await create('pods', pod);
  asked.length = 0;
  await create('pods/p/binding?fieldManager=me', { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } });
  const managedFields = [
    {
      manager: 'me',
      operation: 'Update',
      apiVersion: 'v1',
      time: expect.any(String),
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:target': {} },
      subresource: 'binding',
    },
  ];
  expect(asked.map(({ object }) => object?.metadata.managedFields)).toEqual([managedFields, managedFields]);
});

test('WHK-12 what only the server sets is dropped from what is posted, but for Bindings', async () => {
  await create('pods', pod);
  await create('serviceaccounts', { metadata: { name: 'sa' } });
  asked.length = 0;
  await create('serviceaccounts/sa/token', { metadata: { name: 'sa', uid: 'x' }, spec: {} });
  await create('pods/p/binding', { metadata: { name: 'p', uid: 'x' }, target: { kind: 'Node', name: 'n' } });
  const seen = asked
    .filter(({ path }) => path === '/mutating')
    .map(({ kind, object }) => [kind.kind, object?.metadata.uid]);
  expect(seen).toEqual([
    ['TokenRequest', undefined],
    ['Binding', 'x'],
  ]);
});

test('WHK-12 what is posted to an object is checked before a validating webhook sees it', async () => {
  await create('pods', pod);
  await create('serviceaccounts', { metadata: { name: 'sa' } });
  asked.length = 0;
  const target = { kind: 'Node', name: '' };
  const answers = [
    await create('pods/p/binding', { metadata: { name: 'p' }, target }),
    await create('pods/p/eviction', { apiVersion: 'policy/v1', metadata: { name: 'q' } }),
    await create('serviceaccounts/nope/token', { apiVersion: 'authentication.k8s.io/v1', spec: {} }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([500, 400, 404]);
  expect(asked.map(({ path }) => path)).toEqual(['/mutating', '/mutating', '/mutating']);
});

test('WHK-6 a condition that fails is told with the name that the request has', async () => {
  await create('configmaps', { metadata: { name: 'a' } });
  await api.send(
    'PATCH',
    `${GROUP}/validatingwebhookconfigurations/all`,
    [{ op: 'add', path: '/webhooks/0/matchConditions', value: [{ name: 'x', expression: 'object.foo == 1' }] }],
    { headers: { 'content-type': 'application/json-patch+json' } },
  );
  const why = "is forbidden: expression 'object.foo == 1' resulted in error: no such key: foo";
  expect((await api.send('DELETE', `${CORE}/configmaps/a`)).refusal.message).toBe(`configmaps "a" ${why}`);
  expect((await api.send('DELETE', `${CORE}/configmaps`)).refusal.message).toBe(`configmaps ${why}`);
});
