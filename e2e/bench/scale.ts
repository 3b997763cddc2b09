import { createCluster } from '@tabernetes/cluster';
import type { BenchRow } from './main.ts';
import { fill, measured } from './running.ts';

const NODES = 100;

/** Many Pods whose containers run, and the memory that they take: of a process that has held no other cluster. */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  const cluster = await createCluster({ nodes: NODES, kubelet: 'simulated', clock: 'virtual' });
  for (const n of [2_500, 5_000, 10_000])
    await measured(report, `${NODES} nodes: the last of N Pods Running`, n, () =>
      fill(cluster, n === 2_500 ? 0 : n / 2, n),
    );
  report({ name: 'heap with so many Pods', n: 10_000, value: (await heapBytes()) / 1e6, unit: 'MB' });
  report({ name: 'resident set with so many Pods', n: 10_000, value: process.memoryUsage().rss / 1e6, unit: 'MB' });
  await cluster.stop();
}

async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}
