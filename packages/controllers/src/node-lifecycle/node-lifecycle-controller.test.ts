import { kinds } from '@tabernetes/api';
import type { Node, NodeCondition, Taint } from '@tabernetes/api/types/core-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { taintEvictionController } from '../taint-eviction/taint-eviction-controller.ts';
import { type Harness, NS, startHarness, withStatus } from '../testing/harness.ts';
import { pod } from '../testing/objects.ts';
import { nodeLifecycleController } from './node-lifecycle-controller.ts';
import { evictionIntervalMs, zoneState } from './zones.ts';

let harness: Harness;
let alive: Set<string>;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

const condition = (type: string, status: string, at: string, reason = 'Kubelet'): NodeCondition => ({
  type,
  status,
  reason,
  message: 'said by the kubelet',
  lastHeartbeatTime: at,
  lastTransitionTime: at,
});
const time = (h: Harness): string => `${new Date(h.clock.now()).toISOString().slice(0, 19)}Z`;

/** Nodes node-1 … in zones of their own, that renew their leases while they are alive. */
async function start(count = 3, zones: readonly string[] = ['a', 'b', 'c']): Promise<Harness> {
  harness = await startHarness({
    controllers: [nodeLifecycleController, taintEvictionController],
    namespaces: ['default', 'kube-node-lease'],
  });
  const h = harness;
  alive = new Set();
  for (let i = 1; i <= count; i++) {
    const name = `node-${i}`;
    const labels = { 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': zones[(i - 1) % zones.length] ?? '' };
    const made = await h.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
    const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) =>
      condition(type, type === 'Ready' ? 'True' : 'False', time(h)),
    );
    const current = await h.get(kinds.node, made.metadata.name ?? '');
    await h.client.resource(kinds.node).updateStatus({ ...current, status: { ...current.status, conditions } });
    await h.create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: 'kube-node-lease' },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: '2025-01-01T00:00:00.000000Z' },
    });
    alive.add(name);
    renew(h, name);
  }
  await h.clock.advance(5000);
  return h;
}
function renew(h: Harness, name: string): void {
  h.clock.setTimer(
    10_000,
    () => {
      if (!alive.has(name)) return;
      const renewTime = new Date(h.clock.now()).toISOString().replace('Z', '000Z');
      void h.client.resource(kinds.lease).patch(name, 'kube-node-lease', 'merge', { spec: { renewTime } });
      renew(h, name);
    },
    { background: true },
  );
}
const taints = async (h: Harness, name: string): Promise<readonly string[]> =>
  ((await h.get(kinds.node, name)).spec?.taints ?? []).map(
    ({ key, value, effect }: Taint) => `${key}${value ? `=${value}` : ''}:${effect}`,
  );
const ready = async (h: Harness, name: string): Promise<NodeCondition | undefined> =>
  (await h.get(kinds.node, name)).status?.conditions?.find((c) => c.type === 'Ready');
async function bound(h: Harness, name: string, node: string, tolerations?: readonly object[]): Promise<void> {
  const { spec = { containers: [] }, ...rest } = pod(name);
  await h.create({ ...rest, spec: { ...spec, nodeName: node, ...(tolerations && { tolerations }) } });
  const found = await h.get(kinds.pod, name);
  await h.client.resource(kinds.pod).updateStatus(withStatus(found, 'True', '10.244.1.2', h.clock.now()));
  await h.settle();
}
const isGoing = async (h: Harness, name: string): Promise<boolean> =>
  (await h.find(kinds.pod, name))?.metadata.deletionTimestamp !== undefined;

describe('a node that lives', () => {
  test('NOD-1 is registered with an event, and stays Ready', async () => {
    const h = await start();
    expect(await h.events('node-1')).toEqual([
      'Normal RegisteredNode Node node-1 event: Registered Node node-1 in Controller',
    ]);
    const [event] = (await h.client.resource(kinds.event).list({ namespace: NS })).items;
    expect(event).toMatchObject({ source: { component: 'node-controller' }, involvedObject: { kind: 'Node' } });
    await h.clock.advance('10m');
    expect((await ready(h, 'node-1'))?.status).toBe('True');
    expect(await taints(h, 'node-1')).toEqual([]);
  });

  test('NOD-1 is registered soon after it came, not with the next look of all', async () => {
    const h = await start();
    await h.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-9' } });
    await h.clock.advance(100);
    expect(await h.events('node-9')).toHaveLength(1);
  });

  test('NOD-1 has the old labels that the stable ones ask for', async () => {
    const h = await start();
    expect((await h.get(kinds.node, 'node-1')).metadata.labels?.['beta.kubernetes.io/os']).toBe('linux');
  });

  test('NOD-1 that is deleted is said good-bye', async () => {
    const h = await start();
    await h.client.resource(kinds.node).delete('node-3');
    await h.clock.advance(5000);
    expect(await h.events('node-3')).toContain(
      'Normal RemovingNode Node node-3 event: Removing Node node-3 from Controller',
    );
  });
});

describe('taints of conditions', () => {
  test('NOD-2 NoSchedule follows conditions and cordons at once, and says since when', async () => {
    const h = await start();
    await h.patch(kinds.node, 'node-1', { spec: { unschedulable: true } });
    expect((await h.get(kinds.node, 'node-1')).spec?.taints).toEqual([
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: time(h) },
    ]);
    await h.patch(kinds.node, 'node-1', { spec: { unschedulable: null } });
    expect(await taints(h, 'node-1')).toEqual([]);
    const node = await h.get(kinds.node, 'node-2');
    const conditions = [condition('MemoryPressure', 'True', time(h)), condition('Ready', 'False', time(h))];
    await h.client.resource(kinds.node).updateStatus({ ...node, status: { ...node.status, conditions } });
    await h.settle();
    expect(await taints(h, 'node-2')).toEqual([
      'node.kubernetes.io/memory-pressure:NoSchedule',
      'node.kubernetes.io/not-ready:NoSchedule',
    ]);
  });

  test('NOD-2 taints of others stay', async () => {
    const h = await start();
    await h.patch(kinds.node, 'node-1', {
      spec: { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }], unschedulable: true },
    });
    expect(await taints(h, 'node-1')).toEqual(['team=a:NoSchedule', 'node.kubernetes.io/unschedulable:NoSchedule']);
  });
});

describe('a node that is silent', () => {
  test('NOD-3 is Unknown after 50 s, tainted at once and 5 s later for its Pods, which are not ready', async () => {
    const h = await start();
    await bound(h, 'web', 'node-2');
    alive.delete('node-2');
    // Its lease was renewed for the last time at second 0, and seen at second 5.
    await h.clock.advance(50_000);
    expect((await ready(h, 'node-2'))?.status).toBe('True');
    await h.clock.advance(5000);
    const conditions = (await h.get(kinds.node, 'node-2')).status?.conditions ?? [];
    expect(conditions.map((c) => c.status)).toEqual(['Unknown', 'Unknown', 'Unknown', 'Unknown']);
    expect(conditions[3]).toEqual({
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastHeartbeatTime: '2025-01-01T00:00:00Z',
      lastTransitionTime: '2025-01-01T00:01:00Z',
    });
    expect(await taints(h, 'node-2')).toEqual(['node.kubernetes.io/unreachable:NoSchedule']);
    expect(await h.events('node-2')).toContain('Normal NodeNotReady Node node-2 status is now: NodeNotReady');
    expect((await h.get(kinds.pod, 'web')).status?.conditions?.find((c) => c.type === 'Ready')).toMatchObject({
      status: 'False',
      lastTransitionTime: '2025-01-01T00:01:00Z',
    });
    expect(await h.events('web')).toEqual(['Warning NodeNotReady Node is not ready']);
    await h.clock.advance(5000);
    expect(await taints(h, 'node-2')).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    // Tolerated for five minutes.
    expect(await isGoing(h, 'web')).toBe(false);
    await h.clock.advance(300_000);
    expect(await isGoing(h, 'web')).toBe(true);
  });

  test('NOD-3 that comes back loses its taints, and its Pods stay', async () => {
    const h = await start();
    await bound(h, 'web', 'node-2');
    alive.delete('node-2');
    await h.clock.advance(70_000);
    expect(await taints(h, 'node-2')).toHaveLength(2);
    const node = await h.get(kinds.node, 'node-2');
    const conditions =
      node.status?.conditions?.map(({ type }) => condition(type, type === 'Ready' ? 'True' : 'False', time(h))) ?? [];
    await h.client.resource(kinds.node).updateStatus({ ...node, status: { ...node.status, conditions } });
    alive.add('node-2');
    renew(h, 'node-2');
    await h.clock.advance(5000);
    expect(await taints(h, 'node-2')).toEqual([]);
    await h.clock.advance(600_000);
    expect(await isGoing(h, 'web')).toBe(false);
    expect(await h.events('web')).toContain('Normal TaintManagerEviction Cancelling deletion of Pod default/web');
  });

  test('NOD-3 whose kubelet says that it is not ready is tainted so', async () => {
    const h = await start();
    const node = await h.get(kinds.node, 'node-1');
    const conditions = [condition('Ready', 'False', time(h), 'KubeletNotReady')];
    await h.client.resource(kinds.node).updateStatus({ ...node, status: { ...node.status, conditions } });
    await h.clock.advance(5000);
    expect(await taints(h, 'node-1')).toEqual([
      'node.kubernetes.io/not-ready:NoSchedule',
      'node.kubernetes.io/not-ready:NoExecute',
    ]);
  });

  test('NOD-3 that never said anything is Unknown after 60 s', async () => {
    const h = await start(1);
    await h.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'mute' } });
    await h.clock.advance(59_000);
    expect(await ready(h, 'mute')).toBeUndefined();
    await h.clock.advance(10_000);
    expect(await ready(h, 'mute')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
    });
  });

  test('NOD-4 nodes of one zone are tainted ten seconds apart', async () => {
    const h = await start(6, ['a', 'b']);
    for (const name of ['node-1', 'node-3']) alive.delete(name);
    await h.clock.advance(60_000);
    const tainted = async (): Promise<number> =>
      (await Promise.all(['node-1', 'node-3'].map((name) => taints(h, name)))).filter((t) =>
        t.some((x) => x.endsWith('NoExecute')),
      ).length;
    expect(await tainted()).toBe(1);
    await h.clock.advance(9999);
    expect(await tainted()).toBe(1);
    await h.clock.advance(1);
    expect(await tainted()).toBe(2);
  });

  test('NOD-4 when no node is Ready, nobody is evicted', async () => {
    const h = await start();
    await bound(h, 'web', 'node-1');
    alive.clear();
    await h.clock.advance('20m');
    expect((await ready(h, 'node-1'))?.status).toBe('Unknown');
    expect(await taints(h, 'node-1')).toEqual(['node.kubernetes.io/unreachable:NoSchedule']);
    expect(await isGoing(h, 'web')).toBe(false);
  });
});

describe('zones', () => {
  const rows = [
    [3, 0, 'Normal'],
    [0, 1, 'FullDisruption'],
    [1, 2, 'Normal'],
    [2, 3, 'PartialDisruption'],
    [3, 3, 'Normal'],
    [0, 0, 'Normal'],
  ] as const;
  for (const [ok, sick, state] of rows) {
    test(`NOD-4 ${ok} Ready and ${sick} not: ${state}`, () => expect(zoneState(ok, sick)).toBe(state));
  }
  test('NOD-4 a small zone that is partly broken is left alone, a large one slowed down', () => {
    expect(evictionIntervalMs('PartialDisruption', 50)).toBeUndefined();
    expect(evictionIntervalMs('PartialDisruption', 51)).toBe(100_000);
    expect(evictionIntervalMs('FullDisruption', 3)).toBe(10_000);
  });
});

describe('taints that evict', () => {
  const taint = (h: Harness, value: readonly object[]) => h.patch(kinds.node, 'node-1', { spec: { taints: value } });
  const evict = [{ key: 'evict', value: 'now', effect: 'NoExecute' }];

  test('NOD-5 Pods that do not tolerate go at once, with a condition and an event', async () => {
    const h = await start();
    await bound(h, 'plain', 'node-1');
    await bound(h, 'other', 'node-2');
    await bound(h, 'tolerant', 'node-1', [{ key: 'evict', operator: 'Exists' }]);
    await taint(h, evict);
    expect(await isGoing(h, 'plain')).toBe(true);
    expect(await isGoing(h, 'tolerant')).toBe(false);
    expect(await isGoing(h, 'other')).toBe(false);
    expect((await h.get(kinds.pod, 'plain')).status?.conditions?.at(-1)).toMatchObject({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: time(h),
    });
    expect(await h.events('plain')).toEqual(['Normal TaintManagerEviction Marking for deletion Pod default/plain']);
    const { items } = await h.client.resource(kinds.event).list({ namespace: NS });
    expect(items.find((e) => e.involvedObject.name === 'plain')?.source?.component).toBe('taint-eviction-controller');
  });

  test('NOD-5 Pods go when their toleration is over, and not when the taint goes first', async () => {
    const h = await start();
    await bound(h, 'patient', 'node-1', [
      { key: 'evict', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 },
    ]);
    await taint(h, evict);
    await h.clock.advance(29_999);
    expect(await isGoing(h, 'patient')).toBe(false);
    await taint(h, []);
    expect(await h.events('patient')).toEqual([
      'Normal TaintManagerEviction Cancelling deletion of Pod default/patient',
    ]);
    await h.clock.advance(1000);
    expect(await isGoing(h, 'patient')).toBe(false);
    await taint(h, evict);
    await h.clock.advance(30_000);
    expect(await isGoing(h, 'patient')).toBe(true);
  });

  test('NOD-5 a Pod that is bound to a tainted node goes as well; one that is deleted before, without a word more', async () => {
    const h = await start();
    await taint(h, evict);
    await bound(h, 'late', 'node-1').catch(() => undefined);
    await h.settle();
    expect(await isGoing(h, 'late')).toBe(true);
    await h.client.resource(kinds.pod).delete('late', NS, { gracePeriodSeconds: 0 });
    await h.clock.advance(1000);
    expect(await h.events('late')).toEqual(['Normal TaintManagerEviction Marking for deletion Pod default/late']);
  });
});
