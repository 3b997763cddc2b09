import { expect, test } from 'vitest';
import { changedLines } from './line-diff.ts';

const CASES = [
  { name: 'INS-1 nothing changes', before: 'a b c', after: 'a b c', changed: [] },
  { name: 'INS-1 a line in the middle', before: 'a b c', after: 'a x c', changed: [1] },
  { name: 'INS-1 lines that come and go', before: 'a b c d', after: 'x a c y d', changed: [0, 3] },
  { name: 'INS-1 equal lines at the ends are not counted twice', before: 'a a', after: 'a a a', changed: [2] },
  { name: 'INS-1 all of a new text', before: '', after: 'a b', changed: [0, 1] },
];
for (const { name, before, after, changed } of CASES) {
  const lines = (text: string): readonly string[] => (text === '' ? [] : text.split(' '));
  test(name, () => expect([...changedLines(lines(before), lines(after))]).toEqual(changed));
}
