import { createCluster } from 'tabernetes';
import { afterAll, expect, test } from 'vitest';

const cluster = await createCluster({ nodes: 3, seed: 1, clock: 'virtual' });
afterAll(() => cluster.stop());

test('a Deployment gets its Pods', async () => {
  await cluster.kubectl('create deployment web --image=nginx:1.27 --replicas=3');
  // Lets virtual time pass until nothing is left to do: minutes take milliseconds.
  await cluster.idle();
  const { stdout } = await cluster.kubectl('get deployment web -o jsonpath={.status.readyReplicas}');
  expect(stdout).toBe('3');
});

test('a node that falls silent is noticed in about a minute', async () => {
  cluster.nodes.stop('node-1');
  await cluster.clock.advance('70s');
  const response = await cluster.fetch(new Request('https://cluster/api/v1/nodes/node-1'));
  const { status } = (await response.json()) as { status: { conditions: { type: string; status: string }[] } };
  expect(status.conditions.find(({ type }) => type === 'Ready')?.status).toBe('Unknown');
});
