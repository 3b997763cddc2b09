import { kinds } from '@tabernetes/api';
import type { DaemonSet } from '@tabernetes/api/types/apps-v1';
import type { Node, Pod, Taint } from '@tabernetes/api/types/core-v1';
import { forbiddenStatus } from '@tabernetes/apimachinery';
import type { AdmissionPlugin } from '@tabernetes/apiserver';
import { afterEach, describe, expect, test } from 'vitest';
import { taintEvictionController } from '../taint-eviction/taint-eviction-controller.ts';
import {
  type Harness,
  type HarnessOptions,
  NS,
  type PodFate,
  scriptedKubelet,
  startHarness,
} from '../testing/harness.ts';
import { daemonSet, pod } from '../testing/objects.ts';
import { daemonSetController } from './daemon-set-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

interface Options extends Partial<HarnessOptions> {
  readonly startMs?: number;
  readonly stopMs?: number;
  readonly fate?: (pod: Pod) => PodFate;
  readonly kubelet?: boolean;
  /** Default 3. */
  readonly nodes?: number;
}

const node = (n: number): Node => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: `node-${n}` } });

async function start({ kubelet = true, nodes = 3, startMs, stopMs, fate, ...options }: Options = {}): Promise<Harness> {
  harness = await startHarness({ controllers: [daemonSetController], ...options });
  for (let n = 1; n <= nodes; n++) {
    await harness.client.resource(kinds.node).create(node(n));
    await taint(harness, n, []);
  }
  const script = { ...(startMs && { startMs }), ...(stopMs && { stopMs }), ...(fate && { fate }) };
  if (kubelet) await scriptedKubelet(harness, script);
  return harness;
}

async function taint(h: Harness, n: number, taints: readonly Taint[]): Promise<void> {
  await h.client.resource(kinds.node).patch(`node-${n}`, undefined, 'merge', { spec: { taints } });
  await h.clock.advance(1);
}

const withSpec = (spec: object): Partial<NonNullable<DaemonSet['spec']>> => ({
  template: {
    metadata: { labels: { app: 'agent' } },
    spec: { containers: [{ name: 'main', image: 'agent:1' }], ...spec },
  },
});
const image = (text: string) => ({ spec: { template: { spec: { containers: [{ name: 'main', image: text }] } } } });
const rolling = (rollingUpdate: { maxSurge?: number | string; maxUnavailable?: number | string }) => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate },
});

/** `node-1 agent:1`, going ones left out. */
const where = async (h: Harness): Promise<readonly string[]> =>
  (await h.list(kinds.pod))
    .filter((p) => p.metadata.deletionTimestamp === undefined)
    .map((p) => `${p.spec?.nodeName} ${p.spec?.containers[0]?.image}`)
    .sort();
const status = async (h: Harness) => (await h.get(kinds.daemonSet, 'agent')).status;

describe('Pods of a DaemonSet', () => {
  test('DMN-1 are one on every node, bound to it by affinity, with the tolerations of daemons', async () => {
    const h = await start();
    const ds = await h.create(daemonSet('agent'));
    await h.clock.advance(1);
    expect(await where(h)).toEqual(['node-1 agent:1', 'node-2 agent:1', 'node-3 agent:1']);
    const [first] = await h.list(kinds.pod);
    const [revision] = await h.list(kinds.controllerRevision);
    expect(first?.metadata).toMatchObject({
      generateName: 'agent-',
      labels: {
        app: 'agent',
        'controller-revision-hash': revision?.metadata.labels?.['controller-revision-hash'],
        'pod-template-generation': '1',
      },
      ownerReferences: [{ kind: 'DaemonSet', name: 'agent', uid: ds.metadata.uid, controller: true }],
    });
    expect(first?.spec?.affinity).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: [first?.spec?.nodeName] }] },
          ],
        },
      },
    });
    expect(first?.spec?.tolerations?.slice(0, 6).map((t) => `${t.key}:${t.effect}`)).toEqual([
      'node.kubernetes.io/not-ready:NoExecute',
      'node.kubernetes.io/unreachable:NoExecute',
      'node.kubernetes.io/disk-pressure:NoSchedule',
      'node.kubernetes.io/memory-pressure:NoSchedule',
      'node.kubernetes.io/pid-pressure:NoSchedule',
      'node.kubernetes.io/unschedulable:NoSchedule',
    ]);
    expect(await status(h)).toEqual({
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberAvailable: 3,
      numberMisscheduled: 0,
      numberReady: 3,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
    });
    expect([...(await h.events('agent'))].sort()).toEqual(
      (await h.list(kinds.pod)).map((p) => `Normal SuccessfulCreate Created pod: ${p.metadata.name}`).sort(),
    );
  });

  test('DMN-1 come to a new node, and to a deleted place when it is free', async () => {
    const h = await start({ stopMs: 5000 });
    await h.create(daemonSet('agent'));
    await h.client.resource(kinds.node).create(node(4));
    await taint(h, 4, []);
    expect(await where(h)).toHaveLength(4);
    const [first] = await h.list(kinds.pod);
    await h.client.resource(kinds.pod).delete(first?.metadata.name ?? '', 'default');
    await h.clock.advance(4000);
    expect(await where(h)).toHaveLength(3);
    await h.clock.advance(1001);
    expect(await where(h)).toHaveLength(4);
  });

  test('DMN-2 follow the labels of nodes', async () => {
    const h = await start();
    const label = async (n: number, value: string | null): Promise<void> => {
      const patch = { metadata: { labels: { disk: value } } };
      await h.client.resource(kinds.node).patch(`node-${n}`, undefined, 'merge', patch);
      await h.clock.advance(1);
    };
    await label(1, 'ssd');
    await h.create(daemonSet('agent', withSpec({ nodeSelector: { disk: 'ssd' } })));
    await h.clock.advance(1);
    expect(await where(h)).toEqual(['node-1 agent:1']);
    await label(2, 'ssd');
    expect(await where(h)).toEqual(['node-1 agent:1', 'node-2 agent:1']);
    await label(1, null);
    expect(await where(h)).toEqual(['node-2 agent:1']);
    expect(await status(h)).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 0, numberAvailable: 1 });
  });

  test('DMN-2 follow required node affinity', async () => {
    const h = await start();
    const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['node-2'] }] }];
    const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
    await h.create(daemonSet('agent', withSpec({ affinity: { nodeAffinity: required } })));
    await h.clock.advance(1);
    expect(await where(h)).toEqual(['node-1 agent:1', 'node-3 agent:1']);
  });

  test('DMN-3 are not made where a taint is not tolerated, and stay there unless it says NoExecute', async () => {
    const h = await start();
    await taint(h, 1, [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }]);
    await taint(h, 2, [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]);
    await h.create(daemonSet('agent'));
    await h.clock.advance(1);
    expect(await where(h)).toEqual(['node-2 agent:1', 'node-3 agent:1']);
    await taint(h, 3, [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }]);
    expect(await where(h)).toEqual(['node-2 agent:1', 'node-3 agent:1']);
    expect(await status(h)).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 1 });
    await taint(h, 3, [{ key: 'dedicated', value: 'x', effect: 'NoExecute' }]);
    expect(await where(h)).toEqual(['node-2 agent:1']);
    await taint(h, 1, [{ key: 'dedicated', value: 'x', effect: 'PreferNoSchedule' }]);
    expect(await where(h)).toEqual(['node-1 agent:1', 'node-2 agent:1']);
  });

  test('NOD-5 are told that the taint takes them, although their DaemonSet deletes them for it at once', async () => {
    const h = await start({ controllers: [daemonSetController, taintEvictionController] });
    await h.create(daemonSet('agent', withSpec({ terminationGracePeriodSeconds: 0 })));
    const [going] = (await h.list(kinds.pod)).filter((p) => p.spec?.nodeName === 'node-3');
    const name = going?.metadata.name ?? '';
    await taint(h, 3, [{ key: 'dedicated', value: 'x', effect: 'NoExecute' }]);
    expect(await h.find(kinds.pod, name)).toBeUndefined();
    expect(await h.events(name)).toEqual([`Normal TaintManagerEviction Marking for deletion Pod ${NS}/${name}`]);
    expect(await h.events('agent')).toContain(`Normal SuccessfulDelete Deleted pod: ${name}`);
  });

  test('DMN-4 that fail are replaced with back-off, those that succeed at once', async () => {
    const h = await start({ nodes: 1 });
    await h.create(daemonSet('agent'));
    await h.clock.advance(1);
    const end = async (phase: string): Promise<string> => {
      const [there] = await h.list(kinds.pod);
      if (there === undefined) throw new Error('no Pod');
      await h.client.resource(kinds.pod).updateStatus({ ...there, status: { ...there.status, phase } });
      await h.settle();
      return there.metadata.uid ?? '';
    };
    const uid = async (): Promise<string | undefined> => (await h.list(kinds.pod))[0]?.metadata.uid;
    const succeeded = await end('Succeeded');
    await h.clock.advance(1);
    expect(await uid()).not.toBe(succeeded);
    const first = await end('Failed');
    await h.clock.advance(1);
    expect(await uid()).not.toBe(first);
    const second = await end('Failed');
    await h.clock.advance(990);
    expect(await uid()).toBe(second);
    await h.clock.advance(20);
    expect(await uid()).not.toBe(second);
    const events = (await h.events('agent')).map((e) => e.replace(/agent-\w{5}/, 'agent-x'));
    expect(events).toContain(
      'Normal SucceededDaemonPod Found succeeded daemon pod default/agent-x on node node-1, will try to delete it',
    );
    expect(events).toContain(
      'Warning FailedDaemonPod Found failed daemon pod default/agent-x on node node-1, will try to kill it',
    );
  });

  test('DMN-5 are adopted when they are on a node, the older one wins, and released without labels', async () => {
    const h = await start({ nodes: 1 });
    const early = pod('early', { app: 'agent' });
    await h.create({ ...early, spec: { containers: [], ...early.spec, nodeName: 'node-1' } });
    await h.clock.advance('2s');
    const ds = await h.create(daemonSet('agent', { updateStrategy: { type: 'OnDelete' } }));
    await h.clock.advance(1);
    expect((await h.get(kinds.pod, 'early')).metadata.ownerReferences?.[0]?.uid).toBe(ds.metadata.uid);
    expect(await h.list(kinds.pod)).toHaveLength(1);
    expect(await status(h)).toMatchObject({ currentNumberScheduled: 1, numberReady: 1 });
    expect(await status(h)).not.toHaveProperty('updatedNumberScheduled');
    await h.patch(kinds.pod, 'early', { metadata: { labels: { app: 'other' } } });
    await h.clock.advance(1);
    expect((await h.get(kinds.pod, 'early')).metadata.ownerReferences ?? []).toEqual([]);
    expect(await h.list(kinds.pod)).toHaveLength(2);
  });

  test('DMN-1 that are refused are said to be, and tried again', async () => {
    let room = 1;
    const quota: AdmissionPlugin = {
      name: 'TestQuota',
      operations: ['CREATE'],
      validate: ({ kind }) => {
        if (kind.kind === 'Pod' && room-- <= 0) throw forbiddenStatus({ group: '', resource: 'pods' }, 'x', 'no room');
      },
    };
    const h = await start({ deps: { admission: [quota] } });
    await h.create(daemonSet('agent'));
    await h.clock.advance(1);
    expect(await where(h)).toHaveLength(1);
    const events = await h.events('agent');
    expect(
      events.some((e) => e.startsWith('Warning FailedCreate Error creating: pods "x" is forbidden: no room')),
    ).toBe(true);
    expect(await status(h)).toMatchObject({ desiredNumberScheduled: 3, currentNumberScheduled: 1 });
    room = 10;
    await h.clock.advance('10s');
    expect(await where(h)).toHaveLength(3);
  });
});

describe('a rolling update of a DaemonSet', () => {
  test('DMN-6 replaces as many Pods at once as may be unavailable', async () => {
    const h = await start({ startMs: 1000 });
    await h.create(daemonSet('agent', rolling({ maxUnavailable: 1 })));
    await h.clock.idle();
    await h.patch(kinds.daemonSet, 'agent', image('agent:2'));
    await h.clock.advance(1);
    expect((await where(h)).filter((text) => text.endsWith('agent:1'))).toHaveLength(2);
    expect(await status(h)).toMatchObject({ updatedNumberScheduled: 1, numberUnavailable: 1, numberAvailable: 2 });
    await h.clock.advance(1001);
    expect((await where(h)).filter((text) => text.endsWith('agent:1'))).toHaveLength(1);
    await h.clock.idle();
    expect(await where(h)).toEqual(['node-1 agent:2', 'node-2 agent:2', 'node-3 agent:2']);
  });

  test('DMN-6 counts percentages of nodes, rounded up', async () => {
    const h = await start({ startMs: 1000 });
    await h.create(daemonSet('agent', rolling({ maxUnavailable: '50%' })));
    await h.clock.idle();
    await h.patch(kinds.daemonSet, 'agent', image('agent:2'));
    await h.clock.advance(1);
    expect((await where(h)).filter((text) => text.endsWith('agent:1'))).toHaveLength(1);
  });

  test('DMN-6 stops at the first that is never ready, and replaces what is broken first', async () => {
    const h = await start({ fate: (p) => (p.spec?.containers[0]?.image === 'bad:1' ? 'running' : 'ready') });
    await h.create(daemonSet('agent'));
    await h.clock.advance(1);
    await h.patch(kinds.daemonSet, 'agent', image('bad:1'));
    await h.clock.advance('10m');
    expect((await where(h)).filter((text) => text.endsWith('agent:1'))).toHaveLength(2);
    await h.patch(kinds.daemonSet, 'agent', image('agent:3'));
    await h.clock.advance('1s');
    expect(await where(h)).toEqual(['node-1 agent:3', 'node-2 agent:3', 'node-3 agent:3']);
  });

  test('DMN-7 with surge starts the new Pod first, on so many nodes at once', async () => {
    const h = await start({ startMs: 1000 });
    await h.create(daemonSet('agent', rolling({ maxSurge: 1, maxUnavailable: 0 })));
    await h.clock.idle();
    await h.patch(kinds.daemonSet, 'agent', image('agent:2'));
    await h.clock.advance(1);
    const during = await where(h);
    expect(during.filter((text) => text.endsWith('agent:1'))).toHaveLength(3);
    expect(during.filter((text) => text.endsWith('agent:2'))).toHaveLength(1);
    expect(await status(h)).toMatchObject({ numberAvailable: 3 });
    await h.clock.idle();
    expect(await where(h)).toEqual(['node-1 agent:2', 'node-2 agent:2', 'node-3 agent:2']);
  });

  test('DMN-8 happens only to Pods that are deleted, when it is asked for OnDelete', async () => {
    const h = await start();
    await h.create(daemonSet('agent', { updateStrategy: { type: 'OnDelete' } }));
    await h.clock.advance(1);
    await h.patch(kinds.daemonSet, 'agent', image('agent:2'));
    await h.clock.advance(1);
    expect(await where(h)).toEqual(['node-1 agent:1', 'node-2 agent:1', 'node-3 agent:1']);
    const second = (await h.list(kinds.pod)).find((p) => p.spec?.nodeName === 'node-2');
    await h.client.resource(kinds.pod).delete(second?.metadata.name ?? '', 'default');
    await h.clock.advance(1);
    expect(await where(h)).toEqual(['node-1 agent:1', 'node-2 agent:2', 'node-3 agent:1']);
    expect(await status(h)).toMatchObject({ updatedNumberScheduled: 1 });
  });

  test('DMN-6 counts Pods as available after minReadySeconds', async () => {
    const h = await start({ nodes: 2 });
    await h.create(daemonSet('agent', { minReadySeconds: 10 }));
    await h.clock.advance(1);
    expect(await status(h)).toMatchObject({ numberReady: 2, numberUnavailable: 2 });
    await h.clock.idle();
    expect(await status(h)).toMatchObject({ numberReady: 2, numberAvailable: 2 });
  });
});

describe('revisions of a DaemonSet', () => {
  const numbered = async (h: Harness): Promise<readonly string[]> =>
    [...(await h.list(kinds.controllerRevision))]
      .sort((a, b) => a.revision - b.revision)
      .map(({ data, revision }) => {
        const { spec } = data as { spec: { template: { spec: { containers: { image: string }[] } } } };
        return `${revision} ${spec.template.spec.containers[0]?.image}`;
      });

  test('DMN-9 are named by the hash of the template, and get the next number when it comes back', async () => {
    const h = await start({ nodes: 1 });
    await h.create({ ...daemonSet('agent'), metadata: { name: 'agent', annotations: { team: 'a' } } });
    await h.clock.advance(1);
    const [revision] = await h.list(kinds.controllerRevision);
    const hash = revision?.metadata.labels?.['controller-revision-hash'];
    expect(revision?.metadata).toMatchObject({ name: `agent-${hash}`, annotations: { team: 'a' } });
    for (const text of ['agent:2', 'agent:3', 'agent:1']) {
      await h.patch(kinds.daemonSet, 'agent', image(text));
      await h.clock.advance(1);
    }
    expect(await numbered(h)).toEqual(['2 agent:2', '3 agent:3', '4 agent:1']);
  });

  test('DMN-9 go beyond revisionHistoryLimit, the oldest first', async () => {
    const h = await start({ nodes: 1 });
    await h.create(daemonSet('agent', { revisionHistoryLimit: 1 }));
    for (const text of ['agent:2', 'agent:3', 'agent:4']) {
      await h.patch(kinds.daemonSet, 'agent', image(text));
      await h.clock.advance(1);
    }
    expect(await numbered(h)).toEqual(['3 agent:3', '4 agent:4']);
  });

  test('DMN-9 that hold the same become one, and Pods are labelled with it', async () => {
    const h = await start({ nodes: 1 });
    await h.create(daemonSet('agent'));
    await h.clock.advance(1);
    const [first] = await h.list(kinds.controllerRevision);
    if (first === undefined) throw new Error('no revision');
    const { name: _, uid: __, resourceVersion: ___, creationTimestamp: ____, ...metadata } = first.metadata;
    const labels = { ...metadata.labels, 'controller-revision-hash': 'twin' };
    await h.create({ ...first, metadata: { ...metadata, name: 'agent-twin', labels }, revision: 7 });
    await h.patch(kinds.daemonSet, 'agent', { metadata: { annotations: { touched: 'yes' } } });
    await h.clock.advance(1);
    expect((await h.list(kinds.controllerRevision)).map((r) => r.metadata.name)).toEqual(['agent-twin']);
    const hashes = (await h.list(kinds.pod)).map((p) => p.metadata.labels?.['controller-revision-hash']);
    expect(hashes).toEqual(['twin']);
  });
});

test('DMN-1 five hundred nodes cost one request each, and few statuses', async () => {
  const h = await start({ kubelet: false, nodes: 500 });
  await h.create(daemonSet('agent'));
  expect(await h.list(kinds.pod)).toHaveLength(500);
  const count = (pattern: RegExp): number => h.requests.filter((r) => pattern.test(r)).length;
  expect(count(/^POST .*\/pods$/)).toBe(500);
  expect(count(/^GET .*\/pods$/)).toBe(2);
  expect(count(/^PUT .*\/status$/)).toBeLessThan(6);
});
