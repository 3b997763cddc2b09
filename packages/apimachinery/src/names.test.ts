import { seededRng } from '@tabernetes/base';
import { expect, test } from 'vitest';
import { generateName, safeEncode } from './index.ts';

test('NAM-1 draws five letters after at most 58 of the prefix', () => {
  const rng = seededRng(1);
  expect(generateName(rng, 'web-')).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(generateName(rng, 'x'.repeat(100))).toMatch(/^x{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test('NAM-2 encodes hashes without vowels', () => {
  expect(safeEncode('1234567890')).toBe('56789bcdf4');
});
