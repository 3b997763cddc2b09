import { monitorEventLoopDelay } from 'node:perf_hooks';
import { kinds } from '@tabernetes/api';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import type { BenchRow } from './main.ts';
import { deploymentOf } from './objects.ts';
import { fill, measured } from './running.ts';

const SIZES = [250, 500, 1000];
const FEW = { nodes: 3, kubelet: 'simulated', clock: 'virtual' } as const;
const TEN = { nodes: 10, kubelet: 'simulated', clock: 'virtual' } as const;
const HUNDRED = { nodes: 100, kubelet: 'simulated', clock: 'virtual' } as const;
const WATCHED_MS = 20_000;

/** Kubelets that run containers: how soon a cluster and its Pods are there, what they take, and what a cluster costs that does nothing. */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  await ten((cluster) => fill(cluster, 0, 500));
  await small(report);
  for (const n of SIZES)
    await ten((cluster) => measured(report, `${TEN.nodes} nodes: N Pods Running`, n, () => fill(cluster, 0, n)));
  await idle(report);
}

/** A cluster that nobody holds afterwards: it is in no later figure. */
async function ten(use: (cluster: Cluster) => Promise<unknown>): Promise<void> {
  const cluster = await createCluster(TEN);
  await use(cluster);
  await cluster.stop();
}

async function small(report: (row: BenchRow) => void): Promise<void> {
  let cluster: Cluster | undefined;
  await measured(report, 'start to 3 nodes Ready', FEW.nodes, async () => {
    cluster = await createCluster(FEW);
  });
  if (cluster === undefined) return;
  const { client, idle: settled, stop } = cluster;
  await measured(report, 'Deployment of 3 Available', 3, async () => {
    await client.resource(kinds.deployment).create(deploymentOf('web', 3));
    await settled();
  });
  const { status } = await client.resource(kinds.deployment).get('web', 'default');
  if (status?.availableReplicas !== 3) throw new Error(`${status?.availableReplicas} of 3 Pods are available`);
  await stop();
}

/** On a real clock: heartbeats, leases and watches of Pods that do nothing. */
async function idle(report: (row: BenchRow) => void): Promise<void> {
  const cluster = await createCluster({ ...HUNDRED, clock: 'real' });
  await fill(cluster, 0, 1000);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
  const { user, system } = process.cpuUsage(before);
  // Looked at afterwards: the watch itself takes four thousandths of a core.
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
  delays.disable();
  report({ name: 'a core, while 1,000 Pods idle', n: 1000, value: (user + system) / 10 / WATCHED_MS, unit: '%' });
  report({ name: 'longest turn, while 1,000 Pods idle', n: 1000, value: delays.max / 1e6, unit: 'ms' });
  await cluster.stop();
}
