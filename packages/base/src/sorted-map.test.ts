import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prefixEnd, SortedMap } from './sorted-map.ts';

const SEED = 20250101;

describe('sorted map', () => {
  test(`BASE-70 agrees with a sorted array (seed ${SEED})`, () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\uffff'), maxLength: 4 });
    const edit = fc.record({ key, remove: fc.boolean() });
    const model = fc.property(
      fc.array(edit, { maxLength: 200 }),
      key,
      fc.option(key, { nil: undefined }),
      (edits, from, to) => {
        const map = new SortedMap<string, number>();
        const naive = new Map<string, number>();
        edits.forEach((op, i) => {
          if (op.remove) expect(map.delete(op.key)).toBe(naive.delete(op.key));
          else {
            expect(map.set(op.key, i)).toBe(!naive.has(op.key));
            naive.set(op.key, i);
          }
        });
        const sorted = [...naive].sort(([a], [b]) => (a < b ? -1 : 1));
        const within = sorted.filter(([k]) => k >= from && (to === undefined || k < to));
        const seen: [string, number][] = [];
        map.scan(from, to, (value, k) => seen.push([k, value]));
        expect(seen).toEqual(within);
        expect(map.count(from, to)).toBe(within.length);
        expect(map.size).toBe(sorted.length);
        expect(map.get(from)).toBe(naive.get(from));
        expect(map.has(from)).toBe(naive.has(from));
        expect(map.floor(from)).toEqual(sorted.filter(([k]) => k <= from).at(-1));
      },
    );
    fc.assert(model, { seed: SEED, numRuns: 300 });
  });

  test('BASE-71 a scan stops when told', () => {
    const map = new SortedMap<number, string>();
    for (let i = 0; i < 100; i++) map.set(i, `${i}`);
    const seen: number[] = [];
    map.scan(10, undefined, (_, key) => {
      seen.push(key);
      return key < 12;
    });
    expect(seen).toEqual([10, 11, 12]);
    map.clear();
    expect([map.size, map.count(0, undefined)]).toEqual([0, 0]);
  });

  test('BASE-72 prefixEnd is the least text above all with the prefix', () => {
    const cases = ['/a/', 'a\uffff', '\uffff', ''].map(prefixEnd);
    expect(cases).toEqual(['/a0', 'b', undefined, undefined]);
  });
});
