import { describe, expect, test } from 'vitest';
import {
  countIndexes,
  countShared,
  firstMissing,
  formatIndexes,
  hasIndex,
  mergeIndexes,
  parseIndexes,
  withIndexes,
} from './indexes.ts';

describe('JOB-3 sets of indexes', () => {
  test.each([
    ['', 10, ''],
    ['0', 10, '0'],
    ['0,1', 10, '0,1'],
    ['0-2', 10, '0-2'],
    ['0,1,2', 10, '0-2'],
    ['1,3-5,7', 10, '1,3-5,7'],
    ['1,3-5,7', 5, '1,3,4'],
    ['1,x,4', 10, '1,4'],
    ['8-12,20', 10, '8,9'],
  ])('%s below %i prints as %s', (text, completions, printed) => {
    expect(formatIndexes(parseIndexes(text, completions))).toBe(printed);
  });

  test('they merge, and neighbours become one', () => {
    const merged = mergeIndexes(parseIndexes('0-2,8', 20), parseIndexes('3,5-9,12', 20));
    expect(formatIndexes(merged)).toBe('0-3,5-9,12');
    expect(formatIndexes(withIndexes(merged, [4, 11, 10]))).toBe('0-12');
    expect(countIndexes(merged)).toBe(10);
  });

  test('they know what they hold and what is missing', () => {
    const indexes = parseIndexes('0,2-4,9', 12);
    expect([0, 1, 2, 4, 5, 9, 10].map((index) => hasIndex(indexes, index))).toEqual([
      true,
      false,
      true,
      true,
      false,
      true,
      false,
    ]);
    expect(firstMissing(indexes, 3, 12)).toEqual([1, 5, 6]);
    expect(firstMissing(indexes, 99, 12)).toEqual([1, 5, 6, 7, 8, 10, 11]);
    expect(firstMissing([], 2, 1)).toEqual([0]);
    expect(countShared(indexes, parseIndexes('1-3,9-11', 12))).toBe(3);
  });
});
