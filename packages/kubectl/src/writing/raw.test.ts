import { expect, test } from 'vitest';
import { rawTarget } from './raw.ts';

test('KCT-3 --raw takes a path, or an address of which only path and query count', () => {
  expect(rawTarget('/a/../b?x=1&x=2&y')).toEqual({ path: '/a/../b', query: { x: '1\x002', y: '' } });
  expect(rawTarget('https://example.com/healthz')).toEqual({ path: '/healthz', query: {} });
  for (const text of ['foo:bar', '//api']) expect(rawTarget(text)).toEqual({ path: '/', query: {} });
  expect(() => rawTarget('version')).toThrow(
    '--raw must be a valid URL path: parse "version": invalid URI for request',
  );
});
