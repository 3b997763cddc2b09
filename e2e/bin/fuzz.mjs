// Hostile requests by the hundred thousand: node --expose-gc e2e/bin/fuzz.mjs [COUNT [SEED]]
import { fileURLToPath } from 'node:url';
import { importTs } from './run-ts.mjs';

/** What caches of pure data may have grown by. */
const MAX_GROWTH_MB = 16;

const [count = 100_000, seed = 1] = process.argv.slice(2).map(Number);
const { fuzz } = await importTs(fileURLToPath(new URL('../fuzz/run.ts', import.meta.url)));

/** Megabytes that are in use once all that can go is gone. */
async function usedMb() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}

// What is made once (tables, compiled code) is there before it is weighed.
await fuzz({ count: Math.min(count, 5000), seed: seed + 1, maxMs: 1000 });
const beforeMb = await usedMb();
const startedMs = performance.now();
const { broken, slow, leaks, statuses, slowestMs } = await fuzz({ count, seed, maxMs: 1000 });
const seconds = (performance.now() - startedMs) / 1000;
const growthMb = (await usedMb()) - beforeMb;

for (const [what, list] of Object.entries({ broken, slow, leaks })) {
  for (const line of list.slice(0, 20)) console.log(`${what}: ${line}`);
}
const answered = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
console.log(`${count} requests (seed ${seed}) in ${seconds.toFixed(1)} s, slowest ${slowestMs.toFixed(0)} ms`);
console.log(`answers: ${answered.join(', ')}`);
console.log(
  `broken ${broken.length}, slow ${slow.length}, leaks ${leaks.length}, memory ${growthMb >= 0 ? '+' : ''}${growthMb.toFixed(1)} MB`,
);
const weighed = globalThis.gc !== undefined;
if (!weighed) console.log('memory is not weighed without --expose-gc');
process.exit(broken.length + slow.length + leaks.length > 0 || (weighed && growthMb > MAX_GROWTH_MB) ? 1 : 0);
