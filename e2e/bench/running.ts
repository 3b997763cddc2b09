import { monitorEventLoopDelay } from 'node:perf_hooks';
import { kinds } from '@tabernetes/api';
import type { Cluster } from '@tabernetes/cluster';
import type { BenchRow } from './main.ts';
import { deploymentOf } from './objects.ts';

/** Time by the wall, processor time (which other programs on the machine disturb less), and the longest turn of the event loop. */
export async function measured(
  report: (row: BenchRow) => void,
  name: string,
  n: number,
  act: () => Promise<unknown>,
): Promise<void> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const cpu = process.cpuUsage();
  const from = performance.now();
  await act();
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  delays.disable();
  report({ name, n, value: ms, unit: 'ms' });
  report({ name: `${name}, CPU`, n, value: (user + system) / 1000, unit: 'ms' });
  report({ name: `${name}, longest turn`, n, value: delays.max / 1e6, unit: 'ms' });
}

/** Deployments of at most 1,000 until there are `to` Pods that run. */
export async function fill({ client, idle: settled }: Cluster, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 1000)
    await client.resource(kinds.deployment).create(deploymentOf(`web-${at}`, Math.min(1000, to - at)));
  await settled();
  const pods = client.resource(kinds.pod);
  const { items } = await pods.list({ namespace: 'default' });
  const running = items.filter(({ status }) => status?.phase === 'Running').length;
  if (running !== to) throw new Error(`${running} of ${to} Pods run`);
}
