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

test('KUB-22 the runtime is looked at 140 ms after the first Pod, and then every second', async () => {
  const clock = virtualClock({ startMs: 5_460 });
  const relist = createRelist(clock, 1_000);
  const seenMs: number[] = [];
  relist.changed('a', () => seenMs.push(clock.now()));
  await clock.advance(300);
  relist.changed('a', () => seenMs.push(clock.now()));
  await clock.advance(2_000);
  expect(seenMs).toEqual([5_600, 6_600]);
});
