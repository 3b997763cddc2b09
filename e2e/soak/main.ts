import { soak } from './soak.ts';

/** `npm run soak -- [DAYS] [PODS]`: ten virtual days by default, with the heap after each. */
export async function main(args: readonly string[]): Promise<number> {
  const [days = 10, pods = 2_000] = args.map(Number);
  const started = performance.now();
  const heaps: number[] = [];
  const { problems, checks, writes, errors } = await soak({
    hours: days * 24,
    pods,
    nodes: Math.max(3, Math.ceil(pods / 60)),
    seed: 1,
    async onHour(hour) {
      if (hour % 24 !== 0) return;
      (globalThis as { gc?: () => void }).gc?.();
      heaps.push(process.memoryUsage().heapUsed);
      const seconds = ((performance.now() - started) / 1_000).toFixed(0);
      console.log(`day ${hour / 24}: heap ${((heaps.at(-1) ?? 0) / 2 ** 20).toFixed(0)} MiB after ${seconds} s`);
    },
  });
  for (const problem of problems) console.log(problem);
  for (const error of errors) console.log(error);
  const growth = (heaps.at(-1) ?? 0) / (heaps[0] ?? 1);
  console.log(
    `${writes.toLocaleString('en-US')} writes, ${checks.toLocaleString('en-US')} checks, ${problems.length} problems, ` +
      `${errors.length} errors, heap x${growth.toFixed(2)} from the first day to the last`,
  );
  return problems.length + errors.length === 0 ? 0 : 1;
}
