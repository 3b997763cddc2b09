import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { calmly } from './calmly.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('UI-17 what comes often is told at once, then together, and the last of it always', () => {
  let tell = (): void => undefined;
  let told = 0;
  const stop = calmly(
    () => void told++,
    250,
    (listener) => {
      tell = listener;
      return () => undefined;
    },
  );
  for (let n = 0; n < 10; n++) tell();
  expect(told).toBe(1);
  vi.advanceTimersByTime(250);
  expect(told).toBe(2);
  vi.advanceTimersByTime(10_000);
  expect(told).toBe(2);
  tell();
  tell();
  stop();
  vi.advanceTimersByTime(10_000);
  expect(told).toBe(3);
});
