import { kinds } from '@tabernetes/api';
import { expect, test } from 'vitest';
import { beginCluster } from './cluster.ts';

test('CLU-89 a cluster answers before it is furnished, and time stands still until it is', async () => {
  const { cluster, furnish } = await beginCluster({ clock: 'virtual', nodes: 2, addons: ['storage'] });
  const { client, clock } = cluster;
  const startMs = clock.now();
  const seen = async () => ({
    ready: (await client.resource(kinds.node).list()).items.filter(({ spec }) => spec?.taints === undefined).length,
    classes: (await client.resource(kinds.storageClass).list()).items.length,
    trust: (await client.resource(kinds.configMap).list()).items.filter(
      ({ metadata }) => metadata.name === 'kube-root-ca.crt',
    ).length,
  });
  expect(await seen()).toEqual({ ready: 2, classes: 0, trust: 0 });
  await furnish();
  await clock.advance(0);
  expect(await seen()).toEqual({ ready: 2, classes: 1, trust: 4 });
  expect(clock.now()).toBe(startMs);
  await cluster.stop();
});
