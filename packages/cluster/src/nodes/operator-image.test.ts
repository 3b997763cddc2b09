import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';

test('CLU-60 an operator that may not look waits, and is ended while it does', async () => {
  const cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
  const pods = cluster.client.resource(kinds.pod);
  await pods.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'operator', namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'tabernetes/website-operator:1' }] },
  } as Pod);
  await cluster.clock.advance(5_000);
  const path = 'https://cluster/api/v1/namespaces/default/pods/operator/log?tailLines=1';
  expect(await (await cluster.fetch(new Request(path))).text()).toContain('is forbidden');
  await pods.delete('operator', 'default', { gracePeriodSeconds: 0 });
  await cluster.clock.advance(5_000);
  await cluster.stop();
});
