import type { DaemonSet } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { withStatus } from '../testing/harness.ts';
import { daemonSet, pod } from '../testing/objects.ts';
import { podsByNode } from './daemon-pod.ts';
import { FailedPodsBackOff } from './failed-pods-back-off.ts';
import { planManage } from './manage-plan.ts';
import { planRolling, type RollingWorld } from './rolling-plan.ts';
import { daemonSetStatus } from './status.ts';

const NOW = Date.UTC(2025, 0, 1);

/**
 * `1a`: Pod a on node 1. After it: `+` of the new template, `u` not ready, `f` failed, `s` succeeded, `t` told to go,
 * `b` bound for the node and not there yet. Pods are as old as they stand early in the text.
 */
function podOf(text: string, index: number): Pod {
  const [, node, letter, flags = ''] = /^(\d)([a-z])(\S*)$/.exec(text) ?? [];
  const name = `${node}${letter}`;
  const made = pod(name, { app: 'agent', 'controller-revision-hash': flags.includes('+') ? 'new' : 'old' });
  const creationTimestamp = new Date(NOW - 60_000 + index * 1000).toISOString();
  const going = flags.includes('t') ? { deletionTimestamp: '2025-01-01T00:00:00Z' } : {};
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [`node-${node}`] }] }];
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  const where = flags.includes('b') ? { affinity: { nodeAffinity: required } } : { nodeName: `node-${node}` };
  const there: Pod = {
    ...made,
    metadata: { ...made.metadata, creationTimestamp, ...going },
    spec: { containers: [], ...made.spec, ...where },
  };
  if (flags.includes('f')) return { ...there, status: { phase: 'Failed' } };
  if (flags.includes('s')) return { ...there, status: { phase: 'Succeeded' } };
  return withStatus(there, flags.includes('u') || flags.includes('b') ? 'False' : 'True', '10.0.0.1', NOW);
}

type Rolling = { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };

/** `nodes`: `run`, `stay` and `leave` of node-1, node-2, … */
function world(pods: string, nodes: string, rollingUpdate: Rolling = { maxUnavailable: 1 }, waitMs = 0): RollingWorld {
  const may = nodes.split(' ');
  const ds: DaemonSet = daemonSet('agent', { updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
  return {
    ds,
    nodes: may.map((_, i) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: `node-${i + 1}` } })),
    eligible: ({ metadata }) => {
      const text = may[Number(metadata.name?.slice('node-'.length)) - 1];
      return text === 'stay' || text === 'leave' ? text : 'run';
    },
    pods: podsByNode(pods === '' ? [] : pods.split(' ').map(podOf)),
    hash: 'new',
    version: { hash: 'new', generation: '2' },
    backOffMs: () => waitMs,
    nowMs: NOW,
  };
}
const textOf = ({ create, remove }: { create: readonly string[]; remove: readonly Pod[] }): string =>
  [...create.map((node) => `+${node}`), ...remove.map((p) => `-${p.metadata.name}`)].join(' ');

interface Case {
  readonly name: string;
  readonly pods: string;
  readonly nodes: string;
  readonly rolling?: Rolling;
  readonly waitMs?: number;
  readonly want: string;
}
const SURGE: Rolling = { maxSurge: 1, maxUnavailable: 0 };

describe('what every node gets', () => {
  const cases: readonly Case[] = [
    { name: 'DMN-1 one each', pods: '', nodes: 'run run', want: '+node-1 +node-2' },
    { name: 'DMN-1 none where one is', pods: '1a', nodes: 'run run', want: '+node-2' },
    { name: 'DMN-1 none where one is bound for', pods: '1ab', nodes: 'run', want: '' },
    { name: 'DMN-1 none before the old one is gone', pods: '1at', nodes: 'run', want: '' },
    { name: 'DMN-1 one when the old one has ended and goes', pods: '1aft', nodes: 'run', want: '+node-1' },
    { name: 'DMN-3 none made where they may stay', pods: '1a', nodes: 'stay stay', want: '' },
    { name: 'DMN-3 none where they must leave', pods: '1a 2bt', nodes: 'leave leave', want: '-1a' },
    { name: 'DMN-4 those that ended go', pods: '1af 2bs', nodes: 'run run', want: '-1a -2b' },
    { name: 'DMN-4 not while they have to wait', pods: '1af 2bs', nodes: 'run run', waitMs: 5, want: '-2b' },
    { name: 'DMN-5 the oldest stays', pods: '1b 1a', nodes: 'run', want: '-1a' },
    { name: 'DMN-5 one that is there before one that is not', pods: '1ab 1b', nodes: 'run', want: '-1a' },
    { name: 'DMN-1 what is bound for a node that is gone goes', pods: '1a 3bb 4c', nodes: 'run', want: '-3b' },
    { name: 'DMN-7 one beside one that goes', pods: '1at', nodes: 'run', rolling: SURGE, want: '+node-1' },
    { name: 'DMN-7 both stay until the new one is ready', pods: '1a 1bu+', nodes: 'run', rolling: SURGE, want: '' },
    {
      name: 'DMN-7 the old one goes when the new one is ready',
      pods: '1a 1b+',
      nodes: 'run',
      rolling: SURGE,
      want: '-1a',
    },
    {
      name: 'DMN-7 the old one goes when it is not ready itself',
      pods: '1au 1bu+',
      nodes: 'run',
      rolling: SURGE,
      want: '-1a',
    },
    { name: 'DMN-7 no third', pods: '1a 1b 1cu+', nodes: 'run', rolling: SURGE, want: '-1b' },
  ];
  for (const { name, pods, nodes, rolling, waitMs = 0, want } of cases) {
    test(name, () => {
      const plan = planManage(world(pods, nodes, rolling, waitMs));
      expect(textOf(plan)).toBe(want);
      expect(plan.waitMs).toBe(waitMs === 0 ? undefined : waitMs);
    });
  }
});

describe('a step of a rolling update', () => {
  const cases: readonly Case[] = [
    { name: 'DMN-6 one', pods: '1a 2a 3a', nodes: 'run run run', want: '-1a' },
    { name: 'DMN-6 none while a new one is not available', pods: '1a+u 2a 3a', nodes: 'run run run', want: '' },
    { name: 'DMN-6 none while a node has none', pods: '1a 2a', nodes: 'run run run', want: '' },
    { name: 'DMN-6 none while one goes', pods: '1at 2a 3a', nodes: 'run run run', want: '' },
    { name: 'DMN-6 those that are broken first', pods: '1a 2au 3au', nodes: 'run run run', want: '-2a -3a' },
    {
      name: 'DMN-6 a third of four, rounded up',
      pods: '1a 2a 3a 4a',
      nodes: 'run run run run',
      rolling: { maxUnavailable: '33%' },
      want: '-1a -2a',
    },
    { name: 'DMN-6 nothing when all are new', pods: '1a+ 2a+', nodes: 'run run', want: '' },
    { name: 'DMN-6 nodes with too many count as unavailable', pods: '1a 1b 2a', nodes: 'run run', want: '' },
    {
      name: 'DMN-6 at least one, whatever the strategy says',
      pods: '1a 2a',
      nodes: 'run run',
      rolling: { maxUnavailable: 0 },
      want: '-1a',
    },
    {
      name: 'DMN-7 a new one beside an old one',
      pods: '1a 2a 3a',
      nodes: 'run run run',
      rolling: SURGE,
      want: '+node-1',
    },
    { name: 'DMN-7 no more than maxSurge', pods: '1a 1bu+ 2a 3a', nodes: 'run run run', rolling: SURGE, want: '' },
    { name: 'DMN-7 the old one goes', pods: '1a 1b+ 2a', nodes: 'run run', rolling: SURGE, want: '+node-2 -1a' },
    {
      name: 'DMN-7 beside one that is broken at once',
      pods: '1au 2au 3a',
      nodes: 'run run run',
      rolling: SURGE,
      want: '+node-1 +node-2 +node-3',
    },
    { name: 'DMN-7 a node that is no longer wanted waits', pods: '1a', nodes: 'stay run', rolling: SURGE, want: '' },
    { name: 'DMN-7 until there are enough', pods: '1a 2a+', nodes: 'stay run', rolling: SURGE, want: '-1a' },
    { name: 'DMN-7 unless its Pod is broken', pods: '1au', nodes: 'stay run', rolling: SURGE, want: '-1a' },
  ];
  for (const { name, pods, nodes, rolling, want } of cases) {
    test(name, () => expect(textOf(planRolling(world(pods, nodes, rolling)))).toBe(want));
  }
});

test('DMN-6 the status counts nodes, each by its oldest Pod', () => {
  expect(daemonSetStatus(world('1a+ 2au 3a 4a 4b+u', 'run run leave run run'))).toEqual({
    observedGeneration: 0,
    desiredNumberScheduled: 4,
    currentNumberScheduled: 3,
    numberMisscheduled: 1,
    numberReady: 2,
    updatedNumberScheduled: 1,
    numberAvailable: 2,
    numberUnavailable: 2,
  });
});

test('DMN-4 the back-off doubles up to a quarter of an hour, and begins anew', () => {
  const backOff = new FailedPodsBackOff();
  const left = (atMs: number, generation = 1): number => backOff.leftMs('u', generation, 'n', atMs);
  expect(left(0)).toBe(0);
  backOff.next('u', 1, 'n', 0);
  expect([left(0), left(400), left(1000)]).toEqual([1000, 600, 0]);
  backOff.next('u', 1, 'n', 1000);
  expect(left(1000)).toBe(2000);
  for (let i = 0; i < 20; i++) backOff.next('u', 1, 'n', 1000);
  expect(left(1000)).toBe(900_000);
  expect(left(1000 + 900_000)).toBe(0);
  backOff.next('u', 1, 'n', 1000 + 1_800_001);
  expect(left(1000 + 1_800_001)).toBe(1000);
  expect(left(1000 + 1_800_001, 2)).toBe(0);
});
