import { expect, test } from 'vitest';
import { fetchedOnce } from './fetched-once.ts';
import { virtualClock } from './virtual-clock.ts';

test('BASE-90 what is fetched is waited for once, with time standing still, and is at hand from then on', async () => {
  const clock = virtualClock({ startMs: 0 });
  let arrive: (value: { n: number }) => void = () => undefined;
  let fetches = 0;
  const needed = fetchedOnce(clock, () => {
    fetches++;
    return new Promise<{ n: number }>((resolve) => {
      arrive = resolve;
    });
  });
  const log: string[] = [];
  const use = async (who: string): Promise<void> => void log.push(`${who} ${(await needed()).n}@${clock.now()}`);
  clock.setTimer(10, () => void use('first'));
  clock.setTimer(10, () => void use('second'));
  clock.setTimer(20, () => void log.push('later'));
  const advanced = clock.advance(30);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(log).toEqual([]);
  arrive({ n: 7 });
  await advanced;
  expect(log).toEqual(['first 7@10', 'second 7@10', 'later']);
  expect([needed(), fetches]).toEqual([{ n: 7 }, 1]);
});

test('BASE-91 a fetch that failed is tried again', async () => {
  const clock = virtualClock({ startMs: 0 });
  const answers = [Promise.reject(new Error('no network')), Promise.resolve({ n: 1 })];
  const needed = fetchedOnce(clock, () => answers.shift() ?? Promise.reject(new Error('asked too often')));
  await expect(needed()).rejects.toThrow('no network');
  expect(await needed()).toEqual({ n: 1 });
  expect(needed()).toEqual({ n: 1 });
});
