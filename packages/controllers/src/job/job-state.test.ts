import type { Job } from '@tabernetes/api/types/batch-v1';
import type { Pod, PodStatus } from '@tabernetes/api/types/core-v1';
import { rfc3339 } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import { finishedMs, NO_FAILURES, nextBackoff, remainingMs } from './backoff.ts';
import { failureVerdict } from './failure-policy.ts';
import { parseIndexes } from './indexes.ts';
import { COMPLETION_INDEX, TRACKING_FINALIZER } from './job-shape.ts';
import { jobState } from './job-state.ts';
import { jobPod, jobPodTemplate, planPods, podsForRemoval } from './plan-pods.ts';
import { successMessage } from './success-policy.ts';
import { countReleased, trackPods } from './track-pods.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const ago = (seconds: number): string => rfc3339(NOW - seconds * 1000);

const job = (spec: Partial<NonNullable<Job['spec']>> = {}, status: Job['status'] = {}): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'j', namespace: 'demo', uid: 'job' },
  spec: {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } },
    ...spec,
  },
  status,
});

interface PodOptions {
  readonly index?: number;
  readonly exitCode?: number;
  readonly secondsAgo?: number;
  readonly tracked?: boolean;
  readonly deleted?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly status?: PodStatus;
}

function pod(uid: string, phase: string, options: PodOptions = {}): Pod {
  const { index, exitCode = 1, secondsAgo = 0, tracked = true, deleted = false, annotations, status } = options;
  const terminated = { exitCode, finishedAt: ago(secondsAgo) };
  const ended = phase === 'Failed' || phase === 'Succeeded';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: uid,
      namespace: 'demo',
      uid,
      creationTimestamp: ago(1000),
      ...(tracked && { finalizers: [TRACKING_FINALIZER] }),
      ...(deleted && { deletionTimestamp: ago(0), deletionGracePeriodSeconds: 30 }),
      annotations: { ...annotations, ...(index !== undefined && { [COMPLETION_INDEX]: `${index}` }) },
    },
    spec: { containers: [{ name: 'c', image: 'i' }], nodeName: 'n' },
    status: {
      phase,
      ...(ended && {
        containerStatuses: [
          { name: 'c', image: 'i', imageID: '', ready: false, restartCount: 0, state: { terminated } },
        ],
      }),
      ...status,
    },
  };
}

const stateOf = (of: Job, pods: readonly Pod[], backoff = NO_FAILURES) => jobState(of, pods, backoff, NOW);

describe('JOB-6 back-off', () => {
  test.each([
    [0, 0, 0],
    [1, 0, 10_000],
    [1, 4, 6000],
    [1, 60, 0],
    [3, 0, 40_000],
    [7, 0, 600_000],
    [99, 0, 600_000],
  ])('after %i failures, the last %i s ago: %i ms', (failures, secondsAgo, expected) => {
    expect(remainingMs({ failures, lastFailureMs: NOW - secondsAgo * 1000 }, NOW)).toBe(expected);
  });

  test('a success forgets what failed before it', () => {
    const failed = [pod('a', 'Failed', { secondsAgo: 9 }), pod('b', 'Failed', { secondsAgo: 3 })];
    const succeeded = [pod('c', 'Succeeded', { secondsAgo: 5 })];
    const before = { failures: 4, lastFailureMs: 0 };
    expect(nextBackoff(before, [], [])).toBe(before);
    expect(nextBackoff(before, [], failed)).toEqual({ failures: 6, lastFailureMs: NOW - 3000 });
    expect(nextBackoff(before, succeeded, [])).toEqual(NO_FAILURES);
    expect(nextBackoff(before, succeeded, failed)).toEqual({ failures: 1, lastFailureMs: NOW - 3000 });
  });

  test('a Pod that says nothing ended when it was told to go', () => {
    expect(finishedMs(pod('a', 'Running', { deleted: true }))).toBe(NOW - 30_000);
    const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: ago(7) }];
    expect(finishedMs(pod('a', 'Failed', { status: { containerStatuses: [], conditions } }))).toBe(NOW - 7000);
    expect(finishedMs(pod('a', 'Running'))).toBe(NOW - 1_000_000);
  });
});

describe('JOB-8 podFailurePolicy', () => {
  const rules = (...list: NonNullable<NonNullable<Job['spec']>['podFailurePolicy']>['rules'][number][]): Job =>
    job({ podFailurePolicy: { rules: list } });
  const onExit = (operator: string, values: readonly number[], containerName?: string) => ({
    operator,
    values,
    ...(containerName !== undefined && { containerName }),
  });

  test.each([
    ['In', [1, 2], undefined, 'Ignore', false],
    ['In', [2], undefined, undefined, true],
    ['NotIn', [2], undefined, 'Ignore', false],
    ['NotIn', [1], undefined, undefined, true],
    ['In', [1], 'c', 'Ignore', false],
    ['In', [1], 'other', undefined, true],
  ])('%s %j of %s', (operator, values, name, action, counts) => {
    const policy = rules({ action: 'Ignore', onExitCodes: onExit(operator, values, name) });
    expect(failureVerdict(policy, pod('p', 'Failed'))).toEqual({ ...(action && { action }), counts });
  });

  test('conditions match too, and the first rule wins', () => {
    const policy = rules(
      { action: 'Count', onExitCodes: onExit('In', [42]) },
      { action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'Ignore', onExitCodes: onExit('In', [1]) },
    );
    const conditions = [{ type: 'DisruptionTarget', status: 'True' }];
    const disrupted = pod('p', 'Failed', { status: { conditions } });
    const message = 'Pod demo/p has condition DisruptionTarget matching FailJob rule at index 1';
    expect(failureVerdict(policy, disrupted)).toEqual({ action: 'FailJob', counts: true, message });
    expect(failureVerdict(policy, pod('q', 'Failed', { exitCode: 42 }))).toEqual({ action: 'Count', counts: true });
    expect(stateOf(policy, [disrupted]).outcome).toMatchObject({
      type: 'FailureTarget',
      reason: 'PodFailurePolicy',
      message,
    });
  });
});

test.each([
  [{ succeededIndexes: '0-2' }, '0-2', 'Matched rules at index 0'],
  [{ succeededIndexes: '0-2' }, '0,1,3', undefined],
  [{ succeededIndexes: '0-4', succeededCount: 2 }, '1,4', 'Matched rules at index 0'],
  [{ succeededCount: 3 }, '1,4', undefined],
  [{ succeededCount: 2 }, '1,4', 'Matched rules at index 0'],
])('JOB-5 %j with %s', (rule, succeeded, message) => {
  const indexed = job({ completionMode: 'Indexed', completions: 5, successPolicy: { rules: [rule] } });
  expect(successMessage(indexed, parseIndexes(succeeded, 5))).toBe(message);
});

describe('JOB-2 what is to be done', () => {
  test.each<[string, Partial<NonNullable<Job['spec']>>, readonly string[], unknown]>([
    [
      'as many as may run',
      { completions: 5, parallelism: 3 },
      [],
      { type: 'create', indexes: [undefined, undefined, undefined] },
    ],
    [
      'no more than are missing',
      { completions: 2, parallelism: 3 },
      ['Succeeded'],
      { type: 'create', indexes: [undefined] },
    ],
    ['nothing', { completions: 2, parallelism: 3 }, ['Running', 'Running'], { type: 'nothing' }],
    ['nothing after a success without completions', { parallelism: 3 }, ['Succeeded', 'Running'], { type: 'nothing' }],
  ])('%s', (_, spec, phases, plan) => {
    const { completions: _none, ...rest } = job().spec ?? { template: {} };
    const of = { ...job(), spec: { ...rest, ...spec } };
    const pods = phases.map((phase, i) => pod(`p${i}`, phase, { exitCode: 0 }));
    expect(planPods(stateOf(of, pods), NOW)).toEqual(plan);
  });

  test('a failure makes it wait', () => {
    expect(planPods(stateOf(job(), [pod('p', 'Failed', { secondsAgo: 4 })]), NOW)).toEqual({
      type: 'wait',
      delayMs: 6000,
    });
  });

  test('JOB-12 of too many Pods those that are worth least go', () => {
    const ready = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(50) }] };
    const unbound = { ...pod('unbound', 'Pending'), spec: { containers: [] } };
    const pods = [
      pod('ready', 'Running', { status: ready }),
      pod('running', 'Running'),
      pod('pending', 'Pending'),
      unbound,
    ];
    const removed = podsForRemoval(job(), pods, 3);
    expect(removed.map((p) => p.metadata.uid)).toEqual(['unbound', 'pending', 'running']);
  });

  test('JOB-12 of an index the best Pod stays, and indexes that are too high go', () => {
    const indexed = job({ completionMode: 'Indexed', completions: 2 });
    const pods = [
      pod('a', 'Pending', { index: 0 }),
      pod('b', 'Running', { index: 0 }),
      pod('c', 'Running', { index: 2 }),
      pod('d', 'Running', { index: 1 }),
    ];
    expect(
      podsForRemoval(indexed, pods, 0)
        .map((p) => p.metadata.uid)
        .sort(),
    ).toEqual(['a', 'c']);
  });

  test('JOB-3 long names leave room for the index and a suffix', () => {
    const long = { ...job({ completionMode: 'Indexed', completions: 200 }), metadata: { name: 'x'.repeat(63) } };
    const made = jobPod(long, jobPodTemplate(long), 123);
    expect(made.metadata.generateName).toBe(`${'x'.repeat(53)}-123-`);
    expect(made.metadata.finalizers).toEqual([TRACKING_FINALIZER]);
  });

  test('JOB-4 an index waits for its own failures, and its Pod tells the next how many', () => {
    const per = job({ completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimitPerIndex: 3 });
    const failures = { 'batch.kubernetes.io/job-index-failure-count': '1' };
    const failed = pod('a', 'Failed', { index: 1, annotations: failures, secondsAgo: 5 });
    const state = stateOf(per, [failed]);
    expect(planPods(state, NOW)).toEqual({ type: 'create', indexes: [0] });
    expect(planPods(stateOf(per, [failed, pod('b', 'Running', { index: 0 })]), NOW)).toEqual({
      type: 'wait',
      delayMs: 15_000,
    });
    expect(trackPods(state, {}, undefined, NOW).release).toEqual([]);
    const next = jobPod(per, jobPodTemplate(per), 1, failed);
    expect(next.metadata.annotations?.['batch.kubernetes.io/job-index-failure-count']).toBe('2');
  });
});

describe('JOB-1 counting', () => {
  test('what has ended is written down before it is released, and counted after', () => {
    const pods = [
      pod('a', 'Succeeded', { exitCode: 0 }),
      pod('b', 'Failed'),
      pod('c', 'Running'),
      pod('old', 'Failed', { tracked: false }),
    ];
    const of = job({ completions: 3, parallelism: 3 }, { failed: 1 });
    const state = stateOf(of, pods);
    expect([state.succeeded, state.failed, state.active.length]).toEqual([1, 2, 1]);
    const { status, release } = trackPods(state, of.status ?? {}, undefined, NOW);
    expect(status).toEqual({ failed: 1, uncountedTerminatedPods: { succeeded: ['a'], failed: ['b'] } });
    expect(release.map((p) => p.metadata.uid)).toEqual(['a', 'b']);
    expect(countReleased(status, new Set(['b', 'c']))).toEqual({
      failed: 1,
      succeeded: 1,
      uncountedTerminatedPods: { failed: ['b'] },
    });
    expect(countReleased(status, new Set(['a', 'b', 'c']))).toBe(status);
  });

  test('what waits to be counted is not counted twice', () => {
    const of = job({ completions: 3 }, { uncountedTerminatedPods: { succeeded: ['a'] } });
    const state = stateOf(of, [pod('a', 'Succeeded', { exitCode: 0 })]);
    expect(state.succeeded).toBe(1);
    expect(trackPods(state, of.status ?? {}, undefined, NOW).status).toEqual(of.status);
  });

  test('at most 500 wait to be counted', () => {
    const of = job({ completions: 900, parallelism: 900 });
    const pods = Array.from({ length: 600 }, (_, i) => pod(`p${i}`, 'Succeeded', { exitCode: 0 }));
    const { release, more } = trackPods(stateOf(of, pods), {}, undefined, NOW);
    expect([release.length, more]).toEqual([500, true]);
  });
});
