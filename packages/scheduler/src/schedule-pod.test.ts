import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodDisruptionBudget } from '@tabernetes/api/types/policy-v1';
import { describe, expect, test } from 'vitest';
import { createProfile } from './framework/profile.ts';
import { bestNodes, feasibleNodesWanted, schedulePod } from './schedule-pod.ts';
import { Snapshot } from './snapshot/snapshot.ts';
import { NO_SOURCES } from './snapshot/sources.ts';
import { makeNode, makePod, type NodeShape, type PodShape, place } from './testing/objects.ts';

const profile = createProfile();
const low = (name: string, priority: number, cpu: string, shape: PodShape = {}): Pod =>
  makePod(name, { requests: { cpu }, ...shape, spec: { priority } });

function cluster(
  names: readonly string[],
  shape: NodeShape = {},
  budgets: readonly PodDisruptionBudget[] = [],
): Snapshot {
  const snapshot = new Snapshot({ ...NO_SOURCES, disruptionBudgets: () => budgets });
  for (const name of names) snapshot.setNode(makeNode(name, shape));
  return snapshot;
}

describe('a cycle', () => {
  const counts = [
    [5, 5],
    [99, 99],
    [100, 100],
    [200, 100],
    [1000, 420],
    [5000, 500],
    [10_000, 500],
  ] as const;
  for (const [nodes, wanted] of counts)
    test(`SCH-24 of ${nodes} nodes ${wanted} feasible ones are enough`, () =>
      expect(feasibleNodesWanted(nodes, 0)).toBe(wanted));
  test('SCH-24 the share can be set', () => {
    expect(feasibleNodesWanted(1000, 30)).toBe(300);
    expect(feasibleNodesWanted(1000, 100)).toBe(1000);
  });

  test('SCH-24 begins where it is told, and goes round', () => {
    const snapshot = cluster(Array.from({ length: 150 }, (_, i) => `n${i}`));
    const { trace } = schedulePod(snapshot, makePod('p'), profile, { startIndex: 100 });
    expect(trace.feasible).toHaveLength(100);
    expect(trace.feasible[0]?.name).toBe('n100');
    expect(trace.feasible[99]?.name).toBe('n49');
  });

  test('SCH-25 equal scores are left to chance', () => {
    const decision = schedulePod(cluster(['a', 'b', 'c']), makePod('p'), profile, { randomInt: (n) => n - 1 });
    expect(decision).toMatchObject({ outcome: 'scheduled', nodeName: 'c' });
    expect(bestNodes(decision.trace)).toEqual(['a', 'b', 'c']);
  });

  test('SCH-26 nodes that a Pod does not name are not looked at, and are told of', () => {
    const required = {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }],
    };
    const pod = makePod('p', {
      requests: { cpu: '9' },
      spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } },
    });
    const big = makePod('p', { requests: { cpu: '9' }, spec: pod.spec ?? {} });
    const spec = { ...pod.spec, containers: makePod('x', { requests: { cpu: '9' } }).spec?.containers ?? [] };
    expect(schedulePod(cluster(['a', 'b', 'c']), { ...big, spec }, profile)).toMatchObject({
      message:
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
    });
  });

  test('SCH-27 without nodes it says so', () =>
    expect(schedulePod(new Snapshot(), makePod('p'), profile)).toMatchObject({
      outcome: 'unschedulable',
      message: 'no nodes available to schedule pods',
    }));

  test('SCH-28 reasons are sorted as text, with their counts', () => {
    const snapshot = cluster(['a']);
    for (let i = 0; i < 10; i++) snapshot.setNode(makeNode(`u${i}`, { spec: { unschedulable: true } }));
    expect(schedulePod(snapshot, makePod('p', { requests: { cpu: '9' } }), profile)).toMatchObject({
      message:
        '0/11 nodes are available: 1 Insufficient cpu, 10 node(s) were unschedulable. preemption: 0/11 nodes are available: 1 No preemption victims found for incoming pod, 10 Preemption is not helpful for scheduling.',
    });
  });
});

describe('preemption', () => {
  const incoming = (cpu = '2'): Pod => makePod('p', { requests: { cpu }, spec: { priority: 100 } });
  const withSpec = (pod: Pod, more: object): Pod => ({ ...pod, spec: { containers: [], ...pod.spec, ...more } });
  const victims = (snapshot: Snapshot, pod = incoming()) => {
    const decision = schedulePod(snapshot, pod, profile);
    if (decision.outcome !== 'unschedulable') throw new Error('it should not fit');
    return [decision.nominatedNodeName, decision.victims?.pods.map(({ name }) => name)];
  };

  test('SCH-41 takes no more than is needed, sparing the important', () => {
    const snapshot = cluster(['a']);
    for (const [name, priority] of [
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ] as const)
      place(snapshot, low(name, priority, '1300m'), 'a');
    expect(victims(snapshot)).toEqual(['a', ['two', 'one']]);
  });

  test('SCH-42 prefers the node whose top victim matters least, then fewer victims, then the later start', () => {
    const snapshot = cluster(['a', 'b', 'c', 'd']);
    const since = (time: string): PodShape => ({ status: { startTime: time } });
    place(snapshot, low('a1', 5, '4'), 'a');
    place(snapshot, low('b1', 3, '2'), 'b');
    place(snapshot, low('b2', 3, '2'), 'b');
    place(snapshot, low('c1', 3, '4', since('2025-01-01T00:00:00Z')), 'c');
    place(snapshot, low('d1', 3, '4', since('2025-01-02T00:00:00Z')), 'd');
    expect(victims(snapshot, incoming('4'))).toEqual(['d', ['d1']]);
  });

  test('SCH-43 breaks budgets only when nothing else is left', () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'pdb', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'db' } } },
      status: { disruptionsAllowed: 0 },
    } as unknown as PodDisruptionBudget;
    const snapshot = cluster(['a', 'b'], {}, [budget]);
    place(snapshot, low('guarded', 1, '4', { labels: { app: 'db' } }), 'a');
    place(snapshot, low('free', 50, '4'), 'b');
    expect(victims(snapshot)).toEqual(['b', ['free']]);
  });

  test('SCH-44 polite Pods preempt nobody', () => {
    const snapshot = cluster(['a']);
    place(snapshot, low('one', 1, '4'), 'a');
    const polite = withSpec(incoming(), { preemptionPolicy: 'Never' });
    expect(schedulePod(snapshot, polite, profile)).toMatchObject({
      message: '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    });
  });

  test('SCH-45 waits while a victim on the nominated node is ending', () => {
    const snapshot = cluster(['a']);
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }];
    place(
      snapshot,
      low('ending', 1, '4', { metadata: { deletionTimestamp: '2025-01-01T00:00:00Z' }, status: { conditions } }),
      'a',
    );
    expect(schedulePod(snapshot, incoming(), profile, { nominatedNodeName: 'a' })).toMatchObject({
      message:
        '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to a terminating pod on the nominated node.',
    });
  });

  test('SCH-46 anti-affinity and spreading are seen without the victims', () => {
    const snapshot = cluster(['a']);
    place(snapshot, low('rival', 1, '100m', { labels: { app: 'web' } }), 'a');
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    };
    expect(victims(snapshot, withSpec(incoming(), { affinity }))).toEqual(['a', ['rival']]);
    const spread = cluster(['a', 'b']);
    spread.setNode(makeNode('b', { spec: { unschedulable: true } }));
    place(spread, low('twin', 1, '100m', { labels: { app: 'web' } }), 'a');
    const topologySpreadConstraints = [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'web' } },
      },
    ];
    const pod = {
      ...withSpec(incoming(), { topologySpreadConstraints }),
      metadata: { name: 'p', namespace: 'default', labels: { app: 'web' } },
    };
    expect(victims(spread, pod)).toEqual(['a', ['twin']]);
  });

  test('SCH-47 room that is kept for a more important Pod is not given away', () => {
    const snapshot = cluster(['a']);
    const first = place(snapshot, low('first', 500, '3'), 'elsewhere');
    snapshot.removePod(first.key);
    snapshot.nominate(first, 'a');
    expect(schedulePod(snapshot, incoming(), profile).outcome).toBe('unschedulable');
    expect(schedulePod(snapshot, low('boss', 900, '2'), profile).outcome).toBe('scheduled');
  });
});
