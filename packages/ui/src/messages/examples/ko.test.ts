import { expect, test } from 'vitest';
import { matchingExamples } from '../../examples/example.ts';
import { LIBRARY, toldIn } from '../../examples/library.ts';
import { ko } from './ko.ts';

test('UI-13 every example is told in Korean, and no other', () => {
  expect(Object.keys(ko.told).sort()).toEqual(LIBRARY.map(({ name }) => name).sort());
});

test('UI-13 an example that is told in Korean is found by its words in both languages', () => {
  const told = toldIn(ko);
  for (const words of ['사이드카', 'sidecar neither'])
    expect(matchingExamples(told, words).map(({ name, title }) => [name, title])).toEqual([
      ['sidecar.yaml', '사이드카'],
    ]);
});
