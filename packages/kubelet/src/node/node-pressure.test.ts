import type { Pod } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { nodePressure, type PodUsage } from './node-pressure.ts';

const GiB = 2 ** 30;
const usage = (name: string, memory: number, request: string, priority = 0): PodUsage => {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { priority, containers: [{ name: 'c', resources: { requests: { memory: request } } }] },
  };
  const containers = [{ name: 'c', memoryBytes: memory, diskBytes: 0 }];
  return { pod, memoryBytes: memory, diskBytes: 0, containers };
};
const capacity = { memory: '8Gi', 'ephemeral-storage': '100Gi' };

describe('KUB-23 a node that runs short', () => {
  test('KUB-23 lets everybody live while there is enough', () => {
    expect(nodePressure([usage('a', 7 * GiB, '1Gi')], capacity)).toBeUndefined();
  });
  const cases = [
    {
      name: 'who uses more than it asked for',
      usages: [usage('ok', 5 * GiB, '6Gi'), usage('over', 3 * GiB, '1Gi')],
      victim: 'over',
    },
    { name: 'who matters less', usages: [usage('a', 4 * GiB, '1Gi', 10), usage('b', 4 * GiB, '1Gi')], victim: 'b' },
    { name: 'who is furthest above', usages: [usage('a', 3 * GiB, '1Gi'), usage('b', 5 * GiB, '1Gi')], victim: 'b' },
  ];
  for (const { name, usages, victim } of cases) {
    test(`KUB-23 ends ${name}`, () => expect(nodePressure(usages, capacity)?.victim.metadata.name).toBe(victim));
  }
  test('KUB-23 says what was short and who took it', () => {
    expect(nodePressure([usage('a', 8 * GiB, '1Gi')], capacity)?.message).toBe(
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 0. Container c was using 8Gi, request is 1Gi, has larger consumption of memory. ',
    );
  });
});
