import { expect, test } from 'vitest';
import { fuzz } from './fuzz/run.ts';

/*
 * Hostile requests at the fetch face. TABERNETES_FUZZ: how many (default 2,000); `node --expose-gc e2e/bin/fuzz.mjs` sends 100,000 and
 * weighs the memory as well.
 */
const COUNT = Number(process.env['TABERNETES_FUZZ'] ?? 2000);
const SEED = Number(process.env['TABERNETES_FUZZ_SEED'] ?? 1);

test(`${COUNT} hostile requests (seed ${SEED}) neither break, nor hang, nor reach another cluster`, {
  timeout: 600_000,
}, async () => {
  const { broken, slow, leaks, statuses } = await fuzz({ count: COUNT, seed: SEED, maxMs: 1000 });
  expect({ broken: broken.slice(0, 3), slow: slow.slice(0, 3), leaks: leaks.slice(0, 3) }).toEqual({
    broken: [],
    slow: [],
    leaks: [],
  });
  // Hostile, and yet well enough made to get far.
  for (const status of [200, 201, 400, 401, 403, 404, 422]) expect(statuses.get(status) ?? 0).toBeGreaterThan(0);
});
