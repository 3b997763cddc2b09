import type { Pod } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { en } from '../messages/shared/en.ts';
import { transitions } from './transitions.ts';

const pod = (name: string, phase: string, isReady = false): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid: name },
    spec: { containers: [{ name: 'c' }] },
    status: { phase, containerStatuses: [{ name: 'c', ready: isReady }] },
  }) as unknown as Pod;

test('A11Y-1 what becomes of Pods is told: each by name, many by their number, those that are gone too', () => {
  const first = transitions(undefined, [pod('a', 'Pending'), pod('b', 'Pending')], en.narration);
  expect(first.lines).toEqual(['a, b: Pending']);
  const many = ['c', 'd', 'e', 'f'].map((name) => pod(name, 'Pending'));
  const second = transitions(first.now, [pod('a', 'Running', true), ...many], en.narration);
  expect(second.lines).toEqual(['a: Running, 1 of 1 ready', '4 Pods: Pending', 'b: gone']);
  expect(transitions(second.now, [pod('a', 'Running', true), ...many], en.narration).lines).toEqual([]);
});
