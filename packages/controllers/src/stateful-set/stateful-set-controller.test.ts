import { kinds } from '@tabernetes/api';
import type { StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { garbageCollector } from '../garbage-collector/garbage-collector.ts';
import { type Harness, type PodFate, scriptedKubelet, startHarness } from '../testing/harness.ts';
import { pod, statefulSet } from '../testing/objects.ts';
import { statefulSetController } from './stateful-set-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

interface Options {
  readonly startMs?: number;
  readonly stopMs?: number;
  readonly fate?: (pod: Pod) => PodFate;
  readonly kubelet?: boolean;
}

async function start({ kubelet = true, ...options }: Options = {}): Promise<Harness> {
  harness = await startHarness({ controllers: [statefulSetController, garbageCollector] });
  if (kubelet) await scriptedKubelet(harness, options);
  return harness;
}

const image = (text: string) => ({ spec: { template: { spec: { containers: [{ name: 'main', image: text }] } } } });
const pods = async (h: Harness): Promise<readonly Pod[]> =>
  [...(await h.list(kinds.pod))].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
const names = async (h: Harness): Promise<readonly string[]> => (await pods(h)).map((p) => p.metadata.name ?? '');
const images = async (h: Harness): Promise<readonly string[]> =>
  (await pods(h)).map((p) => `${p.metadata.name} ${p.spec?.containers[0]?.image}`);
const status = async (h: Harness, name = 'web') => (await h.get(kinds.statefulSet, name)).status;
/** What was made and deleted, in order: `+web-0`, `-web-0`. */
const history = async (h: Harness, name = 'web'): Promise<readonly string[]> =>
  (await h.events(name)).map((e) =>
    e
      .replace(/^Normal SuccessfulCreate create Pod (\S+) in StatefulSet \S+ successful/, '+$1')
      .replace(/^Normal SuccessfulDelete delete Pod (\S+) in StatefulSet \S+ successful/, '-$1'),
  );

describe('Pods of a StatefulSet', () => {
  test('STS-1 have names, labels and a host name of their own', async () => {
    const h = await start();
    const set = await h.create(statefulSet('web', { replicas: 1 }));
    const [first] = await pods(h);
    const revision = (await status(h))?.updateRevision ?? '';
    expect(first?.metadata).toMatchObject({
      name: 'web-0',
      generateName: 'web-',
      labels: {
        app: 'web',
        'apps.kubernetes.io/pod-index': '0',
        'controller-revision-hash': revision,
        'statefulset.kubernetes.io/pod-name': 'web-0',
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          name: 'web',
          uid: set.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
    expect(first?.spec).toMatchObject({ hostname: 'web-0', subdomain: 'web' });
    expect(await h.events('web')).toEqual(['Normal SuccessfulCreate create Pod web-0 in StatefulSet web successful']);
  });

  test('STS-1 are numbered from spec.ordinals.start', async () => {
    const h = await start();
    await h.create(statefulSet('web', { replicas: 2, ordinals: { start: 5 } }));
    expect(await names(h)).toEqual(['web-5', 'web-6']);
    await h.patch(kinds.statefulSet, 'web', { spec: { ordinals: { start: 6 } } });
    await h.clock.advance(1);
    expect(await names(h)).toEqual(['web-6', 'web-7']);
    expect(await history(h)).toEqual(['+web-5', '+web-6', '+web-7', '-web-5']);
  });

  test('STS-3 are made in order, each when the one before it is ready', async () => {
    const h = await start({ startMs: 1000 });
    await h.create(statefulSet('web'));
    await h.clock.advance(1);
    expect(await names(h)).toEqual(['web-0']);
    await h.clock.advance(1000);
    expect(await names(h)).toEqual(['web-0', 'web-1']);
    await h.clock.advance(2000);
    expect(await history(h)).toEqual(['+web-0', '+web-1', '+web-2']);
    const revision = (await status(h))?.currentRevision;
    expect(await status(h)).toEqual({
      availableReplicas: 3,
      collisionCount: 0,
      currentReplicas: 3,
      currentRevision: revision,
      observedGeneration: 1,
      readyReplicas: 3,
      replicas: 3,
      updateRevision: revision,
      updatedReplicas: 3,
    });
  });

  test('STS-3 go one by one, the last first, each when the one after it is gone', async () => {
    const h = await start({ stopMs: 1000 });
    await h.create(statefulSet('web'));
    await h.patch(kinds.statefulSet, 'web', { spec: { replicas: 1 } });
    const going = async () =>
      (await pods(h)).filter((p) => p.metadata.deletionTimestamp !== undefined).map((p) => p.metadata.name);
    expect(await going()).toEqual(['web-2']);
    await h.clock.advance(1001);
    expect(await going()).toEqual(['web-1']);
    await h.clock.advance(1001);
    expect(await names(h)).toEqual(['web-0']);
    expect(await status(h)).toMatchObject({ replicas: 1, readyReplicas: 1 });
  });

  test('STS-3 are available after minReadySeconds, and wait for each other so long', async () => {
    const h = await start();
    await h.create(statefulSet('web', { replicas: 2, minReadySeconds: 10 }));
    await h.clock.advance(9_000);
    expect(await names(h)).toEqual(['web-0']);
    expect(await status(h)).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    await h.clock.advance(1_500);
    expect(await names(h)).toEqual(['web-0', 'web-1']);
    await h.clock.idle();
    expect(await status(h)).toMatchObject({ readyReplicas: 2, availableReplicas: 2 });
  });

  test('STS-4 are made and deleted at once when they are independent', async () => {
    const h = await start({ startMs: 1000, stopMs: 1000 });
    await h.create(statefulSet('web', { podManagementPolicy: 'Parallel' }));
    expect(await names(h)).toEqual(['web-0', 'web-1', 'web-2']);
    await h.clock.advance(1001);
    await h.patch(kinds.statefulSet, 'web', { spec: { replicas: 1 } });
    expect(await history(h)).toEqual(['+web-0', '+web-1', '+web-2', '-web-2', '-web-1']);
  });

  test('STS-5 come again under the same name when they have ended or were deleted', async () => {
    const h = await start();
    await h.create(statefulSet('web', { replicas: 1 }));
    const first = await h.get(kinds.pod, 'web-0');
    await h.client.resource(kinds.pod).updateStatus({ ...first, status: { ...first.status, phase: 'Succeeded' } });
    await h.clock.advance(1);
    const second = await h.get(kinds.pod, 'web-0');
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    await h.client.resource(kinds.pod).delete('web-0', 'default');
    await h.clock.advance(1);
    expect((await h.get(kinds.pod, 'web-0')).metadata.uid).not.toBe(second.metadata.uid);
    expect(await history(h)).toEqual(['+web-0 (x3)', '-web-0']);
  });

  test('STS-6 are adopted when they have its labels and one of its names, and get the labels that are missing', async () => {
    const h = await start();
    await h.create(pod('web-1', { app: 'web' }));
    await h.create(pod('other-0', { app: 'web' }));
    const set = await h.create(statefulSet('web', { replicas: 2, updateStrategy: { type: 'OnDelete' } }));
    await h.clock.advance(1);
    const adopted = await h.get(kinds.pod, 'web-1');
    expect(adopted.metadata.ownerReferences?.[0]?.uid).toBe(set.metadata.uid);
    expect(adopted.metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'web-1' });
    expect((await h.get(kinds.pod, 'other-0')).metadata.ownerReferences ?? []).toEqual([]);
    expect(await h.events('web')).toContain('Normal SuccessfulUpdate update Pod web-1 in StatefulSet web successful');
  });

  test('STS-6 are released when they lose its labels; the name stays taken, and that is tried again', async () => {
    const h = await start();
    await h.create(statefulSet('web', { replicas: 1 }));
    await h.patch(kinds.pod, 'web-0', { metadata: { labels: { app: null } } });
    expect((await h.get(kinds.pod, 'web-0')).metadata.ownerReferences ?? []).toEqual([]);
    await h.client.resource(kinds.pod).delete('web-0', 'default');
    await h.clock.advance('1s');
    expect((await h.get(kinds.pod, 'web-0')).metadata.ownerReferences).toHaveLength(1);
    expect(await history(h)).toEqual(['+web-0 (x2)']);
  });
});

describe('a rollout', () => {
  test('STS-7 replaces one Pod at a time, the last first, and ends with the new revision as current', async () => {
    const h = await start({ startMs: 1000 });
    await h.create(statefulSet('web'));
    await h.clock.idle();
    const before = (await status(h))?.currentRevision;
    await h.patch(kinds.statefulSet, 'web', image('nginx:2'));
    await h.clock.advance(1);
    expect(await images(h)).toEqual(['web-0 nginx:1', 'web-1 nginx:1', 'web-2 nginx:2']);
    const during = await status(h);
    expect(during).toMatchObject({ currentRevision: before, currentReplicas: 2, updatedReplicas: 1, readyReplicas: 2 });
    expect(during?.updateRevision).not.toBe(before);
    await h.clock.idle();
    expect(await images(h)).toEqual(['web-0 nginx:2', 'web-1 nginx:2', 'web-2 nginx:2']);
    expect((await history(h)).slice(3)).toEqual(['-web-2', '-web-1', '-web-0']);
    expect(await status(h)).toMatchObject({
      currentRevision: during?.updateRevision,
      updateRevision: during?.updateRevision,
      currentReplicas: 3,
      updatedReplicas: 3,
    });
  });

  test('STS-7 stops below the partition', async () => {
    const h = await start();
    await h.create(statefulSet('web', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }));
    await h.patch(kinds.statefulSet, 'web', image('nginx:2'));
    await h.clock.advance(1);
    expect(await images(h)).toEqual(['web-0 nginx:1', 'web-1 nginx:1', 'web-2 nginx:2']);
    // What is made again below the partition is made of the old revision.
    await h.client.resource(kinds.pod).delete('web-0', 'default');
    await h.clock.advance(1);
    expect(await images(h)).toEqual(['web-0 nginx:1', 'web-1 nginx:1', 'web-2 nginx:2']);
    expect(await status(h)).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
  });

  test('STS-7 waits for ever for a Pod that is never ready; a good template alone does not help', async () => {
    const h = await start({ fate: (p) => (p.spec?.containers[0]?.image === 'bad:1' ? 'running' : 'ready') });
    await h.create(statefulSet('web'));
    await h.patch(kinds.statefulSet, 'web', image('bad:1'));
    await h.clock.advance('10m');
    expect(await images(h)).toEqual(['web-0 nginx:1', 'web-1 nginx:1', 'web-2 bad:1']);
    await h.patch(kinds.statefulSet, 'web', image('nginx:3'));
    await h.clock.advance('10m');
    expect(await images(h)).toEqual(['web-0 nginx:1', 'web-1 nginx:1', 'web-2 bad:1']);
    await h.client.resource(kinds.pod).delete('web-2', 'default');
    await h.clock.advance('1s');
    expect(await images(h)).toEqual(['web-0 nginx:3', 'web-1 nginx:3', 'web-2 nginx:3']);
  });

  test('STS-8 happens only to Pods that are deleted, when it is asked for OnDelete', async () => {
    const h = await start();
    await h.create(statefulSet('web', { replicas: 2, updateStrategy: { type: 'OnDelete' } }));
    const before = (await status(h))?.currentRevision;
    await h.patch(kinds.statefulSet, 'web', image('nginx:2'));
    await h.clock.advance(1);
    expect(await images(h)).toEqual(['web-0 nginx:1', 'web-1 nginx:1']);
    await h.client.resource(kinds.pod).delete('web-1', 'default');
    await h.clock.advance(1);
    expect(await images(h)).toEqual(['web-0 nginx:1', 'web-1 nginx:2']);
    expect(await status(h)).toMatchObject({ currentReplicas: 1, updatedReplicas: 1, currentRevision: before });
  });
});

describe('revisions of a StatefulSet', () => {
  const numbered = async (h: Harness): Promise<readonly string[]> =>
    [...(await h.list(kinds.controllerRevision))]
      .sort((a, b) => a.revision - b.revision)
      .map(({ data, revision }) => {
        const { spec } = data as { spec: { template: { spec: { containers: { image: string }[] } } } };
        return `${revision} ${spec.template.spec.containers[0]?.image}`;
      });

  test('STS-2 keep the template, the labels, the annotations and the owner', async () => {
    const h = await start();
    const set: StatefulSet = await h.create<StatefulSet>({
      ...statefulSet('web'),
      metadata: { name: 'web', annotations: { team: 'a' } },
    });
    const [revision] = await h.list(kinds.controllerRevision);
    const hash = revision?.metadata.name?.slice('web-'.length);
    expect(revision?.metadata).toMatchObject({
      labels: { app: 'web', 'controller.kubernetes.io/hash': hash },
      annotations: { team: 'a' },
      ownerReferences: [{ kind: 'StatefulSet', uid: set.metadata.uid, controller: true }],
    });
    expect(revision?.data).toEqual({ spec: { template: { $patch: 'replace', ...set.spec?.template } } });
    expect(revision?.revision).toBe(1);
  });

  test('STS-2 get the next number when their template comes back', async () => {
    const h = await start();
    await h.create(statefulSet('web', { replicas: 1 }));
    for (const text of ['nginx:2', 'nginx:3', 'nginx:1']) {
      await h.patch(kinds.statefulSet, 'web', image(text));
      await h.clock.advance(1);
    }
    expect(await numbered(h)).toEqual(['2 nginx:2', '3 nginx:3', '4 nginx:1']);
  });

  test('STS-2 that are of no use go beyond revisionHistoryLimit, the oldest first', async () => {
    const h = await start();
    await h.create(statefulSet('web', { replicas: 1, revisionHistoryLimit: 1 }));
    for (const text of ['nginx:2', 'nginx:3', 'nginx:4']) {
      await h.patch(kinds.statefulSet, 'web', image(text));
      await h.clock.advance(1);
    }
    expect(await numbered(h)).toEqual(['3 nginx:3', '4 nginx:4']);
  });

  test('STS-2 of another owner that have its name are gone around', async () => {
    const h = await start();
    await h.create(statefulSet('web', { replicas: 1 }));
    const [first] = await h.list(kinds.controllerRevision);
    const name = first?.metadata.name ?? '';
    await h.client.resource(kinds.statefulSet).delete('web', 'default');
    await h.clock.advance(1);
    await h.create({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name },
      data: { spec: {} },
      revision: 1,
    });
    await h.create(statefulSet('web', { replicas: 1 }));
    expect(await status(h)).toMatchObject({ collisionCount: 1, readyReplicas: 1 });
    expect((await status(h))?.updateRevision).not.toBe(name);
  });
});

test('STS-3 a thousand Pods in parallel cost one request each, and few statuses', async () => {
  const h = await start({ kubelet: false });
  await h.create(statefulSet('web', { replicas: 1000, podManagementPolicy: 'Parallel' }));
  expect(await names(h)).toHaveLength(1000);
  const count = (pattern: RegExp): number => h.requests.filter((r) => pattern.test(r)).length;
  expect(count(/^POST .*\/pods$/)).toBe(1000);
  expect(count(/^GET .*\/pods$/)).toBe(2);
  expect(count(/^PUT .*\/status$/)).toBeLessThan(5);
});
