import { expect, test } from 'vitest';
import { elapsedText } from './elapsed.ts';

test('UI-22 how long a cluster has been is told in its two largest units', () => {
  const told = [-5, 0, 999, 1_000, 130_000, 3_600_000, 11_100_000, 86_400_000 * 12 + 11_100_000].map(elapsedText);
  expect(told).toEqual(['+0s', '+0s', '+0s', '+1s', '+2m 10s', '+1h 0m', '+3h 5m', '+12d 3h']);
});
