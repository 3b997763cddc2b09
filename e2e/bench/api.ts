import { kinds } from '@tabernetes/api';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import type { BenchRow } from './main.ts';
import { podManifest } from './objects.ts';

const N = 5_000;
const quiet = { nodes: 0, controllers: false, seed: 1, clock: 'virtual' } as const;

/** The API in process: create, get, list and patch per second, and the heap that a Pod takes. */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  await createPods(await freshCluster(), 2_000); // warm up
  for (const n of [N, 2 * N, 4 * N]) {
    const cluster = await freshCluster();
    const pods = cluster.client.resource(kinds.pod);
    const before = await heapBytes();
    const rate = async (name: string, count: number, work: () => Promise<unknown>): Promise<void> => {
      const from = performance.now();
      await work();
      report({ name, n, value: (count / (performance.now() - from)) * 1000, unit: '1/s' });
    };
    await rate('create a Pod (validated, defaulted)', n, () => createPods(cluster, n));
    report({ name: 'heap per Pod', n, value: ((await heapBytes()) - before) / n, unit: 'bytes' });
    const [one] = (await pods.list({ limit: 1 })).items;
    report({ name: 'size of a Pod as JSON', n, value: JSON.stringify(one).length, unit: 'bytes' });
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
    await rate('list 500 Pods, by reference', 1000, async () => {
      for (let i = 0; i < 1000; i++) await pods.list({ limit: 500 });
    });
    await time(report, 'list all Pods, by reference', n, () => pods.list());
    await time(report, 'list all Pods, as JSON (first time)', n, () => jsonList(cluster));
    await time(report, 'list all Pods, as JSON (again)', n, () => jsonList(cluster));
    await cluster.stop();
  }
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

async function time(
  report: (row: BenchRow) => void,
  name: string,
  n: number,
  work: () => Promise<unknown>,
): Promise<void> {
  const from = performance.now();
  await work();
  report({ name, n, value: performance.now() - from, unit: 'ms' });
}

/** After collections with a turn between them: what only weak maps hold goes in the second one. */
async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}
