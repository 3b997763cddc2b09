import type { KubeObject } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import { ConditionHistory } from './condition-history.ts';

const pod = (status: string, reason?: string): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', uid: 'u' },
    status: { conditions: [{ type: 'Ready', status, reason, lastTransitionTime: '2025-01-01T00:00:00Z' }] },
  }) as KubeObject;

test('INS-2 conditions are remembered as they change, the first by its own time', () => {
  const history = new ConditionHistory();
  const startMs = Date.UTC(2025, 0, 1);
  history.note(pod('False', 'ContainersNotReady'), startMs + 900);
  history.note(pod('False', 'ContainersNotReady'), startMs + 1_500);
  history.note(pod('True'), startMs + 2_250);
  expect(history.of('u').get('Ready')).toEqual([
    { status: 'False', reason: 'ContainersNotReady', atMs: startMs },
    { status: 'True', reason: '', atMs: startMs + 2_250 },
  ]);
  history.forget('u');
  expect(history.of('u').size).toBe(0);
});
