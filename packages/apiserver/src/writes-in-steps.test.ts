import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };
const APPS = '/apis/apps/v1/namespaces/demo';
const CORE = '/api/v1/namespaces/demo';
const JOBS = '/apis/batch/v1/namespaces/demo/jobs';
const template = (app: string, extra = {}) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...extra },
});
/** What a template says that is warned of. */
const ODD = { imagePullSecrets: [{ name: '' }] };
const WARNING = 'spec.template.spec.imagePullSecrets[0].name: invalid empty name ""';

describe('writes in steps', () => {
  let api: TestApiServer;
  beforeEach(async () => {
    api = await testApiServer({ namespaces: ['default', 'demo'] });
  });
  afterEach(() => api.dispose());
  const patch = async (path: string, body: object) => api.send('PATCH', path, body, MERGE);

  test('API-33 annotations of a Deployment count for its generation, but not those of its status', async () => {
    const at = `${APPS}/deployments/web`;
    const spec = { selector: { matchLabels: { app: 'web' } }, template: template('web', ODD) };
    await api.send('POST', `${APPS}/deployments`, { metadata: { name: 'web' }, spec });
    const annotated = await patch(at, { metadata: { annotations: { a: 'b' } } });
    expect([annotated.object.metadata.generation, annotated.warnings]).toEqual([2, [WARNING]]);
    const labelled = await patch(at, { metadata: { labels: { a: 'b' } } });
    expect([labelled.object.metadata.generation, labelled.warnings]).toEqual([2, []]);
    const status = await patch(`${at}/status`, { metadata: { annotations: { a: 'c' } } });
    expect([status.object.metadata.generation, status.object.metadata.annotations]).toEqual([2, { a: 'c' }]);
  });

  test('API-33 a DaemonSet warns of its template when that changes', async () => {
    const at = `${APPS}/daemonsets/web`;
    const spec = { selector: { matchLabels: { app: 'web' } }, template: template('web', ODD) };
    await api.send('POST', `${APPS}/daemonsets`, { metadata: { name: 'web' }, spec });
    expect((await patch(at, { spec: { minReadySeconds: 5 } })).warnings).toEqual([]);
    expect((await patch(at, { spec: { template: { metadata: { labels: { a: 'b' } } } } })).warnings).toEqual([WARNING]);
  });

  test('API-33 a ReplicationController warns of the template that it had', async () => {
    const at = `${CORE}/replicationcontrollers/web`;
    await api.send('POST', `${CORE}/replicationcontrollers`, {
      metadata: { name: 'web' },
      spec: { template: template('web') },
    });
    expect((await patch(at, { spec: { template: { spec: ODD } } })).warnings).toEqual([]);
    expect((await patch(at, { spec: { replicas: 3 } })).warnings).toEqual([WARNING]);
  });

  test('API-17 the answer to a deletion has the revision of the deletion', async () => {
    await api.send('POST', `${CORE}/services`, { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } });
    const { object } = await api.send('DELETE', `${CORE}/services/web`);
    expect(object.metadata.resourceVersion).toBe(String((await api.store.status()).revision));
  });

  test('API-41 whoever deletes Jobs without a word about their Pods is warned', async () => {
    const job = { metadata: { name: 'j' }, spec: { template: template('j', { restartPolicy: 'Never' }) } };
    await api.send('POST', JOBS, job);
    const text = expect.stringMatching(/^child pods are preserved by default when jobs are deleted; set propagation/);
    expect((await api.send('DELETE', JOBS)).warnings).toEqual([text]);
    await api.send('POST', JOBS, job);
    expect((await api.send('DELETE', `${JOBS}/j?propagationPolicy=Background`)).warnings).toEqual([]);
    expect((await api.send('DELETE', `${JOBS}/j`)).warnings).toEqual([text]);
  });

  test('API-14 what a kind finds in a change comes before what it finds in the whole', async () => {
    await api.send('POST', `${CORE}/secrets`, { metadata: { name: 's' }, type: 'Opaque' });
    const { refusal } = await patch(`${CORE}/secrets/s`, { type: 'kubernetes.io/tls' });
    const fields = (refusal.details?.causes ?? []).map(({ field }) => field);
    expect(fields).toEqual(['type', 'data[tls.crt]', 'data[tls.key]']);
  });

  test('API-52 evictions are counted in their budget as the server itself would, and taken in their old version', async () => {
    const budgets = '/apis/policy/v1/namespaces/demo/poddisruptionbudgets';
    for (const name of ['a', 'b']) {
      const spec = { nodeName: 'n', containers: [{ name: 'c', image: 'nginx' }] };
      await api.send('POST', `${CORE}/pods`, { metadata: { name, labels: { app: 'x' } }, spec });
      const conditions = [{ type: 'Ready', status: 'True' }];
      await patch(`${CORE}/pods/${name}/status`, { status: { phase: 'Running', conditions } });
    }
    const spec = { minAvailable: 1, selector: { matchLabels: { app: 'x' } } };
    await api.send('POST', budgets, { metadata: { name: 'x' }, spec });
    const healthy = { currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, disruptionsAllowed: 1 };
    await patch(`${budgets}/x/status`, { status: { observedGeneration: 1, ...healthy } });
    const evict = (name: string) =>
      api.send('POST', `${CORE}/pods/${name}/eviction`, {
        apiVersion: 'policy/v1beta1',
        kind: 'Eviction',
        metadata: { name },
      });
    expect((await evict('a')).status).toBe(201);
    const { object } = await api.send('GET', `${budgets}/x`);
    expect(object).toMatchObject({ status: { disruptionsAllowed: 0, disruptedPods: { a: expect.any(String) } } });
    const managers = object.metadata.managedFields?.map(({ manager, subresource }) => [manager, subresource]);
    expect(managers).toContainEqual(['kube-apiserver', 'status']);
    expect((await evict('b')).status).toBe(429);
  });

  test('API-17 what an eviction asks of the deletion is checked as a deletion checks it, and done', async () => {
    const spec = { nodeName: 'n', containers: [{ name: 'c', image: 'nginx' }] };
    await api.send('POST', `${CORE}/pods`, { metadata: { name: 'a' }, spec });
    const evict = (deleteOptions: object) =>
      api.send('POST', `${CORE}/pods/a/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'a' },
        deleteOptions,
      });
    const { status, refusal } = await evict({ propagationPolicy: 'Sideways' });
    expect([status, refusal.message]).toEqual([
      422,
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
    ]);
    expect((await evict({ propagationPolicy: 'Foreground' })).status).toBe(201);
    const { object } = await api.send('GET', `${CORE}/pods/a`);
    expect(object.metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  test('API-52 what is wrong with a binding is told without a reason', async () => {
    await api.send('POST', `${CORE}/pods`, { metadata: { name: 'a' }, spec: template('a').spec });
    const { refusal } = await api.send('POST', `${CORE}/pods/a/binding`, { metadata: { name: 'a' }, target: {} });
    expect([refusal.code, refusal.reason, refusal.message]).toEqual([500, undefined, 'target.name: Required value']);
  });

  test('API-33 a Job whose status says nothing of ready Pods has not too many', async () => {
    await api.send('POST', JOBS, {
      metadata: { name: 'j' },
      spec: { template: template('j', { restartPolicy: 'Never' }) },
    });
    const { refusal } = await patch(`${JOBS}/j/status`, { status: { active: -1 } });
    expect(refusal.details?.causes?.map(({ field }) => field)).toEqual(['status.active']);
  });

  test('API-20 a token of one letter more is wrong where that letter stands', async () => {
    const at = async (token: string) => (await api.send('GET', `${CORE}/configmaps?continue=${token}`)).refusal.message;
    expect(await at('x')).toContain('illegal base64 data at input byte 0');
    expect(await at('eyJ2a')).toContain('illegal base64 data at input byte 4');
  });
});
