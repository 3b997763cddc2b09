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
});
