import { expect, test } from 'vitest';
import { soak } from './soak.ts';

test('two hours without peace leave no orphan, no double binding, no lost update', { timeout: 180_000 }, async () => {
  const { problems, errors, checks } = await soak({ hours: 2, pods: 100, nodes: 4, seed: 5 });
  expect(problems).toEqual([]);
  expect(errors).toEqual([]);
  expect(checks).toBeGreaterThan(1_000);
});
