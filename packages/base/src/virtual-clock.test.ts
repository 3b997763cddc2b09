import { describe, expect, test } from 'vitest';
import { nextTurn } from './real/turns.ts';
import { clockContract } from './testing/index.ts';
import { virtualClock } from './virtual-clock.ts';

clockContract('virtual', (startMs) => virtualClock({ startMs }));

describe('virtual clock', () => {
  test('BASE-20 stands still by itself, and lands exactly where it is told', async () => {
    const clock = virtualClock({ startMs: 5000 });
    const fired: number[] = [];
    clock.setTimer(10, () => fired.push(clock.now()));
    clock.setTimer(1000, () => fired.push(clock.now()));
    await nextTurn();
    expect([clock.now(), fired]).toEqual([5000, []]);
    await clock.advance('1s');
    expect([clock.now(), fired]).toEqual([6000, [5010, 6000]]);
    await clock.advance(0);
    expect(clock.now()).toBe(6000);
  });

  test('BASE-20 idle stops at the last foreground timer', async () => {
    const clock = virtualClock({ startMs: 0 });
    clock.setTimer(100, () => undefined);
    clock.setTimer(100, () => undefined, { background: true });
    clock.setTimer(101, () => expect.unreachable(), { background: true });
    await clock.idle();
    expect(clock.now()).toBe(100);
  });

  test('BASE-10 advance fails when timers of one millisecond have no end', async () => {
    const clock = virtualClock({ startMs: 0 });
    let going = true;
    const again = (): void => {
      if (going) clock.setTimer(0, again);
    };
    clock.setTimer(5, again);
    await expect(clock.advance(10, { maxTimers: 1000 })).rejects.toMatchObject({ code: 'tooManyTimers' });
    expect(clock.now()).toBe(5);
    going = false;
    await clock.advance(5);
    expect(clock.now()).toBe(10);
  });

  test('BASE-21 has no pace to set', () => {
    const clock = virtualClock({ startMs: 0 });
    expect(clock.speed).toBe(Number.POSITIVE_INFINITY);
    expect(() => {
      clock.speed = 2;
    }).toThrow(TypeError);
    expect(clock.paused).toBe(false);
    clock.pause();
    expect(clock.paused).toBe(true);
  });

  // Its time is bound by the test's own limit, which any cost that grows with the square is far over.
  test('BASE-22 among 200,000 timers each that was not cancelled fires once', async () => {
    const clock = virtualClock({ startMs: 0 });
    let fired = 0;
    const cancelled = [];
    for (let i = 0; i < 200_000; i++) {
      const timer = clock.setTimer((i * 7919) % 100_003, () => fired++);
      if (i % 2 === 1) cancelled.push(timer);
    }
    for (const timer of cancelled) timer.dispose();
    await clock.advance('1h');
    expect(fired).toBe(100_000);
  });
});
