// What nobody should send, by the hundred thousand, with fixed seeds:
//   npm run fuzz -- requests [COUNT [SEED]]        hostile requests at the fetch face
//   npm run fuzz -- kinds [COUNT [SEED [NAME…]]]   objects of every kind that are changed at random
//   npm run fuzz                                   both
import { fileURLToPath } from 'node:url';
import { importTs } from './run-ts.mjs';

/** What caches of pure data may have grown by. */
const MAX_GROWTH_MB = 16;

const [what = 'all', ...rest] = process.argv.slice(2);
const [count, seed] = rest.slice(0, 2).map(Number);
const results = [];
if (what !== 'kinds') results.push(await requests(count, seed));
if (what !== 'requests') results.push(await kinds(count, seed, rest.slice(2)));
process.exit(results.every(Boolean) ? 0 : 1);

/** Whether all went well. */
async function requests(count = 100_000, seed = 1) {
  // What is made once (tables, compiled code) is there before it is weighed.
  const { fuzz } = await importTs(fileURLToPath(new URL('../fuzz/run.ts', import.meta.url)));
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
  return broken.length + slow.length + leaks.length === 0 && (!weighed || growthMb <= MAX_GROWTH_MB);
}

/** Whether all went well. */
async function kinds(count = 10_000, seed = 1, names = []) {
  const { kindExamples, mutatedKinds, rngOf } = await importTs(
    fileURLToPath(new URL('../fuzz/mutated-kinds.ts', import.meta.url)),
  );
  const total = { faults: 0, created: 0, updated: 0, sent: 0 };
  for (const example of await kindExamples()) {
    if (names.length > 0 && !names.includes(example.name)) continue;
    // A cluster of its own: what is found in one kind is found again without the others.
    const world = await mutatedKinds();
    const startedMs = performance.now();
    const { faults, created, updated, sent } = await world.run(example, { count, rng: rngOf(seed, example) });
    await world.stop();
    for (const fault of faults.slice(0, 5)) console.log(fault.slice(0, 4000));
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(
      `${example.name}: ${sent} sent, ${created} created, ${updated} updated, ${faults.length} faults, ${seconds} s`,
    );
    total.faults += faults.length;
    total.created += created;
    total.updated += updated;
    total.sent += sent;
  }
  console.log(
    `${total.sent} changed objects (seed ${seed}): ${total.created} created, ${total.updated} updated, ${total.faults} faults`,
  );
  return total.faults === 0;
}

/** Megabytes that are in use once all that can go is gone. */
async function usedMb() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}
