import { expect, test } from 'vitest';
import { deepFreeze } from './deep-freeze.ts';

test('BASE-60 freezes data all the way down and returns it', () => {
  const value = { a: [{ b: 1 }], c: { d: null, e: 'x' }, bytes: new Uint8Array([1]) };
  expect(deepFreeze(value)).toBe(value);
  for (const part of [value, value.a, value.a[0], value.c]) expect(Object.isFrozen(part)).toBe(true);
  expect(() => value.a.push({ b: 2 })).toThrow(TypeError);
  expect(deepFreeze(3)).toBe(3);
});

test('BASE-61 stops at what is frozen, so that shared parts cost nothing', () => {
  const inner = { n: 1 };
  const shared = Object.freeze({ inner });
  deepFreeze({ shared });
  expect(Object.isFrozen(inner)).toBe(false);
});
