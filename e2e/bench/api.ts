import { kinds } from '@tabernetes/api';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { cpuMicroseconds } from './cpu.ts';
import type { BenchRow } from './main.ts';
import { eventManifest, podManifest } from './objects.ts';

const N = 5_000;
const quiet = { nodes: 0, controllers: false, seed: 1, clock: 'virtual' } as const;
type Report = (row: BenchRow) => void;

/** The API in process: what it does per second of one processor, and the heap that a Pod takes. */
export async function run(report: Report): Promise<void> {
  // Until the engine has compiled what is measured: the first thousands of a process say more of the engine than of the API.
  for (let i = 0; i < 2; i++) await measure(N, () => undefined);
  // A function of its own for each size, so that nothing holds the cluster of the one before while the heap is measured.
  for (const n of [N, 2 * N, 4 * N]) await measure(n, report);
}

async function measure(n: number, report: Report): Promise<void> {
  const cluster = await freshCluster();
  const pods = cluster.client.resource(kinds.pod);
  const rate = async (name: string, count: number, work: () => Promise<unknown>): Promise<void> => {
    report({ name, n, value: (count / (await cpuMicroseconds(work))) * 1_000_000, unit: '1/s' });
  };
  const before = await heapBytes();
  await rate('create a Pod (validated, defaulted)', n, () => createPods(cluster, n));
  report({ name: 'heap per Pod', n, value: ((await heapBytes()) - before) / n, unit: 'bytes' });
  report({
    name: 'size of a Pod as JSON',
    n,
    value: JSON.stringify(await pods.get('p-0', 'default')).length,
    unit: 'bytes',
  });
  await rate('get a Pod', n, async () => {
    for (let i = 0; i < n; i++) await pods.get(`p-${i}`, 'default');
  });
  await rate('patch a Pod (strategic)', n / 5, async () => {
    for (let i = 0; i < n / 5; i++)
      await pods.patch(`p-${i}`, 'default', 'strategic', { metadata: { labels: { i: String(i) } } });
  });
  await rate('update the status of a Pod', n / 5, async () => {
    for (let i = 0; i < n / 5; i++) {
      const pod = await pods.get(`p-${i}`, 'default');
      await pods.updateStatus({ ...pod, status: { ...pod.status, phase: 'Running' } });
    }
  });
  await rate('create an Event', n, async () => {
    const events = cluster.client.resource(kinds.event);
    for (let i = 0; i < n; i++) await events.create(eventManifest(`e-${i}`, `p-${i}`));
  });
  await rate('list 500 Pods, by reference', 1000, async () => {
    for (let i = 0; i < 1000; i++) await pods.list({ limit: 500 });
  });
  const time = async (name: string, work: () => Promise<unknown>): Promise<void> =>
    report({ name, n, value: (await cpuMicroseconds(work)) / 1000, unit: 'ms' });
  await time('list all Pods, by reference', () => pods.list());
  await time('list all Pods, as JSON (first time)', () => jsonList(cluster));
  await time('list all Pods, as JSON (again)', () => jsonList(cluster));
  await cluster.stop();
}

async function freshCluster(): Promise<Cluster> {
  const cluster = await createCluster(quiet);
  const metadata = { name: 'default', namespace: 'default' };
  await cluster.client.resource(kinds.serviceAccount).create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  return cluster;
}

async function createPods(cluster: Cluster, count: number): Promise<void> {
  const pods = cluster.client.resource(kinds.pod);
  for (let i = 0; i < count; i++) await pods.create(podManifest(`p-${i}`));
}

const jsonList = async (cluster: Cluster): Promise<string> =>
  (await cluster.fetch(new Request('https://cluster/api/v1/pods'))).text();

/** After collections with a turn between them: what only weak maps hold goes in the second one. */
async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}
