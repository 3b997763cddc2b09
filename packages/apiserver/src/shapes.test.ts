import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const shape = (as: string) => ({ accept: `application/json;as=${as};g=meta.k8s.io;v=v1` });
const DEFAULT = '/namespaces/default';
const DAEMON_SETS = `/apis/apps/v1${DEFAULT}/daemonsets`;
const AUTOSCALERS = `/apis/autoscaling/v1${DEFAULT}/horizontalpodautoscalers`;
const PODS = `/api/v1${DEFAULT}/pods`;

let api: TestApiServer;
beforeAll(async () => {
  api = await testApiServer();
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
  const spec = { selector: { matchLabels: { app: 'a' } }, template };
  await api.send('POST', DAEMON_SETS, { metadata: { name: 'a', annotations: { mine: 'kept' } }, spec });
  await api.send('POST', AUTOSCALERS.replace('v1', 'v2'), {
    metadata: { name: 'a' },
    spec: {
      maxReplicas: 2,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
      metrics: [
        { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1' } } },
      ],
    },
  });
  await api.send('POST', PODS, { metadata: { name: 'a' }, spec: { containers: [{ name: 'c', image: 'x' }] } });
});
afterAll(() => api.dispose());

const ask = async <T = object>(path: string, as: string, method = 'GET', body?: unknown) =>
  api.send<T>(method, path, body, { headers: shape(as) });

describe('shapes of objects', () => {
  test('API-26 metadata alone is without what a version has of others’ fields', async () => {
    const { object } = await ask(`${DAEMON_SETS}/a`, 'PartialObjectMetadata');
    expect(object).toMatchObject({ metadata: { annotations: { mine: 'kept' } } });
    expect(object).not.toHaveProperty(['metadata', 'annotations', 'deprecated.daemonset.template.generation']);
    const autoscaler = await ask(`${AUTOSCALERS}/a`, 'PartialObjectMetadata');
    expect(autoscaler.object).not.toHaveProperty(['metadata', 'annotations']);
    const table = await ask<{ rows: object[] }>(AUTOSCALERS, 'Table');
    expect(table.object.rows[0]).not.toHaveProperty(['object', 'metadata', 'annotations']);
    const whole = await api.send('GET', `${AUTOSCALERS}/a`);
    expect(whole.object).toHaveProperty(['metadata', 'annotations', 'autoscaling.alpha.kubernetes.io/metrics']);
  });

  test('API-26 an empty list of metadata has no items', async () => {
    const { object } = await ask(`/api/v1${DEFAULT}/configmaps`, 'PartialObjectMetadataList');
    expect(object).toMatchObject({ kind: 'PartialObjectMetadataList', items: null });
  });

  test('API-18 a list is no object, and an object no list, told with their types', async () => {
    const told = async (path: string, as: string) => (await ask(path, as)).refusal?.message;
    expect(await told(DAEMON_SETS, 'PartialObjectMetadata')).toBe(
      'you requested PartialObjectMetadata, but the requested object is a list (*apps.DaemonSetList)',
    );
    expect(await told(`${PODS}/a`, 'PartialObjectMetadataList')).toBe(
      'you requested PartialObjectMetadataList, but the requested object is not a list (*core.Pod)',
    );
  });

  test('API-18 of what is posted and not stored there is metadata, and no Table', async () => {
    const review = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const body = { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } };
    expect((await ask(review, 'Table', 'POST', body)).refusal.code).toBe(406);
    expect((await ask(review, 'PartialObjectMetadata', 'POST', body)).object).toMatchObject({
      kind: 'PartialObjectMetadata',
    });
    const binding = { metadata: { name: 'a' }, target: { name: 'n' } };
    expect((await ask(`${PODS}/a/binding?dryRun=All`, 'Table', 'POST', binding)).refusal.code).toBe(406);
    const bound = await ask(`${PODS}/a/binding?dryRun=All`, 'PartialObjectMetadata', 'POST', binding);
    expect(bound.object).toMatchObject({ kind: 'Status', status: 'Success' });
  });
});

describe('what else is asked for', () => {
  const get = async (path: string, accept: string) => {
    const response = await api.http('GET', path, { headers: { accept } });
    return [response.status, response.headers.get('content-type'), await response.text()] as const;
  };
  const offered = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

  test('API-18 discovery has no other shapes, but for all of it at once', async () => {
    const [code, , body] = await get('/apis', shape('Table').accept);
    expect([code, body]).toEqual([
      406,
      `{
  "kind": "Status",
  "apiVersion": "v1",
  "metadata": {},
  "status": "Failure",
  "message": "only the following media types are accepted: ${offered}",
  "reason": "NotAcceptable",
  "code": 406
}`,
    ]);
    expect((await get('/api', 'text/html'))[2]).toContain(
      `406: Not Acceptable\\n\\nAvailable representations: ${offered}`,
    );
    expect((await get('/apis', 'application/*'))[0]).toBe(200);
    expect((await get('/api/v1', 'application/*'))[0]).toBe(406);
    const all = 'application/json;as=APIGroupDiscoveryList;g=apidiscovery.k8s.io;v=v2';
    for (const accept of [all, `application/json,${all}`]) {
      expect((await get('/apis', accept))[1]).toBe(
        'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      );
    }
    expect((await get('/apis/', all))[0]).toBe(406);
  });

  test('API-18 of discovery, what has all of it at once can be revalidated, and nothing else', async () => {
    const tag = async (path: string, accept: string) =>
      (await api.http('GET', path, { headers: { accept } })).headers.has('etag');
    const all = 'application/json;as=APIGroupDiscoveryList;g=apidiscovery.k8s.io;v=v2';
    for (const path of ['/api', '/apis']) {
      expect(await tag(path, all)).toBe(true);
      const { headers } = await api.http('GET', path, { headers: { accept: all } });
      expect(headers.get('cache-control')).toBe('public');
    }
    for (const path of ['/api', '/apis', '/api/v1', '/apis/apps', '/apis/apps/v1']) {
      expect(await tag(path, 'application/json')).toBe(false);
    }
  });

  test('API-18 the version and the paths are JSON', async () => {
    expect((await get('/version', 'application/yaml'))[2]).toContain('Available representations: application/json');
    expect((await get('/version', 'application/yaml, application/json;q=0.1')).slice(0, 2)).toEqual([
      200,
      'application/json',
    ]);
    expect((await get('/', 'application/yaml')).slice(0, 2)).toEqual([200, 'application/json']);
  });
});
