import { kinds } from '@tabernetes/api';
import { afterEach, expect, test } from 'vitest';
import { createCluster } from './cluster.ts';
import type { Cluster } from './running-cluster.ts';

const errors: string[] = [];
let cluster: Cluster;
afterEach(() => cluster.stop());

async function start(): Promise<void> {
  errors.length = 0;
  const onError = (error: unknown): void => void errors.push(error instanceof Error ? error.message : String(error));
  cluster = await createCluster({ nodes: 1, clock: 'virtual', onError });
}

async function deploy(namespace = 'default'): Promise<number> {
  const labels = { app: 'web' };
  await cluster.client.resource(kinds.deployment).create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
    },
  });
  await cluster.clock.advance('10s');
  const { items } = await cluster.client.resource(kinds.pod).list({ namespace });
  return items.filter(({ status }) => status?.phase === 'Running').length;
}

test('CLU-9 components do their work within the roles that every cluster begins with', async () => {
  await start();
  expect([await deploy(), errors]).toEqual([2, []]);
});

for (const [binding, complaint] of [
  ['system:controller:replicaset-controller', 'kube-system:replicaset-controller oversteps: it may not create pods'],
  ['system:kube-scheduler', 'system:kube-scheduler oversteps: it may not create pods binding'],
] as const) {
  test(`CLU-9 without its role a component is refused, and that is told: ${binding}`, async () => {
    await start();
    // Who is fetched for the first Pod reads what there is with the role that it still has.
    await deploy('kube-system');
    await cluster.client.resource(kinds.clusterRoleBinding).delete(binding);
    expect(await deploy()).toBe(0);
    expect(errors.join('\n')).toContain(complaint);
  });
}

test('CLU-9 a kubelet cannot speak for another node', async () => {
  await start();
  const headers = {
    'impersonate-user': 'system:node:node-1',
    'impersonate-group': 'system:nodes',
    'content-type': 'application/merge-patch+json',
  };
  const patch = (name: string) =>
    cluster.fetch(
      new Request(`https://cluster/api/v1/nodes/${name}/status`, { method: 'PATCH', headers, body: '{"status":{}}' }),
    );
  expect([(await patch('node-1')).status, (await patch('node-2')).status]).toEqual([200, 404]);
  await cluster.client.resource(kinds.node).create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-2' } });
  expect((await patch('node-2')).status).toBe(403);
  expect(errors).toEqual([]);
});
