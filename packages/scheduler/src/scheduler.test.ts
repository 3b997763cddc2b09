import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { createInformer } from '@tabernetes/client';
import { afterEach, describe, expect, test } from 'vitest';
import type { Plugin } from './framework/plugin.ts';
import { createProfile } from './framework/profile.ts';
import type { SchedulerOptions } from './options.ts';
import { type Harness, startHarness } from './testing/harness.ts';
import { makeNode, makePod } from './testing/objects.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

async function start(options: SchedulerOptions = {}): Promise<Harness> {
  harness = await startHarness(options);
  return harness;
}
const condition = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === 'PodScheduled');
const small = { cpu: '100m' };
/** Kinds that the harness knows by their names alone. */
const object = <T extends KubeObject>(o: T): KubeObject => o;
const NO_CPU =
  '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';

describe('the loop', () => {
  test('SCH-30 binds a Pod to a node that fits and says so', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), makeNode('node-2', { spec: { unschedulable: true } }), makePod('web'));
    const pod = await h.pod('web');
    expect(pod.spec?.nodeName).toBe('node-1');
    expect(condition(pod)?.status).toBe('True');
    expect(await h.events('web')).toEqual(['Normal Scheduled Successfully assigned default/web to node-1']);
  });

  test('SCH-30 a binding that fails is taken back, told of, and tried again', async () => {
    let refusals = 1;
    harness = await startHarness({}, ({ path }) => {
      if (path.endsWith('/binding') && refusals-- > 0) throw new Error('the line is dead');
    });
    const h = harness;
    await h.create(makeNode('node-1', { allocatable: { cpu: '1' } }), makePod('web', { requests: { cpu: '1' } }));
    expect(condition(await h.pod('web'))).toMatchObject({
      reason: 'SchedulerError',
      message: 'running Bind plugin "DefaultBinder": the line is dead',
    });
    await h.clock.advance('1s');
    expect((await h.pod('web')).spec?.nodeName).toBe('node-1');
    expect(await h.events('web')).toHaveLength(2);
  });

  test('SCH-39 a plugin that breaks over one Pod is told of, and keeps no other from its node', async () => {
    const profile = createProfile();
    const breaks: Plugin = {
      name: 'Breaks',
      requeueOn: [],
      preFilter({ name }) {
        if (name === 'bad') throw new Error('broken');
        return 'skip';
      },
    };
    const h = await start({ profiles: [{ ...profile, plugins: [...profile.plugins, breaks] }] });
    await h.create(makeNode('node-1'), makePod('bad'), makePod('good'));
    expect((await h.pod('good')).spec?.nodeName).toBe('node-1');
    expect((await h.pod('bad')).spec?.nodeName).toBeUndefined();
    expect(h.errors.splice(0).map(String)).toEqual(['Error: broken']);
    await h.client.resource(kinds.pod).delete('bad', 'default', { gracePeriodSeconds: 0 });
  });

  test('SCH-30 a Pod that is deleted and made again while it is bound gets its node', async () => {
    const h = await start();
    await h.create(makeNode('node-1'));
    const pods = h.client.resource(kinds.pod);
    for (let i = 0; i < 3; i++) {
      const made = pods.create(makePod('web'));
      await made;
      await pods.delete('web', 'default', { gracePeriodSeconds: 0 });
    }
    await h.create(makePod('web'));
    await h.clock.advance('1s');
    expect((await h.pod('web')).spec?.nodeName).toBe('node-1');
  });

  test('SCH-31 events are those of events.k8s.io', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), makePod('web'));
    await h.scheduler.flushEvents();
    const { items } = await h.client.resource(kinds.event).list({ namespace: 'default' });
    expect(items[0]).toMatchObject({
      reason: 'Scheduled',
      action: 'Binding',
      type: 'Normal',
      eventTime: '2025-01-01T00:00:00.000000Z',
      reportingComponent: 'default-scheduler',
      reportingInstance: 'default-scheduler-vm',
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'web', apiVersion: 'v1' },
    });
    expect(items[0]?.firstTimestamp ?? null).toBeNull();
    expect(items[0]?.count ?? 0).toBe(0);
  });

  test('SCH-31 another source may have named an event of the same Pod in the same millisecond', async () => {
    const h = await start();
    const at = `${(BigInt(h.clock.now()) * 1_000_000n).toString(16)}`;
    await h.create(
      object({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `web.${at}`, namespace: 'default' },
        involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
        type: 'Normal',
        reason: 'Other',
        message: 'was first',
      } as KubeObject),
    );
    await h.create(makeNode('node-1'), makePod('web'));
    expect(await h.events('web')).toContain('Normal Scheduled Successfully assigned default/web to node-1');
  });

  test('SCH-32 a Pod that fits nowhere says why, in its status and in an event', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), makePod('big', { requests: { cpu: '8' } }));
    const pod = await h.pod('big');
    expect(pod.spec?.nodeName).toBeUndefined();
    expect(condition(pod)).toEqual({
      type: 'PodScheduled',
      status: 'False',
      lastProbeTime: null,
      lastTransitionTime: '2025-01-01T00:00:00Z',
      reason: 'Unschedulable',
      message: NO_CPU,
    });
    expect(await h.events('big')).toEqual([`Warning FailedScheduling ${NO_CPU}`]);
  });

  test('SCH-32 without nodes a Pod waits for the first', async () => {
    const h = await start();
    await h.create(makePod('web'));
    expect(condition(await h.pod('web'))?.message).toBe('no nodes available to schedule pods');
    await h.create(makeNode('node-1'));
    await h.clock.advance('1s');
    expect((await h.pod('web')).spec?.nodeName).toBe('node-1');
  });

  test('SCH-33 an event that may help brings a refused Pod back, after its back-off', async () => {
    const h = await start();
    await h.create(makeNode('node-1', { allocatable: { cpu: '1' } }));
    await h.create(makePod('first', { requests: { cpu: '1' } }));
    await h.create(makePod('second', { requests: { cpu: '1' } }));
    expect(h.scheduler.queue()).toMatchObject({ unschedulable: 1 });
    await h.client.resource(kinds.pod).delete('first', 'default', { gracePeriodSeconds: 0 });
    await h.clock.advance(900);
    expect((await h.pod('second')).spec?.nodeName).toBeUndefined();
    await h.clock.advance(100);
    expect((await h.pod('second')).spec?.nodeName).toBe('node-1');
  });

  test('SCH-33 events that cannot help do not bring it back', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), makePod('picky', { spec: { nodeSelector: { disk: 'ssd' } } }));
    await h.create(makePod('other', { requests: small }), makeNode('node-2', { labels: { disk: 'hdd' } }));
    await h.clock.advance('1m');
    expect(await h.events('picky')).toHaveLength(1);
    await h.client.resource(kinds.node).patch('node-2', undefined, 'merge', { metadata: { labels: { disk: 'ssd' } } });
    await h.clock.advance(0);
    expect((await h.pod('picky')).spec?.nodeName).toBe('node-2');
  });

  test('SCH-33 any change of taints brings back a Pod that a plugin refused which waits for new nodes', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), makePod('big', { requests: { cpu: '8' } }));
    await h.clock.advance('1s');
    const taints = [{ key: 'a', effect: 'PreferNoSchedule' }];
    await h.client.resource(kinds.node).patch('node-1', undefined, 'merge', { spec: { taints } });
    await h.clock.advance(0);
    expect(await h.events('big')).toHaveLength(2);
  });

  test('SCH-35 a refused Pod is tried again after five minutes, whatever happens', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), makePod('big', { requests: { cpu: '8' } }));
    await h.clock.advance('5m');
    expect(await h.events('big')).toHaveLength(1);
    await h.clock.advance('31s');
    expect(await h.events('big')).toHaveLength(2);
    // From here on nothing about the Pod changes, so the events become a series.
    await h.clock.advance('5m31s');
    expect(await h.events('big')).toEqual([
      `Warning FailedScheduling ${NO_CPU}`,
      `Warning FailedScheduling ${NO_CPU} (x2)`,
    ]);
  });

  test('SCH-36 gates hold a Pod back until the last is gone', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), makePod('gated', { spec: { schedulingGates: [{ name: 'example.com/a' }] } }));
    expect(h.scheduler.queue()).toMatchObject({ gated: 1 });
    expect(condition(await h.pod('gated'))).toMatchObject({ status: 'False', reason: 'SchedulingGated' });
    expect(await h.events('gated')).toEqual([]);
    await h.client.resource(kinds.pod).patch('gated', 'default', 'merge', { spec: { schedulingGates: [] } });
    await h.clock.advance(0);
    expect((await h.pod('gated')).spec?.nodeName).toBe('node-1');
  });

  test('SCH-37 Pods of a higher priority come first, then the older', async () => {
    const h = await start();
    await h.create(
      object({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 9 }),
    );
    await h.create(makePod('a', { requests: { cpu: '1' } }), makePod('b', { requests: { cpu: '1' } }));
    await h.create(makePod('c', { requests: { cpu: '1' }, spec: { priorityClassName: 'high' } }));
    await h.create(makeNode('node-1', { allocatable: { cpu: '2' } }));
    await h.clock.advance('2s');
    const nodes = await Promise.all(['a', 'b', 'c'].map(async (name) => (await h.pod(name)).spec?.nodeName));
    expect(nodes).toEqual(['node-1', undefined, 'node-1']);
  });

  test('SCH-38 Pods of other schedulers are left alone; several profiles have their own plugins', async () => {
    const packing = createProfile({
      schedulerName: 'packing',
      scoringStrategy: { type: 'MostAllocated' },
      disabled: ['NodeResourcesBalancedAllocation'],
    });
    const h = await start({ profiles: [createProfile(), packing] });
    await h.create(makeNode('node-1'), makeNode('node-2'), makePod('seed', { requests: { cpu: '1', memory: '1Gi' } }));
    const taken = (await h.pod('seed')).spec?.nodeName;
    await h.create(
      makePod('packed', { requests: { cpu: '1' }, spec: { schedulerName: 'packing' } }),
      makePod('foreign', { spec: { schedulerName: 'somebody-else' } }),
    );
    expect((await h.pod('packed')).spec?.nodeName).toBe(taken);
    const foreign = await h.pod('foreign');
    expect(foreign.spec?.nodeName).toBeUndefined();
    expect(condition(foreign)).toBeUndefined();
  });

  test('SCH-29 what a change calls for is decided before another component has written what follows from it', async () => {
    const h = await start();
    await h.create(makePod('web'));
    const client = h.client.resource(kinds.node);
    const nodes = createInformer({ client, clock: h.clock });
    // Another component, which keeps Pods off each node that it sees.
    const taints: unknown[] = [{ key: 'example.com/seen', effect: 'NoSchedule' }];
    nodes.addHandler({
      onAdd: ({ metadata }) => void client.patch(metadata.name ?? '', undefined, 'merge', { spec: { taints } }),
    });
    await nodes.start();
    await h.clock.advance('1s'); // the back-off is over
    await h.create(makeNode('node-1'));
    expect((await h.pod('web')).spec?.nodeName).toBe('node-1');
    await h.create(makePod('late'));
    expect((await h.pod('late')).spec?.nodeName).toBeUndefined();
    nodes.dispose();
  });
});

describe('preemption', () => {
  const classes = [
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'low' }, value: 10 },
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 1000 },
  ];

  test('SCH-40 evicts the less important, nominates the node, and binds when there is room', async () => {
    const h = await start();
    await h.create(...classes);
    await h.create(makeNode('node-1'));
    await h.create(
      makePod('low', { requests: { cpu: '3' }, spec: { priorityClassName: 'low', terminationGracePeriodSeconds: 30 } }),
    );
    await h.client
      .resource(kinds.pod)
      .patch('low', 'default', 'merge', { status: { phase: 'Running' } }, { subresource: 'status' });
    await h.create(makePod('high', { requests: { cpu: '2' }, spec: { priorityClassName: 'high' } }));
    const low = await h.pod('low');
    expect(low.metadata.deletionTimestamp).toBeDefined();
    expect(low.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    const high = await h.pod('high');
    expect(high.status?.nominatedNodeName).toBe('node-1');
    expect(await h.events('low')).toContain(`Normal Preempted Preempted by pod ${high.metadata.uid} on node node-1`);

    // Nobody of less importance gets the room that is kept.
    await h.create(makePod('late', { requests: { cpu: '2' } }));
    await h.client.resource(kinds.pod).delete('low', 'default', { gracePeriodSeconds: 0 });
    await h.clock.advance('2s');
    expect((await h.pod('high')).spec?.nodeName).toBe('node-1');
    expect((await h.pod('late')).spec?.nodeName).toBe('node-1');
    expect(await h.events('high')).toEqual([
      'Warning FailedScheduling 0/1 nodes are available: 1 Insufficient cpu.',
      'Normal Scheduled Successfully assigned default/high to node-1',
    ]);
  });
});

describe('volumes', () => {
  const pv = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv-1' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'local',
      local: { path: '/x' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-2'] }] },
          ],
        },
      },
    },
  };
  const storageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local' },
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'WaitForFirstConsumer',
  };
  const claim = (storageClassName: string) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } },
  });
  const user = makePod('db', { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } });

  test('SCH-50 a claim that is missing or unbound holds the Pod', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), user);
    const tail = 'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
    expect(condition(await h.pod('db'))?.message).toBe(
      `0/1 nodes are available: persistentvolumeclaim "data" not found. ${tail}`,
    );
    await h.create(claim(''));
    await h.clock.advance('1s');
    expect(condition(await h.pod('db'))?.message).toBe(
      `0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${tail}`,
    );
  });

  test('SCH-51 a claim that waits for its consumer gets a volume that the node reaches', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), makeNode('node-2'));
    await h.create(storageClass, pv, claim('local'));
    const volumes = h.client.resource(kinds.persistentVolume);
    await volumes.patch('pv-1', undefined, 'merge', { status: { phase: 'Available' } }, { subresource: 'status' });
    await h.create(user);
    expect((await volumes.get('pv-1')).spec?.claimRef).toMatchObject({ name: 'data', namespace: 'default' });
    expect((await h.pod('db')).spec?.nodeName).toBeUndefined();
    // The controller of volumes does its part.
    await h.client.resource(kinds.persistentVolumeClaim).patch('data', 'default', 'merge', {
      metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
      spec: { volumeName: 'pv-1' },
    });
    await h.clock.advance(0);
    expect((await h.pod('db')).spec?.nodeName).toBe('node-2');
  });

  const provisioned = { ...storageClass, metadata: { name: 'disks' }, provisioner: 'example.com/disks' };
  const STEP = 'Warning FailedScheduling running PreBind plugin "VolumeBinding": binding volumes:';

  test('SCH-52 a Pod that goes while its claims are provisioned leaves its room', async () => {
    const h = await start();
    const requests = { cpu: '1' };
    await h.create(makeNode('node-1', { allocatable: { cpu: '1' } }), provisioned, claim('disks'));
    await h.create(makePod('db', { requests, spec: { volumes: user.spec?.volumes ?? [] } }));
    await h.create(makePod('next', { requests }));
    expect((await h.pod('next')).spec?.nodeName).toBeUndefined();
    await h.client.resource(kinds.pod).delete('db', 'default', { gracePeriodSeconds: 0 });
    await h.clock.advance('1s');
    expect((await h.pod('next')).spec?.nodeName).toBe('node-1');
    expect(await h.events('db')).toEqual([`${STEP} pod does not exist any more: pod "db" not found`]);
  });

  test('SCH-52 a provisioner that gives up a node is believed, and so is a claim that has gone', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), provisioned, claim('disks'), user);
    const claims = h.client.resource(kinds.persistentVolumeClaim);
    const selected = async () =>
      (await claims.get('data', 'default')).metadata.annotations?.['volume.kubernetes.io/selected-node'];
    expect(await selected()).toBe('node-1');
    const annotations = { 'volume.kubernetes.io/selected-node': null, left: 'over' };
    await claims.patch('data', 'default', 'merge', { metadata: { annotations } });
    await h.clock.advance(0);
    expect(condition(await h.pod('db'))).toMatchObject({
      reason: 'SchedulerError',
      message: 'running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "data"',
    });
    await h.clock.advance('2s');
    expect(await selected()).toBe('node-1');
    await claims.patch('data', 'default', 'merge', { metadata: { finalizers: null } });
    await claims.delete('data', 'default');
    await h.clock.advance(0);
    expect(await h.events('db')).toContain(
      `${STEP} failed to check provisioning pvc: could not find v1.PersistentVolumeClaim "default/data"`,
    );
  });
});

describe('explaining', () => {
  test('SCH-60 tells what each node said and how the others scored', async () => {
    const h = await start();
    await h.create(makeNode('node-1'), makeNode('node-2'), makeNode('node-3', { spec: { unschedulable: true } }));
    await h.create(makePod('web', { requests: { cpu: '1', memory: '1Gi' } }));
    const told = h.scheduler.explain('default/web');
    expect(told).toMatchObject({
      outcome: 'scheduled',
      schedulerName: 'default-scheduler',
      best: ['node-1', 'node-2'],
    });
    expect(told?.nodes.at(-1)).toEqual({
      node: 'node-3',
      refusedBy: { plugin: 'NodeUnschedulable', reasons: ['node(s) were unschedulable'], preemptionMayHelp: false },
    });
    expect(told?.nodes[0]?.scores).toContainEqual({ plugin: 'TaintToleration', score: 100, weight: 3 });
    expect(h.scheduler.explain('default/nobody')).toBeUndefined();
  });
});
