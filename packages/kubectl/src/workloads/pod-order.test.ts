import type { Pod } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { byActivity, byLogging } from './pod-order.ts';

interface Facts {
  readonly node?: string;
  readonly phase?: string;
  /** Second of the minute. */
  readonly readyAt?: number;
  readonly deletedAt?: number;
  readonly createdAt?: number;
  readonly restarts?: number;
}

const time = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;

function pod(
  name: string,
  { node = 'n', phase = 'Running', readyAt, deletedAt, createdAt = 0, restarts = 0 }: Facts,
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      creationTimestamp: time(createdAt),
      ...(deletedAt !== undefined && { deletionTimestamp: time(deletedAt) }),
    },
    spec: { nodeName: node, containers: [] },
    status: {
      phase,
      ...(readyAt !== undefined && {
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: time(readyAt) }],
      }),
      containerStatuses: [{ name: 'c', image: '', imageID: '', ready: readyAt !== undefined, restartCount: restarts }],
    },
  } as Pod;
}

const PODS = [
  pod('unbound', { node: '', phase: 'Pending' }),
  pod('ended', { phase: 'Succeeded', createdAt: 9 }),
  pod('pending', { phase: 'Pending' }),
  pod('unready', {}),
  pod('going first', { readyAt: 1, deletedAt: 40 }),
  pod('going', { readyAt: 2, deletedAt: 50 }),
  pod('late', { readyAt: 5 }),
  pod('restarted', { readyAt: 3, restarts: 2 }),
  pod('young', { readyAt: 3, createdAt: 2 }),
  pod('old', { readyAt: 3, createdAt: 1 }),
];
const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name);

test('KCT-64 who attaches gets a Pod that stays, is ready and was so for longest', () => {
  expect(names(PODS.toSorted(byActivity))).toEqual([
    'old',
    'young',
    'restarted',
    'late',
    'going',
    'going first',
    'unready',
    'pending',
    'ended',
    'unbound',
  ]);
});

test('KCT-64 who reads logs gets those that run and were ready for longest, whether they stay or not', () => {
  expect(names(PODS.toSorted(byLogging))).toEqual([
    'going first',
    'going',
    'restarted',
    'old',
    'young',
    'late',
    'unready',
    'ended',
    'pending',
    'unbound',
  ]);
});
