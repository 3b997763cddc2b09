import { virtualClock } from '@tabernetes/base';
import { expect, test } from 'vitest';
import { createRelist } from './relist.ts';

test('KUB-22 Pods that are due are taken once in a period', async () => {
  const clock = virtualClock({ startMs: 5_000 });
  const relist = createRelist(clock, 1_000);
  expect([0, 1, 100, 101, 10_000].map(relist.dueAfter)).toEqual([100, 100, 100, 1_100, 10_100]);
  await clock.advance(250);
  expect([0, 850, 851].map(relist.dueAfter)).toEqual([850, 850, 1_850]);
  expect(createRelist(clock, 0).dueAfter(17)).toBe(17);
});
