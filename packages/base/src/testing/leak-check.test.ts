import { describe, expect, test } from 'vitest';
import { onDispose } from '../disposable-store.ts';
import { virtualClock } from '../virtual-clock.ts';
import { leakCheck, leakRegister } from './leak-check.ts';

describe('leak check', () => {
  const leaks = leakCheck(); // and so this suite itself fails on leaks

  test('BASE-80 names what was not disposed by the place that made it', () => {
    const register = leakRegister();
    const kept = register.track(onDispose(() => undefined));
    const clock = register.clock(virtualClock({ startMs: 0 }));
    const timer = clock.setTimer(10, () => undefined);
    expect(register.leaks()).toHaveLength(2);
    expect(register.leaks()[0]).toContain('leak-check.test');
    expect(register.leaks()[1]).toContain('leak-check.test');
    kept.dispose();
    timer.dispose();
    expect(register.take()).toEqual([]);
  });

  test('BASE-81 timers that fire are no leaks, and the clock is the same clock', async () => {
    const inner = virtualClock({ startMs: 0 });
    const clock = leaks.clock(inner);
    let fired = 0;
    clock.setTimer(10, () => fired++);
    await clock.advance(10);
    expect([fired, clock.now(), inner.now(), clock.paused]).toEqual([1, 10, 10, false]);
  });
});
