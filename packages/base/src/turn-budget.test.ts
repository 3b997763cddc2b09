import { expect, test } from 'vitest';
import { TurnBudget } from './turn-budget.ts';
import { virtualClock } from './virtual-clock.ts';

test('BASE-95 a turn has so many pieces; what is beyond waits for the next, in order', async () => {
  const turns: (() => void)[] = [];
  const budget = new TurnBudget(2, () => new Promise((resolve) => turns.push(resolve)));
  const log: number[] = [];
  const work = async (n: number): Promise<void> => {
    await budget.take();
    log.push(n);
  };
  for (let n = 0; n < 5; n++) void work(n);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  expect(log).toEqual([0, 1]);
  turns.shift()?.();
  void work(5);
  await settle();
  expect(log).toEqual([0, 1, 2, 3]);
  turns.shift()?.();
  await settle();
  expect([log, turns.length]).toEqual([[0, 1, 2, 3, 4, 5], 0]);
  budget.refill();
  expect([budget.take(), budget.take()]).toEqual([undefined, undefined]);
});

test('BASE-96 time stands still while a turn is over that had enough; a timer begins with all of it', async () => {
  const clock = virtualClock({ startMs: 0 });
  const log: string[] = [];
  const work = async (name: string, pieces: number): Promise<void> => {
    for (let i = 0; i < pieces; i++) await clock.breath();
    log.push(`${name}@${clock.now()}`);
  };
  clock.setTimer(5, () => void work('long', 200));
  clock.setTimer(6, () => void work('short', 1));
  await clock.idle();
  expect(log).toEqual(['long@5', 'short@6']);
  clock.dispose();
  expect(clock.breath()).toBe(undefined);
});
