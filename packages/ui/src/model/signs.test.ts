import type { Pod } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { backOffOf, countdownText } from './back-off.ts';
import { containerSigns } from './container-sign.ts';

const crashing = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { initContainers: [{ name: 'init' }], containers: [{ name: 'app' }, { name: 'log' }] },
  status: {
    phase: 'Running',
    initContainerStatuses: [{ name: 'init', state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    containerStatuses: [
      { name: 'log', ready: true, state: { running: {} } },
      {
        name: 'app',
        ready: false,
        restartCount: 4,
        state: {
          waiting: { reason: 'CrashLoopBackOff', message: 'back-off 1m20s restarting failed container=app pod=web' },
        },
        lastState: { terminated: { exitCode: 1, finishedAt: '2025-01-01T00:00:00Z' } },
      },
    ],
  },
} as unknown as Pod;

test('UI-10 a container is shown by its own state; init containers that have ended well are not shown', () => {
  expect(containerSigns(crashing)).toEqual([
    { name: 'app', sign: 'backoff', word: 'CrashLoopBackOff' },
    { name: 'log', sign: 'ready', word: 'Running, ready' },
  ]);
  const pending = { ...crashing, status: { phase: 'Pending' } };
  expect(containerSigns(pending).map(({ name, sign }) => `${name} ${sign}`)).toEqual([
    'init waiting',
    'app waiting',
    'log waiting',
  ]);
});

test('UI-11 a back-off ends so long after the container did', () => {
  const startMs = Date.UTC(2025, 0, 1);
  expect(backOffOf(crashing)).toEqual({ container: 'app', endsMs: startMs + 80_000, waitMs: 80_000, restart: 5 });
  expect(countdownText(startMs + 80_000, startMs + 41_500)).toBe('0:39');
  expect(countdownText(startMs, startMs + 1)).toBe('0:00');
  expect(backOffOf({ ...crashing, status: {} })).toBeUndefined();
});
