import { describe, expect, test } from 'vitest';
import { seededRng } from './seeded-rng.ts';

const draw = (seed: string | number, n = 4): number[] => {
  const rng = seededRng(seed);
  return Array.from({ length: n }, () => rng.uint32());
};

describe('seeded random numbers', () => {
  test('BASE-40 a seed gives the same stream on every machine and in every version', () => {
    expect(draw('tabernetes')).toEqual([3267979688, 4105570905, 1001723419, 1160991802]);
    expect(draw(7)).toEqual(draw('7'));
    expect(draw('a')).not.toEqual(draw('b'));
    expect(seededRng('tabernetes').uuid()).toBe('c2c969a8-f4b6-4a59-bbb5-161b4533543a');
  });

  test('BASE-41 a fork depends on seed and label alone', () => {
    const fresh = seededRng('seed').fork('pods');
    const used = seededRng('seed');
    for (let i = 0; i < 10; i++) used.uint32();
    const late = used.fork('pods');
    const stream = Array.from({ length: 8 }, () => fresh.uint32());
    expect(Array.from({ length: 8 }, () => late.uint32())).toEqual(stream);
    const others = [used.fork('nodes'), used.fork('pod'), used.fork('pods').fork('a'), seededRng('seed/4:pods/1:a/')];
    for (const other of others) expect(Array.from({ length: 8 }, () => other.uint32())).not.toEqual(stream);
    expect(used.fork('a').fork('b').uint32()).not.toBe(used.fork('a/1:b').uint32());
  });

  test('BASE-42 int is uniform, also where 2^32 is no multiple of n', () => {
    const rng = seededRng('uniform');
    for (const n of [1, 2, 3, 10, 27, 1000]) {
      const counts = new Array<number>(n).fill(0);
      const draws = 200 * n + 20_000;
      for (let i = 0; i < draws; i++) {
        const value = rng.int(n);
        counts[value] = (counts[value] ?? 0) + 1;
      }
      const expected = draws / n;
      const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      expect(chiSquared).toBeLessThan(n - 1 + 5 * Math.sqrt(2 * n)); // five standard deviations
    }
    const large = 3 * 2 ** 30; // a plain remainder would put two thirds of the draws into the lower half
    let low = 0;
    for (let i = 0; i < 10_000; i++) if (rng.int(large) < large / 2) low++;
    expect(Math.abs(low - 5000)).toBeLessThan(300);
    for (const bad of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) expect(() => rng.int(bad)).toThrow(RangeError);
    expect(rng.int(2 ** 32)).toBeGreaterThanOrEqual(0);
  });

  test('BASE-43 float lies in [0, 1) and fills it', () => {
    const rng = seededRng('float');
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const value = rng.float();
      expect(value >= 0 && value < 1).toBe(true);
      const bucket = Math.floor(value * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });

  test('BASE-44 uuids have the layout of version 4 and do not repeat', () => {
    const rng = seededRng('uuid');
    const seen = new Set<string>();
    for (let i = 0; i < 10_000; i++) {
      const uuid = rng.uuid();
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      seen.add(uuid);
    }
    expect(seen.size).toBe(10_000);
  });

  test('BASE-45 text draws from its alphabet', () => {
    const rng = seededRng('text');
    expect(rng.text(1000, 'bcdf')).toMatch(/^[bcdf]{1000}$/);
    expect(rng.text(0, 'x')).toBe('');
    const letters = Array.from({ length: 27 }, (_, i) => String.fromCharCode(200 + i));
    const other = seededRng('long');
    const drawn = Array.from({ length: 2_500 }, () => letters[other.int(27)]);
    expect(seededRng('long').text(2_500, letters.join(''))).toBe(drawn.join(''));
    expect(() => rng.text(1, '')).toThrow(RangeError);
  });
});
