import { expect, test } from 'vitest';
import { parseLiteral } from './literal.ts';

test('IMB-3 a literal is read as people write it in a shell, and nothing that must be worked out', () => {
  expect(parseLiteral(`{_id: "quiz", members: [{ _id: 0, host: 'a:1', }], ok: true, n: -1.5,}`)?.value).toEqual({
    _id: 'quiz',
    members: [{ _id: 0, host: 'a:1' }],
    ok: true,
    n: -1.5,
  });
  expect(parseLiteral('"a" + b')).toEqual({ value: 'a', end: 3 });
  expect(parseLiteral('[1, Math.random()]')).toBeUndefined();
});
