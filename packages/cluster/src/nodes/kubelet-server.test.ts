import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';

test('CLU-96 the server of a kubelet says what runs, and what it uses', async () => {
  const cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
  const ask = async (path: string): Promise<string> =>
    (await cluster.fetch(new Request(`https://cluster/api/v1/nodes/node-1/proxy${path}`))).text();
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'own', namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '600'] }] },
  } as Pod);
  await cluster.clock.advance(5_000);
  expect([await ask('/healthz/ping'), await ask('/healthz/syncloop')]).toEqual(['ok', 'ok']);
  const [pod] = (JSON.parse(await ask('/runningpods/')) as { items: Pod[] }).items;
  expect([pod?.metadata.name, pod?.spec?.containers.map(({ name }) => name)]).toEqual(['own', ['main']]);
  const metrics = await ask('/metrics/resource');
  expect(metrics).toMatch(
    /^container_memory_working_set_bytes\{container="main",namespace="default",pod="own"\} \d+ \d+$/m,
  );
  expect(metrics).toMatch(/^resource_scrape_error 0$/m);
  await cluster.stop();
});
