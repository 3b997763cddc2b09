import type { KubeObject } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const CM = '/api/v1/namespaces/demo/configmaps';
const PODS = '/api/v1/namespaces/demo/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/demo/deployments';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

const deployment = (name: string, replicas = 1) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image: 'nginx' }] },
    },
  },
});
const pod = (name: string, nodeName?: string) => ({
  metadata: { name },
  spec: { ...(nodeName && { nodeName }), containers: [{ name: 'c', image: 'nginx' }] },
});

describe('writes', () => {
  let api: TestApiServer;
  beforeEach(async () => {
    api = await testApiServer({ namespaces: ['default', 'demo'] });
  });
  afterEach(() => api.dispose());

  const revision = async () => (await api.store.status()).revision;

  test('API-30 names are generated, and differ', async () => {
    const first = await api.send('POST', CM, { metadata: { generateName: 'x-' } });
    const second = await api.send('POST', CM, { metadata: { generateName: 'x-' } });
    expect(first.object.metadata.name).toMatch(/^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(second.object.metadata.name).not.toBe(first.object.metadata.name);
  });

  test('API-30 what only the server sets is set by the server', async () => {
    const { object } = await api.send('POST', CM, {
      metadata: {
        name: 'a',
        uid: 'mine',
        creationTimestamp: '2001-01-01T00:00:00Z',
        deletionTimestamp: '2001-01-01T00:00:00Z',
      },
    });
    expect(object.metadata).toMatchObject({
      creationTimestamp: '2025-01-01T00:00:00Z',
      uid: expect.not.stringMatching('mine'),
    });
    expect(object.metadata.deletionTimestamp).toBeUndefined();
  });

  test('API-30 a resourceVersion is not for creation', async () => {
    const { refusal } = await api.send('POST', CM, { metadata: { name: 'a', resourceVersion: '7' } });
    expect([refusal.code, refusal.message]).toEqual([
      500,
      'resourceVersion should not be set on objects to be created',
    ]);
  });

  test('API-31 dry runs check everything and write nothing', async () => {
    const before = await revision();
    const { status, object } = await api.send('POST', `${CM}?dryRun=All`, { metadata: { name: 'a' } });
    expect([status, object.metadata.resourceVersion, await revision()]).toEqual([201, undefined, before]);
    const bad = await api.send('POST', `${CM}?dryRun=Some`, { metadata: { name: 'a' } });
    expect(bad.refusal.message).toBe(
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported values: "All"',
    );
  });

  test('API-32 an update that changes nothing writes nothing', async () => {
    const { object } = await api.send('POST', CM, { metadata: { name: 'a' }, data: { x: 'y' } });
    const before = await revision();
    await api.clock.advance('5s');
    const same = await api.send('PUT', `${CM}/a`, { ...object });
    const unconditional = await api.send('PUT', `${CM}/a`, { metadata: { name: 'a' }, data: { x: 'y' } });
    const patched = await api.send('PATCH', `${CM}/a`, { data: { x: 'y' } }, MERGE);
    expect([same.object, unconditional.object, patched.object, await revision()]).toEqual([
      object,
      object,
      object,
      before,
    ]);
    expect(patched.object).toBe(object);
  });

  test('API-32 of two writers with one resourceVersion, one wins', async () => {
    const { object } = await api.send('POST', CM, { metadata: { name: 'a' } });
    const results = await Promise.all(['1', '2'].map((x) => api.send('PUT', `${CM}/a`, { ...object, data: { x } })));
    expect(results.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('API-32 patches without a resourceVersion are tried again', async () => {
    await api.send('POST', CM, { metadata: { name: 'a' } });
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    const results = await Promise.all(keys.map((key) => api.send('PATCH', `${CM}/a`, { data: { [key]: key } }, MERGE)));
    expect(results.every(({ status }) => status === 200)).toBe(true);
    const { object } = await api.send<KubeObject & { data: Record<string, string> }>('GET', `${CM}/a`);
    expect(Object.keys(object.data).sort()).toEqual([...keys].sort());
  });

  test('API-33 generation counts annotations of Deployments and labels of EndpointSlices, which others copy', async () => {
    const generations = async (path: string, changes: readonly [string, object][]) => {
      const got: (number | undefined)[] = [];
      for (const [suffix, change] of changes) {
        const { object } = await api.send('PATCH', `${path}${suffix}`, change, MERGE);
        got.push(object.metadata.generation);
      }
      return got;
    };
    await api.send('POST', DEPLOYMENTS, deployment('noted'));
    const annotated = { metadata: { annotations: { a: 'b' } } };
    const byStatus = { metadata: { annotations: { a: 'c' } }, status: { replicas: 1 } };
    const deployments = await generations(`${DEPLOYMENTS}/noted`, [
      ['', annotated],
      ['', annotated],
      ['/status', byStatus],
      ['', { metadata: { labels: { a: 'b' } } }],
    ]);
    expect(deployments).toEqual([2, 2, 2, 2]);

    const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
    await api.send('POST', slices, { metadata: { name: 's' }, addressType: 'IPv4', endpoints: [], ports: [] });
    const ofSlice = await generations(`${slices}/s`, [
      ['', { metadata: { labels: { a: 'b' } } }],
      ['', annotated],
    ]);
    expect(ofSlice).toEqual([2, 2]);
  });

  test('API-33 generation counts changes of the spec alone', async () => {
    const { object } = await api.send('POST', DEPLOYMENTS, deployment('web'));
    expect(object.metadata.generation).toBe(1);
    const labelled = await api.send('PATCH', `${DEPLOYMENTS}/web`, { metadata: { labels: { a: 'b' } } }, MERGE);
    expect(labelled.object.metadata.generation).toBe(1);
    const scaled = await api.send('PATCH', `${DEPLOYMENTS}/web`, { spec: { replicas: 3 } }, MERGE);
    expect(scaled.object.metadata.generation).toBe(2);
    const status = await api.send<Record<string, unknown> & KubeObject>(
      'PATCH',
      `${DEPLOYMENTS}/web/status`,
      { spec: { replicas: 9 }, status: { replicas: 2 } },
      MERGE,
    );
    expect([status.object.metadata.generation, status.object['spec'], status.object['status']]).toEqual([
      2,
      expect.objectContaining({ replicas: 3 }),
      { replicas: 2 },
    ]);
    const ignored = await api.send<Record<string, unknown> & KubeObject>(
      'PATCH',
      `${DEPLOYMENTS}/web`,
      { status: { replicas: 7 } },
      MERGE,
    );
    expect(ignored.object['status']).toEqual({ replicas: 2 });
  });

  test('API-34 scale reads and writes the replicas, and knows their owner', async () => {
    await api.send('POST', DEPLOYMENTS, deployment('web', 2));
    const { object } = await api.send<Record<string, unknown> & KubeObject>('GET', `${DEPLOYMENTS}/web/scale`);
    expect([object.kind, object.apiVersion, object['spec'], object['status']]).toEqual([
      'Scale',
      'autoscaling/v1',
      { replicas: 2 },
      { replicas: 0, selector: 'app=web' },
    ]);
    const scaled = await api.send<Record<string, unknown> & KubeObject>(
      'PATCH',
      `${DEPLOYMENTS}/web/scale`,
      { spec: { replicas: 5 } },
      MERGE,
    );
    expect([scaled.status, scaled.object['spec']]).toEqual([200, { replicas: 5 }]);
    const parent = await api.send<Record<string, unknown> & KubeObject>('GET', `${DEPLOYMENTS}/web`);
    expect(parent.object.metadata.generation).toBe(2);
    expect(
      parent.object.metadata.managedFields?.map(({ subresource, fieldsV1 }) => [subresource, subresource && fieldsV1]),
    ).toContainEqual(['scale', { 'f:spec': { 'f:replicas': {} } }]);
    const absent = await api.send('GET', `${DEPLOYMENTS}/nosuch/scale`);
    expect(absent.object).toMatchObject({
      code: 404,
      message: 'deployments/scale.apps "nosuch" not found',
      details: { group: 'apps', kind: 'deployments/scale' },
    });
    const stale = await api.send('PUT', `${DEPLOYMENTS}/web/scale`, { ...object, spec: { replicas: 1 } });
    expect(stale.refusal.message).toBe(
      'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    );
    const negative = await api.send('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: -1 } }, MERGE);
    expect(negative.refusal.message).toBe(
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
  });

  test('API-35 an apply creates what is not there', async () => {
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: 'y' } };
    const created = await api.send('PATCH', `${CM}/a?fieldManager=m`, body, { headers });
    const again = await api.send('PATCH', `${CM}/a?fieldManager=m`, body, { headers });
    expect([created.status, again.status, again.object]).toEqual([201, 200, created.object]);
    expect(created.object.metadata.managedFields).toEqual([
      {
        manager: 'm',
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2025-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:x': {} } },
      },
    ]);
  });
});

describe('deletions', () => {
  let api: TestApiServer;
  beforeEach(async () => {
    api = await testApiServer({ namespaces: ['default', 'demo'] });
  });
  afterEach(() => api.dispose());

  test('API-40 finalizers keep an object until an update takes the last one', async () => {
    await api.send('POST', CM, { metadata: { name: 'a', finalizers: ['example.com/x'] } });
    const watch = await api.watch(`${CM}?watch=1&fieldSelector=metadata.name=a`);
    const marked = await api.send('DELETE', `${CM}/a`);
    expect(marked.object.metadata).toMatchObject({
      deletionTimestamp: '2025-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 0,
      finalizers: ['example.com/x'],
    });
    expect((await api.send('DELETE', `${CM}/a`)).object).toBe(marked.object);
    const added = await api.send(
      'PATCH',
      `${CM}/a`,
      { metadata: { finalizers: ['example.com/x', 'example.com/y'] } },
      MERGE,
    );
    expect(added.refusal.message).toBe(
      'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/y"}',
    );
    const released = await api.send('PATCH', `${CM}/a`, { metadata: { finalizers: null } }, MERGE);
    expect([released.status, released.object.metadata.name]).toEqual([200, 'a']);
    expect((await api.send('GET', `${CM}/a`)).status).toBe(404);
    expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  });

  test('API-41 what becomes of dependents is noted as a finalizer', async () => {
    await api.send('POST', DEPLOYMENTS, deployment('a'));
    await api.send('POST', DEPLOYMENTS, deployment('b'));
    const foreground = await api.send('DELETE', `${DEPLOYMENTS}/a?propagationPolicy=Foreground`);
    const orphan = await api.send('DELETE', `${DEPLOYMENTS}/b`, { propagationPolicy: 'Orphan' });
    expect([foreground.object.metadata, orphan.object.metadata]).toMatchObject([
      { finalizers: ['foregroundDeletion'], generation: 2 },
      { finalizers: ['orphan'], generation: 2 },
    ]);
  });

  test('API-42 a Pod on a node gets its grace period, which can only be shortened', async () => {
    await api.send('POST', PODS, pod('p', 'node-1'));
    const { object } = await api.send('DELETE', `${PODS}/p`);
    expect(object.metadata).toMatchObject({
      deletionTimestamp: '2025-01-01T00:00:30Z',
      deletionGracePeriodSeconds: 30,
    });
    await api.clock.advance('3s');
    expect((await api.send('DELETE', `${PODS}/p?gracePeriodSeconds=60`)).object).toBe(object);
    const shorter = await api.send('DELETE', `${PODS}/p?gracePeriodSeconds=10`);
    expect(shorter.object.metadata).toMatchObject({
      deletionTimestamp: '2025-01-01T00:00:10Z',
      deletionGracePeriodSeconds: 10,
    });
    const watch = await api.watch(`${PODS}?watch=1`);
    const gone = await api.send('DELETE', `${PODS}/p?gracePeriodSeconds=0`);
    expect([gone.status, gone.object.kind, (await api.send('GET', `${PODS}/p`)).status]).toEqual([200, 'Pod', 404]);
    expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  });

  test('API-42 a Pod without a node goes at once', async () => {
    await api.send('POST', PODS, pod('p'));
    await api.send('DELETE', `${PODS}/p`);
    expect((await api.send('GET', `${PODS}/p`)).status).toBe(404);
  });

  test('API-43 a Namespace goes when it has been finalized', async () => {
    const { object } = await api.send('DELETE', '/api/v1/namespaces/demo');
    expect(object).toMatchObject({
      metadata: { deletionTimestamp: '2025-01-01T00:00:00Z' },
      status: { phase: 'Terminating' },
    });
    const { refusal } = await api.send('POST', CM, { metadata: { name: 'd' } });
    expect(refusal).toMatchObject({
      code: 403,
      message:
        'configmaps "d" is forbidden: unable to create new content in namespace demo because it is being terminated',
      details: {
        name: 'd',
        kind: 'configmaps',
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: 'namespace demo is being terminated',
            field: 'metadata.namespace',
          },
        ],
      },
    });
    await api.send('PUT', '/api/v1/namespaces/demo/finalize', { ...object, spec: {} });
    expect((await api.send('GET', '/api/v1/namespaces/demo')).status).toBe(404);
    expect((await api.send('DELETE', '/api/v1/namespaces/default')).refusal.message).toBe(
      'namespaces "default" is forbidden: this namespace may not be deleted',
    );
  });

  test('API-44 addresses come back when a Service goes, and are known after a restart', async () => {
    const path = '/api/v1/namespaces/demo/services';
    const service = (name: string, clusterIP?: string) => ({
      metadata: { name },
      spec: { ...(clusterIP && { clusterIP }), ports: [{ port: 80 }] },
    });
    await api.send('POST', path, service('a', '10.96.0.10'));
    const restarted = await testApiServer({ namespaces: [], deps: { store: api.store, clock: api.clock } });
    const taken = await restarted.send('POST', path, service('b', '10.96.0.10'));
    expect(taken.refusal.message).toBe(
      'Service "b" is invalid: spec.clusterIPs: Invalid value: []string{"10.96.0.10"}: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    );
    await restarted.send('DELETE', `${path}/a`);
    expect((await restarted.send('POST', path, service('b', '10.96.0.10'))).status).toBe(201);
    restarted.server.dispose();
  });

  test('API-45 Events go by themselves', async () => {
    const path = '/api/v1/namespaces/demo/events';
    await api.send('POST', path, { metadata: { name: 'e' }, involvedObject: { namespace: 'demo' } });
    await api.clock.advance('59m');
    expect((await api.send('GET', `${path}/e`)).status).toBe(200);
    await api.clock.advance('3m');
    expect((await api.send('GET', `${path}/e`)).status).toBe(404);
  });
});

describe('versions', () => {
  let api: TestApiServer;
  beforeEach(async () => {
    api = await testApiServer();
  });
  afterEach(() => api.dispose());

  test('API-36 one object, seen in two groups', async () => {
    const core = '/api/v1/namespaces/default/events';
    const events = '/apis/events.k8s.io/v1/namespaces/default/events';
    const watch = await api.watch(`${events}?watch=1`);
    await api.send('POST', core, {
      metadata: { name: 'e' },
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
      reason: 'Started',
      message: 'it runs',
    });
    const { object } = await api.send<Record<string, unknown> & KubeObject>('GET', `${events}/e`);
    expect([object.apiVersion, object['note'], object['regarding']]).toEqual([
      'events.k8s.io/v1',
      'it runs',
      { kind: 'Pod', namespace: 'default', name: 'p' },
    ]);
    expect(watch.events).toEqual([{ type: 'ADDED', object }]);
    expect(watch.events[0]?.object).toBe(object);
    // Who owned fields in the other group is forgotten with the next write, although it changes nothing else.
    expect(object.metadata.managedFields).toHaveLength(1);
    const forgotten = await api.send('PATCH', `${events}/e`, {}, MERGE);
    expect(forgotten.object.metadata.managedFields).toBeUndefined();
    expect(forgotten.object.metadata.resourceVersion).not.toBe(object.metadata.resourceVersion);
    const same = await api.send('PATCH', `${events}/e`, {}, MERGE);
    expect(same.object).toBe(forgotten.object);
    const patched = await api.send<Record<string, unknown> & KubeObject>(
      'PATCH',
      `${events}/e`,
      { metadata: { labels: { a: 'b' } } },
      MERGE,
    );
    const stored = await api.send<Record<string, unknown> & KubeObject>('GET', `${core}/e`);
    expect([patched.status, stored.object.metadata.labels, stored.object.metadata.resourceVersion]).toEqual([
      200,
      { a: 'b' },
      patched.object.metadata.resourceVersion,
    ]);
  });
});
