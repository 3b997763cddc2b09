import type { ResourceQuota } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from '../testing/test-api-server.ts';
import { resourceQuotaAdmission } from './resource-quota.ts';

let api: TestApiServer;
beforeEach(async () => {
  api = await testApiServer({ deps: { admission: [resourceQuotaAdmission()] } });
});
afterEach(() => api.dispose());

const IN_DEFAULT = '/api/v1/namespaces/default';

/** A quota as its controller leaves it: counted. */
async function quota(name: string, hard: Record<string, string>, spec: object = {}): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard, ...spec } };
  const { status } = await api.send('POST', `${IN_DEFAULT}/resourcequotas`, object);
  expect(status).toBe(201);
  const used = Object.fromEntries(Object.keys(hard).map((limit) => [limit, '0']));
  await api.send('PUT', `${IN_DEFAULT}/resourcequotas/${name}/status`, { ...object, status: { hard, used } });
}
const stored = async (name = 'q'): Promise<ResourceQuota> =>
  (await api.send<ResourceQuota>('GET', `${IN_DEFAULT}/resourcequotas/${name}`)).object;
const used = async (name = 'q') => (await stored(name)).status?.used;

async function post(path: string, kind: string, name: string, body: object = {}, query = ''): Promise<string> {
  const apiVersion = path.startsWith('/apis/apps') ? 'apps/v1' : 'v1';
  const sent = { apiVersion, kind, metadata: { name }, ...body };
  const { status, refusal } = await api.send('POST', `${path}${query}`, sent);
  return status === 201 ? 'created' : (refusal.message ?? '');
}
const pod = (name: string, requests: object, limits: object, spec: object = {}, query = ''): Promise<string> =>
  post(
    `${IN_DEFAULT}/pods`,
    'Pod',
    name,
    { spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests, limits } }], ...spec } },
    query,
  );

test('API-67 Pods are counted, refused beyond a limit, and must say what is limited', async () => {
  await quota('q', { pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' });
  expect(await pod('none', {}, {})).toBe(
    'pods "none" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c',
  );
  expect(await pod('ok', { cpu: '600m' }, { memory: '512Mi' })).toBe('created');
  expect(await pod('over', { cpu: '600m' }, { memory: '768Mi' })).toBe(
    'pods "over" is forbidden: exceeded quota: q, requested: limits.memory=768Mi,requests.cpu=600m, used: limits.memory=512Mi,requests.cpu=600m, limited: limits.memory=1Gi,requests.cpu=1',
  );
  expect(await pod('dry', { cpu: '100m' }, { memory: '1Mi' }, {}, '?dryRun=All')).toBe('created');
  expect(await used()).toEqual({ pods: '1', 'requests.cpu': '600m', 'limits.memory': '512Mi' });
  const managers = (await stored()).metadata.managedFields?.map(
    ({ manager, subresource }) => `${manager} ${subresource}`,
  );
  expect(managers).toContain('kube-apiserver status');
});

test('API-67 one that its controller has not counted yet is no room for anything', async () => {
  await quota('q', { pods: '2' });
  const { metadata } = await stored();
  await api.send('PUT', `${IN_DEFAULT}/resourcequotas/q/status`, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: metadata.name },
    status: { hard: { pods: '2' } },
  });
  expect(await pod('p', {}, {})).toBe('pods "p" is forbidden: status unknown for quota: q, resources: pods');
});

test('API-67 scopes choose the Pods, and nothing else', async () => {
  await quota('best', { pods: '1' }, { scopes: ['BestEffort'] });
  await quota(
    'gold',
    { pods: '1' },
    { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['gold'] }] } },
  );
  expect(await pod('a', {}, {})).toBe('created');
  expect(await pod('b', {}, {})).toContain('exceeded quota: best, requested: pods=1, used: pods=1, limited: pods=1');
  expect(await pod('c', { cpu: '1' }, {})).toBe('created');
  expect(await used('gold')).toEqual({ pods: '0' });
});

test('API-67 objects are counted by their kind, Services by their ports, and updates by what they add', async () => {
  await quota('q', { 'count/deployments.apps': '0', 'services.nodeports': '2', secrets: '1' });
  const labels = { app: 'a' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  expect(
    await post('/apis/apps/v1/namespaces/default/deployments', 'Deployment', 'd', {
      spec: { selector: { matchLabels: labels }, template },
    }),
  ).toBe(
    'deployments.apps "d" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0',
  );
  const service = (ports: number[], type = 'NodePort') => ({
    spec: { type, ports: ports.map((port) => ({ name: `p${port}`, port })) },
  });
  expect(await post(`${IN_DEFAULT}/services`, 'Service', 's', service([80], 'ClusterIP'))).toBe('created');
  expect(await used()).toMatchObject({ 'services.nodeports': '0' });
  const change = (body: object) =>
    api.send('PATCH', `${IN_DEFAULT}/services/s`, body, {
      headers: { 'content-type': 'application/merge-patch+json' },
    });
  expect((await change(service([80, 81]))).status).toBe(200);
  expect(await used()).toMatchObject({ 'services.nodeports': '2' });
  expect((await change({ metadata: { labels } })).status).toBe(200);
  expect((await change(service([80, 81, 82]))).refusal.message).toContain(
    'requested: services.nodeports=1, used: services.nodeports=2, limited: services.nodeports=2',
  );
});

test('API-67 many at once never go beyond', async () => {
  await quota('q', { pods: '5' });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pod(`p${i}`, {}, {})));
  expect(answers.filter((answer) => answer === 'created')).toHaveLength(5);
  expect(await used()).toEqual({ pods: '5' });
});
