import { expect, test } from 'vitest';
import { mergeFiles } from './merge-files.ts';

const FILES = [
  { name: 'a', text: '1' },
  { name: 'b', text: '2' },
];
const cases = [
  {
    name: 'what changed stays in its place, what is new comes last',
    put: [
      { name: 'c', text: '3' },
      { name: 'a', text: '4' },
    ],
    removed: [],
    want: 'a4 b2 c3',
  },
  { name: 'what was removed goes', put: [], removed: ['a'], want: 'b2' },
  { name: 'a page without files keeps an empty one', put: [], removed: ['a', 'b'], want: 'a' },
];
for (const { name, put, removed, want } of cases) {
  test(`files of a shell: ${name}`, () => {
    expect(
      mergeFiles(FILES, { put, removed })
        .map((file) => file.name + file.text)
        .join(' '),
    ).toBe(want);
  });
}
