import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodDisruptionBudget } from '@tabernetes/api/types/policy-v1';
import type { IntOrString } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import { pod } from '../testing/objects.ts';
import { budgetStatus, countHealthy, desiredHealthy, disruptedPods, failedStatus } from './plan.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString().replace('.000', '');

const budget = (
  spec: { readonly minAvailable?: IntOrString; readonly maxUnavailable?: IntOrString },
  disrupted: Readonly<Record<string, string>> = {},
): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'b', generation: 3 },
  spec,
  status: { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptionsAllowed: 0, disruptedPods: disrupted },
});

const ready = (name: string): Pod => ({
  ...pod(name),
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
});

describe('PDB-1 how many must be healthy', () => {
  test.each([
    [{ minAvailable: 2 }, 5, 2],
    [{ minAvailable: '50%' }, 5, 3],
    [{ minAvailable: '100%' }, 5, 5],
    [{ maxUnavailable: 1 }, 5, 4],
    [{ maxUnavailable: '50%' }, 5, 2],
    [{ maxUnavailable: 9 }, 5, 0],
    [{}, 5, 0],
  ])('%j of %i', (spec, expected, desired) => {
    expect(desiredHealthy(budget(spec), expected)).toBe(desired);
  });
});

test('PDB-2 what may go is what is healthy beyond that', () => {
  const pdb = budget({ minAvailable: 2 });
  const allowed = (expected: number, healthy: number): number =>
    budgetStatus(pdb, { expected, healthy, disrupted: {} }, NOW).disruptionsAllowed;
  expect([allowed(3, 3), allowed(3, 2), allowed(3, 1), allowed(0, 3)]).toEqual([1, 0, 0, 0]);
  expect(budgetStatus(pdb, { expected: 3, healthy: 3, disrupted: {} }, NOW)).toEqual({
    currentHealthy: 3,
    desiredHealthy: 2,
    expectedPods: 3,
    disruptionsAllowed: 1,
    observedGeneration: 3,
    conditions: [
      {
        type: 'DisruptionAllowed',
        status: 'True',
        reason: 'SufficientPods',
        message: '',
        observedGeneration: 3,
        lastTransitionTime: ago(0),
      },
    ],
  });
});

test('PDB-3 Pods whose eviction was granted are not healthy, unless they stay', () => {
  const pdb = budget({ minAvailable: 1 }, { a: ago(10), b: ago(200), gone: ago(1) });
  const going = { ...ready('d'), metadata: { name: 'd', deletionTimestamp: ago(0) } };
  const pods = [ready('a'), ready('b'), ready('c'), going, pod('e')];
  const disrupted = disruptedPods(pdb, pods, NOW);
  expect(disrupted.pods).toEqual({ a: ago(10) });
  expect(disrupted.stayed.map((p) => p.metadata.name)).toEqual(['b']);
  expect(disrupted.recheckMs).toBe(110_001);
  expect(countHealthy(pods, disrupted.pods, NOW)).toBe(2);
});

test('PDB-4 what cannot be counted forbids', () => {
  expect(failedStatus(budget({}), 'oh', NOW)).toMatchObject({
    disruptionsAllowed: 0,
    conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'oh' }],
  });
});
