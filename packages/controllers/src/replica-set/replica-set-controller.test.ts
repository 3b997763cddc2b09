import { kinds } from '@tabernetes/api';
import { forbiddenStatus } from '@tabernetes/apimachinery';
import type { AdmissionPlugin } from '@tabernetes/apiserver';
import { afterEach, describe, expect, test } from 'vitest';
import { type Harness, type HarnessOptions, scriptedKubelet, startHarness, withStatus } from '../testing/harness.ts';
import { pod, replicaSet, template } from '../testing/objects.ts';
import { replicaSetController } from './replica-set-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

async function start(options: Partial<HarnessOptions> = {}): Promise<Harness> {
  harness = await startHarness({ controllers: [replicaSetController], ...options });
  return harness;
}
const names = async (h: Harness): Promise<readonly string[]> =>
  (await h.list(kinds.pod)).map((p) => p.metadata.name ?? '').sort();

describe('the number of Pods', () => {
  test('CTL-4 makes what is missing, named and owned by the ReplicaSet', async () => {
    const h = await start();
    const rs = await h.create(
      replicaSet('web', {
        template: {
          metadata: { labels: { app: 'web' }, annotations: { a: 'b' } },
          spec: template('web').spec ?? { containers: [] },
        },
      }),
    );
    const pods = await h.list(kinds.pod);
    expect(pods).toHaveLength(2);
    for (const { metadata, spec } of pods) {
      expect(metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
      expect(metadata).toMatchObject({
        generateName: 'web-',
        labels: { app: 'web' },
        annotations: { a: 'b' },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            name: 'web',
            uid: rs.metadata.uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      });
      expect(spec?.containers[0]?.image).toBe('nginx:1.25');
    }
    expect([...(await h.events('web'))].sort()).toEqual(
      pods.map((p) => `Normal SuccessfulCreate Created pod: ${p.metadata.name}`),
    );
    const events = await h.client.resource(kinds.event).list();
    expect(events.items[0]).toMatchObject({
      source: { component: 'replicaset-controller' },
      reportingComponent: 'replicaset-controller',
      involvedObject: {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        namespace: 'default',
        uid: rs.metadata.uid,
      },
    });
  });

  test('CTL-4 counts in its status what is there, ready and available', async () => {
    const h = await start();
    await scriptedKubelet(h, { startMs: 2000 });
    await h.create(replicaSet('web'));
    await h.clock.advance(1);
    expect((await h.get(kinds.replicaSet, 'web')).status).toEqual({
      replicas: 2,
      fullyLabeledReplicas: 2,
      observedGeneration: 1,
    });
    await h.clock.advance(2000);
    expect((await h.get(kinds.replicaSet, 'web')).status).toEqual({
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      observedGeneration: 1,
    });
  });

  test('CTL-4 replaces a Pod at once that is told to go or has ended', async () => {
    const h = await start();
    await h.create(replicaSet('web'));
    const [first = '', second = ''] = await names(h);
    await scriptedKubelet(h, { stopMs: 30_000 });
    await h.client.resource(kinds.pod).delete(first, 'default');
    await h.settle();
    expect((await names(h)).filter((n) => n !== first)).toHaveLength(2);
    const { status, ...rest } = await h.get(kinds.pod, second);
    await h.client.resource(kinds.pod).updateStatus({ ...rest, status: { ...status, phase: 'Failed' } });
    await h.settle();
    expect(await names(h)).toHaveLength(4);
    expect((await h.get(kinds.replicaSet, 'web')).status?.replicas).toBe(2);
  });

  test('CTL-4 deletes what is too much and says so', async () => {
    const h = await start();
    await scriptedKubelet(h);
    await h.create(replicaSet('web', { replicas: 3 }));
    await h.patch(kinds.replicaSet, 'web', { spec: { replicas: 1 } });
    expect(await names(h)).toHaveLength(1);
    const deleted = (await h.events('web')).filter((e) => e.startsWith('Normal SuccessfulDelete Deleted pod: web-'));
    expect(deleted).toHaveLength(2);
    expect((await h.get(kinds.replicaSet, 'web')).status).toMatchObject({ replicas: 1, observedGeneration: 2 });
  });

  test('CTL-9 lets a Pod go first that is on no node, then one that is not ready', async () => {
    const h = await start();
    let n = 0;
    await scriptedKubelet(h, { fate: () => (['ready', 'running', 'ready'] as const)[n++ % 3] ?? 'ready' });
    await h.create(replicaSet('web', { replicas: 3 }));
    const unready = (await h.list(kinds.pod)).find((p) =>
      p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'False'),
    );
    await h.patch(kinds.replicaSet, 'web', { spec: { replicas: 2 } });
    expect(await names(h)).not.toContain(unready?.metadata.name);
  });

  test('CTL-4 leaves everything alone once it is being deleted', async () => {
    const h = await start();
    await h.create({ ...replicaSet('web'), metadata: { name: 'web', finalizers: ['example.com/hold'] } });
    await h.client.resource(kinds.replicaSet).delete('web', 'default');
    await h.settle();
    const [first = ''] = await names(h);
    await h.client.resource(kinds.pod).delete(first, 'default', { gracePeriodSeconds: 0 });
    await h.settle();
    expect(await names(h)).toHaveLength(1);
    expect((await h.get(kinds.replicaSet, 'web')).status?.replicas).toBe(1);
  });

  test('CTL-4 a thousand Pods cost one list and one request each', async () => {
    const h = await start();
    await h.create(replicaSet('web', { replicas: 1000 }));
    expect(await names(h)).toHaveLength(1000);
    const count = (pattern: RegExp): number => h.requests.filter((r) => pattern.test(r)).length;
    expect(count(/^POST .*\/pods$/)).toBe(1000);
    // The list and the watch of the informer.
    expect(count(/^GET .*\/pods$/)).toBe(2);
    expect(count(/^PUT .*\/replicasets\/web\/status$/)).toBeLessThan(20);
  });
});

describe('minReadySeconds', () => {
  test('CTL-4 counts a Pod as available when it has been ready for so long', async () => {
    const h = await start();
    await h.create(replicaSet('web', { minReadySeconds: 10 }));
    const [first = '', second = ''] = await names(h);
    const ready = async (name: string): Promise<void> => {
      const found = await h.get(kinds.pod, name);
      await h.client.resource(kinds.pod).updateStatus(withStatus(found, 'True', '10.244.0.9', h.clock.now()));
      await h.settle();
    };
    const available = async (): Promise<number> =>
      (await h.get(kinds.replicaSet, 'web')).status?.availableReplicas ?? 0;
    await ready(first);
    await h.clock.advance(4000);
    await ready(second);
    expect(await available()).toBe(0);
    await h.clock.advance(5999);
    expect(await available()).toBe(0);
    await h.clock.advance(1);
    expect(await available()).toBe(1);
    await h.clock.advance(4000);
    expect(await available()).toBe(2);
    await h.clock.idle();
    expect(h.clock.now()).toBe(Date.UTC(2025, 0, 1, 0, 0, 14));
  });
});

describe('ownership of Pods', () => {
  test('CTL-4 adopts what it selects and nobody manages', async () => {
    const h = await start();
    await h.create(pod('early', { app: 'web' }));
    const rs = await h.create(replicaSet('web'));
    expect(await names(h)).toHaveLength(2);
    expect((await h.get(kinds.pod, 'early')).metadata.ownerReferences).toMatchObject([
      { uid: rs.metadata.uid, controller: true },
    ]);
    // A later orphan is adopted, and as one is then too many, one goes.
    await h.create(pod('late', { app: 'web' }));
    const left = await h.list(kinds.pod);
    expect(left.filter((p) => p.metadata.deletionTimestamp === undefined)).toHaveLength(2);
  });

  test('CTL-4 releases what it no longer selects, and replaces it', async () => {
    const h = await start();
    await h.create(replicaSet('web'));
    const [first = ''] = await names(h);
    await h.patch(kinds.pod, first, { metadata: { labels: { app: 'other' } } });
    expect((await h.get(kinds.pod, first)).metadata.ownerReferences ?? []).toEqual([]);
    expect(await names(h)).toHaveLength(3);
  });

  test('CTL-4 does not touch what another controller manages', async () => {
    const h = await start();
    const other = await h.create(replicaSet('other', { replicas: 0 }));
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      name: 'ds',
      uid: other.metadata.uid ?? '',
      controller: true,
    };
    const foreign = pod('foreign', { app: 'web' });
    await h.create({
      ...foreign,
      metadata: { ...foreign.metadata, ownerReferences: [{ ...owner, uid: '12345678-0000-4000-8000-000000000000' }] },
    });
    await h.create(replicaSet('web'));
    expect(await names(h)).toHaveLength(3);
    expect((await h.get(kinds.pod, 'foreign')).metadata.ownerReferences?.[0]?.kind).toBe('DaemonSet');
  });
});

describe('a ReplicaSet whose Pods are refused', () => {
  test('CTL-4 says so in events and in its status, tries again with back-off, and recovers', async () => {
    let room = 2;
    const quota: AdmissionPlugin = {
      name: 'TestQuota',
      operations: ['CREATE'],
      validate: ({ kind }) => {
        if (kind.kind === 'Pod' && room-- <= 0)
          throw forbiddenStatus({ group: '', resource: 'pods' }, 'web-x', 'exceeded quota: test');
      },
    };
    const h = await start({ deps: { admission: [quota] } });
    await h.create(replicaSet('web', { replicas: 4 }));
    expect(await names(h)).toHaveLength(2);
    // Batches of 1 and 2: one Pod, then one Pod and one refusal.
    const events = await h.events('web');
    expect(events.filter((e) => e.includes('FailedCreate'))).toEqual([
      expect.stringContaining('Warning FailedCreate Error creating: pods "web-x" is forbidden: exceeded quota: test'),
    ]);
    const [condition] = (await h.get(kinds.replicaSet, 'web')).status?.conditions ?? [];
    expect(condition).toEqual({
      type: 'ReplicaFailure',
      status: 'True',
      lastTransitionTime: '2025-01-01T00:00:00Z',
      reason: 'FailedCreate',
      message: 'pods "web-x" is forbidden: exceeded quota: test',
    });
    const before = h.requests.filter((r) => r.startsWith('POST') && r.endsWith('/pods')).length;
    await h.clock.advance('60s');
    const tries = h.requests.filter((r) => r.startsWith('POST') && r.endsWith('/pods')).length - before;
    // 5 ms, 10 ms, … 40.96 s.
    expect(tries).toBeGreaterThan(8);
    expect(tries).toBeLessThan(16);
    // It may never succeed: nobody waits for it.
    await h.clock.idle();
    room = 10;
    await h.clock.advance('200s');
    expect(await names(h)).toHaveLength(4);
    expect((await h.get(kinds.replicaSet, 'web')).status?.conditions ?? []).toEqual([]);
  });
});
