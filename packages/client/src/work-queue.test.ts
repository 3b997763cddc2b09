import { virtualClock } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import { createWorkQueue } from './work-queue.ts';

const START = Date.UTC(2025, 0, 1);

describe('work queue', () => {
  test('CLT-1 is fair and stingy', () => {
    const queue = createWorkQueue(virtualClock({ startMs: START }));
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect([queue.tryGet(), queue.tryGet(), queue.tryGet(), queue.tryGet()]).toEqual(['a', 'b', 'c', undefined]);
  });

  test('CLT-2 holds back a key that is being processed', () => {
    const queue = createWorkQueue(virtualClock({ startMs: START }));
    queue.add('a');
    expect(queue.tryGet()).toBe('a');
    queue.add('a');
    queue.add('a');
    expect(queue.tryGet()).toBeUndefined();
    queue.done('a');
    expect(queue.tryGet()).toBe('a');
    queue.done('a');
    expect(queue.tryGet()).toBeUndefined();
  });

  test('CLT-2 hands a key to who waits for it', async () => {
    const queue = createWorkQueue(virtualClock({ startMs: START }));
    const waiting = queue.get();
    queue.add('a');
    expect(await waiting).toBe('a');
    queue.dispose();
    expect(await queue.get()).toBeUndefined();
  });

  test('CLT-3 keeps the earliest of several delays', async () => {
    const clock = virtualClock({ startMs: START });
    const queue = createWorkQueue(clock);
    queue.addAfter('a', 10_000);
    queue.addAfter('a', 2_000);
    queue.addAfter('a', 5_000);
    await clock.advance(1_999);
    expect(queue.tryGet()).toBeUndefined();
    await clock.advance(1);
    expect(queue.tryGet()).toBe('a');
    queue.done('a');
    await clock.advance('1m');
    expect(queue.tryGet()).toBeUndefined();
  });

  test('CLT-3 doubles the delay of failures until they are forgotten', async () => {
    const clock = virtualClock({ startMs: START });
    const queue = createWorkQueue(clock);
    const delays: number[] = [];
    for (let i = 0; i < 4; i++) {
      const from = clock.now();
      queue.addRateLimited('a');
      while (queue.tryGet() === undefined) await clock.step();
      queue.done('a');
      delays.push(clock.now() - from);
    }
    expect(delays).toEqual([5, 10, 20, 40]);
    queue.forget('a');
    expect(queue.failures('a')).toBe(0);
  });
});
