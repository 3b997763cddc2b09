import { kinds } from '@tabernetes/api';
import type { Deployment } from '@tabernetes/api/types/apps-v1';
import type { ClockControl } from '@tabernetes/base';
import { expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';

/** Timers that are set while ten quiet minutes go by in a cluster with so many Pods that have nothing to do. */
async function timersOfTenMinutes(replicas: number): Promise<number> {
  let timers = 0;
  const onClock = (clock: ClockControl): void => {
    const { setTimer } = clock;
    clock.setTimer = (...given) => {
      timers++;
      return setTimer.apply(clock, given);
    };
  };
  const cluster = await createCluster({ nodes: 2, clock: 'virtual', kubelet: 'simulated', onClock });
  const containers = [{ name: 'main', image: 'busybox:1.36', command: ['sleep', 'infinity'] }];
  await cluster.client.resource(kinds.deployment).create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'idle', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'idle' } },
      template: { metadata: { labels: { app: 'idle' } }, spec: { containers } },
    },
  } as Deployment);
  await cluster.clock.advance('1m');
  const { status } = await cluster.client.resource(kinds.deployment).get('idle', 'default');
  expect(status?.availableReplicas ?? 0).toBe(replicas);
  timers = 0;
  await cluster.clock.advance('10m');
  const counted = timers;
  await cluster.stop();
  return counted;
}

test('CLU-75 Pods that have nothing to do hold no timer', async () => {
  // One, so that those are there who are fetched for the first Pod.
  const one = await timersOfTenMinutes(1);
  const many = await timersOfTenMinutes(200);
  expect(one).toBeGreaterThan(0);
  // What nodes do by themselves, and not a timer for each Pod.
  expect(many).toBeLessThan(one + 100);
});
