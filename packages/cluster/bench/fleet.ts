import { kinds } from '@tabernetes/api';
import type { Deployment } from '@tabernetes/api/types/apps-v1';
import { type Cluster, createCluster } from '../src/index.ts';
import type { BenchRow } from './cluster.ts';

const NODES = 5_000;
const PODS_PER_DEPLOYMENT = 100;
const STEPS = [10_000, 20_000, 40_000, 50_000];

/**
 * 5,000 hollow nodes on a virtual clock: how many Pods a second become Running while the cluster fills up to 50,000, and what one change
 * costs in a small and in a full cluster.
 */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  // A small cluster, for comparison; it also warms the engine up.
  const small = await createCluster({ clock: 'virtual', nodes: 10 });
  await fill(small, 0, 1_000);
  await small.stop();
  const few = await createCluster({ clock: 'virtual', nodes: 10 });
  await fill(few, 0, 50);
  await changes(few, 50, report);
  await few.stop();

  const from = performance.now();
  const fleet = await createCluster({ clock: 'virtual', nodes: NODES });
  report({ name: 'createCluster', n: NODES, value: Math.round(performance.now() - from), unit: 'ms' });
  let pods = 0;
  for (const size of STEPS) {
    const begun = performance.now();
    await fill(fleet, pods, size);
    const seconds = (performance.now() - begun) / 1000;
    report({
      name: 'Pods Running, while there are N',
      n: size,
      value: Math.round((size - pods) / seconds),
      unit: 'pods/s',
    });
    pods = size;
  }
  await changes(fleet, pods, report);
  await fleet.stop();
}

/** Deployments until there are `to` Pods. */
async function fill({ client, idle }: Cluster, from: number, to: number): Promise<void> {
  const deployments = client.resource(kinds.deployment);
  for (let at = from; at < to; at += PODS_PER_DEPLOYMENT)
    await deployments.create(deployment(`web-${at}`, Math.min(PODS_PER_DEPLOYMENT, to - at)));
  await idle();
  const { items } = await client.resource(kinds.pod).list({ namespace: 'default' });
  const running = items.filter(({ status }) => status?.phase === 'Running').length;
  if (running !== to) throw new Error(`${running} of ${to} Pods run`);
}

const TIMES = 50;

async function changes({ client, idle }: Cluster, n: number, report: (row: BenchRow) => void): Promise<void> {
  const pods = client.resource(kinds.pod);
  const each = async (name: string, act: (i: number) => Promise<unknown>): Promise<void> => {
    for (let i = 0; i < TIMES; i++) await act(i);
    const from = performance.now();
    for (let i = 0; i < TIMES; i++) await act(TIMES + i);
    report({ name, n, value: (performance.now() - from) / TIMES, unit: 'ms' });
  };
  await each('a label of one Pod, and what follows', async (i) => {
    const [first] = (await pods.list({ namespace: 'default', limit: 1 })).items;
    await pods.patch(first?.metadata.name ?? '', 'default', 'merge', { metadata: { labels: { turn: String(i) } } });
    await idle();
  });
  await each('one Pod deleted and made again', async () => {
    const [first] = (await pods.list({ namespace: 'default', limit: 1 })).items;
    await pods.delete(first?.metadata.name ?? '', 'default');
    await idle();
  });
}

const deployment = (name: string, replicas: number): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'nginx:1.25' }] },
    },
  },
});
