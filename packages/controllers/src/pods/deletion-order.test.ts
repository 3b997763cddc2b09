import type { Pod } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { deletionOrder } from './deletion-order.ts';

const NOW = Date.UTC(2025, 0, 1, 12);
const ago = (seconds: number): string => `${new Date(NOW - seconds * 1000).toISOString().slice(0, 19)}Z`;

interface Facts {
  readonly node?: string;
  readonly phase?: string;
  readonly readySeconds?: number;
  readonly cost?: string;
  readonly restarts?: number;
  readonly sidecarRestarts?: number;
  readonly ageSeconds?: number;
  readonly uid?: string;
}

function pod(name: string, facts: Facts): Pod {
  const { node = 'node-1', phase = 'Running', readySeconds = 600, cost, restarts = 0, sidecarRestarts = 0 } = facts;
  const lastTransitionTime = ago(readySeconds);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: facts.uid ?? name,
      creationTimestamp: ago(facts.ageSeconds ?? 1200),
      ...(cost !== undefined && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
    },
    spec: {
      containers: [{ name: 'main' }],
      initContainers: [{ name: 'side', restartPolicy: 'Always' }, { name: 'init' }],
      ...(node !== '' && { nodeName: node }),
    },
    status: {
      phase,
      ...(readySeconds >= 0 && { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }] }),
      containerStatuses: [{ name: 'main', image: '', imageID: '', ready: true, restartCount: restarts }],
      initContainerStatuses: [
        { name: 'side', image: '', imageID: '', ready: true, restartCount: sidecarRestarts },
        { name: 'init', image: '', imageID: '', ready: true, restartCount: 99 },
      ],
    },
  };
}

describe('deletionOrder', () => {
  const rows: readonly (readonly [string, Facts, Facts])[] = [
    ['on no node before bound', { node: '', cost: '9' }, { cost: '1' }],
    ['pending before running', { phase: 'Pending', readySeconds: -1 }, { readySeconds: -1 }],
    ['unknown before running', { phase: 'Unknown' }, {}],
    ['not ready before ready', { readySeconds: -1, cost: '5' }, { cost: '1' }],
    ['cheaper before dearer', { cost: '-3' }, { cost: '2' }],
    ['no cost is 0', {}, { cost: '1' }],
    ['costs with a plus sign count as 0', { cost: '+5' }, { cost: '1' }],
    ['costs with leading zeros count as 0', { cost: '08' }, { cost: '1' }],
    ['costs beyond 32 bits count as 0', { cost: '9999999999' }, { cost: '1' }],
    ['on a crowded node before a lonely one', { node: 'node-2', readySeconds: 6000 }, { readySeconds: 1 }],
    ['ready for a shorter time first', { readySeconds: 10, restarts: 0 }, { readySeconds: 100, restarts: 9 }],
    ['about equally long ready: by uid', { readySeconds: 101, uid: 'a' }, { readySeconds: 100, uid: 'b', restarts: 9 }],
    ['more restarts before fewer', { restarts: 2, sidecarRestarts: 0 }, { restarts: 1, sidecarRestarts: 5 }],
    ['more restarts of sidecars before fewer', { sidecarRestarts: 2 }, { sidecarRestarts: 1 }],
    ['younger before older', { ageSeconds: 700 }, { ageSeconds: 90_000 }],
    ['about equally old: by uid', { ageSeconds: 1201, uid: 'a' }, { ageSeconds: 1200, uid: 'b' }],
  ];
  const crowd = ({ spec }: Pod): number => (spec?.nodeName === 'node-2' ? 3 : 1);
  for (const [title, first, second] of rows) {
    test(`CTL-9 ${title}`, () => {
      const [a, b] = [pod('a', first), pod('b', second)];
      expect(deletionOrder([a, b], crowd, NOW)).toEqual([a, b]);
      expect(deletionOrder([b, a], crowd, NOW)).toEqual([a, b]);
    });
  }
});
