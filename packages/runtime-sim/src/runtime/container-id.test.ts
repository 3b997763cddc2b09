import { expect, test } from 'vitest';
import { containerId } from './container-id.ts';

test('RUN-8 an identity is 64 hexadecimal digits, eight for each word that is drawn, zeros in front kept', () => {
  const words = [0, 1, 0xffff_ffff, 0x8000_0000, 0x0123_4567, 0x89ab_cdef, 0xf, 0x1000_0000];
  const drawn = [...words];
  expect(containerId({ uint32: () => drawn.shift() ?? 0 })).toBe(
    words.map((word) => word.toString(16).padStart(8, '0')).join(''),
  );
  expect(drawn).toEqual([]);
});
