import type { Deployment, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import { describe, expect, test } from 'vitest';
import { maxSurgeOf, maxUnavailableOf } from './limits.ts';
import { newReplicas, oldReplicas, proportionalSizes } from './rolling.ts';

type Limit = number | string;

const deployment = (replicas: number, maxSurge: Limit, maxUnavailable: Limit): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: {},
    template: {},
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
  },
});

/** The n-th oldest. */
const set = (n: number, replicas: number, available = replicas, maxReplicas?: string): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `rs-${n}`,
    creationTimestamp: `2025-01-01T00:00:0${n}Z`,
    ...(maxReplicas !== undefined && { annotations: { 'deployment.kubernetes.io/max-replicas': maxReplicas } }),
  },
  spec: { replicas, selector: {} },
  status: { replicas, availableReplicas: available },
});

describe('maxSurge and maxUnavailable', () => {
  const rows: readonly (readonly [number, Limit, Limit, number, number])[] = [
    // replicas, maxSurge, maxUnavailable -> surge, unavailable
    [10, '25%', '25%', 3, 2],
    [2, '25%', '25%', 1, 0],
    [1, '25%', '25%', 1, 0],
    [2, 0, '1%', 0, 1],
    [1, '1%', '25%', 1, 0],
    [3, 5, 5, 5, 3],
    [0, '25%', '25%', 0, 0],
    [10, 0, 1, 0, 1],
    [4, '100%', '0%', 4, 0],
  ];
  for (const [replicas, maxSurge, maxUnavailable, surge, unavailable] of rows) {
    test(`CTL-5 ${maxSurge} and ${maxUnavailable} of ${replicas} are ${surge} and ${unavailable}`, () => {
      const d = deployment(replicas, maxSurge, maxUnavailable);
      expect([maxSurgeOf(d), maxUnavailableOf(d)]).toEqual([surge, unavailable]);
    });
  }
});

describe('newReplicas', () => {
  const rows: readonly (readonly [string, number, Limit, number, number, number])[] = [
    // replicas, maxSurge, old, new -> new
    ['begins with the surge', 10, 2, 10, 0, 2],
    ['cannot begin when there is no room', 10, 0, 10, 0, 0],
    ['fills what the old have given up', 10, 2, 5, 4, 7],
    ['never more than replicas', 10, 5, 0, 8, 10],
    ['stays when too many are there', 10, 2, 20, 1, 1],
  ];
  for (const [title, replicas, maxSurge, old, current, wanted] of rows) {
    test(`CTL-5 ${title}`, () => {
      const [a, b] = [set(1, old), set(2, current)];
      expect(newReplicas(deployment(replicas, maxSurge, 0), [a, b], current)).toBe(wanted);
    });
  }
});

describe('oldReplicas', () => {
  const steps = (d: Deployment, newSet: ReplicaSet, ...old: readonly ReplicaSet[]): readonly string[] =>
    oldReplicas(d, newSet, old).map(({ rs, to }) => `${rs.metadata.name} to ${to}`);

  test('CTL-5 nothing goes while the new ones are not available', () => {
    expect(steps(deployment(10, 0, 2), set(9, 2, 0), set(1, 8))).toEqual([]);
  });
  test('CTL-5 nothing that is available goes while a set counts more Pods than it asks for', () => {
    expect(steps(deployment(5, 3, 2), set(9, 3, 0), set(1, 5, 11))).toEqual([]);
    expect(steps(deployment(5, 0, 5), set(9, 5), set(1, 4, 2), set(2, 5, 11))).toEqual(['rs-1 to 2']);
  });
  test('CTL-5 as many go as stay above the minimum', () => {
    expect(steps(deployment(10, 2, 0), set(9, 2), set(1, 10))).toEqual(['rs-1 to 8']);
  });
  test('CTL-5 the oldest goes first', () => {
    expect(steps(deployment(10, 2, 2), set(9, 6), set(2, 3), set(1, 3))).toEqual(['rs-1 to 0', 'rs-2 to 2']);
  });
  test('CTL-5 what does not work goes first, wherever it is', () => {
    expect(steps(deployment(10, 2, 2), set(9, 2), set(1, 8), set(2, 2, 0))).toEqual(['rs-2 to 0', 'rs-1 to 6']);
  });
  test('CTL-5 one that gives up both comes twice', () => {
    expect(steps(deployment(4, 2, 2), set(9, 2), set(1, 4, 3))).toEqual(['rs-1 to 3', 'rs-1 to 0']);
  });
  test('CTL-5 broken ones go up to the limit only', () => {
    expect(steps(deployment(10, 0, 2), set(9, 0), set(1, 10, 5))).toEqual(['rs-1 to 8']);
  });
  test('CTL-5 nothing to give up', () => {
    expect(steps(deployment(10, 2, 2), set(9, 10), set(1, 0))).toEqual([]);
  });
});

describe('proportionalSizes', () => {
  const sizes = (d: Deployment, ...sets: readonly ReplicaSet[]): Readonly<Record<string, number>> =>
    Object.fromEntries(proportionalSizes(d, sets).map(({ rs, to }) => [rs.metadata.name ?? '', to]));

  test('CTL-7 the example of the documentation', () => {
    expect(sizes(deployment(15, 3, 2), set(1, 8, 8, '13'), set(2, 5, 0, '13'))).toEqual({ 'rs-1': 11, 'rs-2': 7 });
  });
  test('CTL-7 what rounding leaves goes to the largest, of equals to the newest', () => {
    expect(sizes(deployment(11, 0, 1), set(1, 5, 5, '10'), set(2, 5, 5, '10'))).toEqual({ 'rs-1': 5, 'rs-2': 6 });
  });
  test('CTL-7 of equals the oldest gives up', () => {
    expect(sizes(deployment(9, 0, 1), set(1, 5, 5, '10'), set(2, 5, 5, '10'))).toEqual({ 'rs-1': 4, 'rs-2': 5 });
  });
  test('CTL-7 never adds more than there is room, however little the annotations can be trusted', () => {
    expect(sizes(deployment(20, 0, 1), set(1, 8, 8, '2'), set(2, 4, 4, '2'))).toEqual({ 'rs-1': 16, 'rs-2': 4 });
  });
  test('CTL-7 to nothing', () => {
    expect(sizes(deployment(0, 3, 1), set(1, 8, 8, '13'), set(2, 5, 5, '13'))).toEqual({ 'rs-1': 0, 'rs-2': 0 });
  });
  test('CTL-7 without annotations, by what is there', () => {
    const d = { ...deployment(20, 0, 1), status: { replicas: 10 } };
    expect(sizes(d, set(1, 6), set(2, 4, 4, '0'))).toEqual({ 'rs-1': 12, 'rs-2': 8 });
  });
});
