import { virtualClock } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import { SharedWork } from './shared-work.ts';

describe('work on the processors of a machine', () => {
  const cases = [
    { name: 'as many pieces as processors take what they take alone', sizes: [100, 100], ends: [100, 100] },
    { name: 'more take longer together', sizes: [100, 100, 100, 100], ends: [400, 400, 400, 400] },
    { name: 'what is small is through earlier', sizes: [10, 100, 100], ends: [30, 120, 120] },
  ];
  for (const { name, sizes, ends } of cases) {
    test(`RUN-1 ${name}`, async () => {
      const clock = virtualClock({ startMs: 0 });
      const work = new SharedWork(clock, 2);
      const seen = sizes.map((size) => work.do(size).then(() => clock.now()));
      await clock.idle();
      expect(await Promise.all(seen)).toEqual(ends);
    });
  }

  test('RUN-1 what comes later slows down what is there', async () => {
    const clock = virtualClock({ startMs: 0 });
    const work = new SharedWork(clock, 1);
    const first = work.do(100).then(() => clock.now());
    await clock.advance(50);
    const second = work.do(100).then(() => clock.now());
    await clock.idle();
    expect([await first, await second]).toEqual([250, 300]);
  });
});
