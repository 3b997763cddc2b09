import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindExamples, type MutatedKinds, mutatedKinds, rngOf } from './fuzz/mutated-kinds.ts';

/*
 * Whatever is posted, the server neither breaks nor stores what it would not take back: objects that were made by changing
 * the least that each kind asks for. `npm run fuzz -- kinds` sends 10,000 for each example; this sends a few.
 */
const TIMES = Number(process.env['TABERNETES_MUTATIONS'] ?? 100);
const SEED = Number(process.env['TABERNETES_MUTATIONS_SEED'] ?? 1);

let kinds: MutatedKinds;
beforeAll(async () => {
  kinds = await mutatedKinds();
});
afterAll(() => kinds.stop());

describe(`objects changed at random, seed ${SEED}`, async () => {
  for (const example of await kindExamples()) {
    test(example.name, { timeout: 60_000 + TIMES * 100 }, async () => {
      const { faults, created, updated } = await kinds.run(example, {
        count: TIMES,
        rng: rngOf(SEED, example),
      });
      expect(faults.slice(0, 3)).toEqual([]);
      if (example.kind.virtual === undefined) expect(created + updated).toBeGreaterThan(0);
    });
  }
});
