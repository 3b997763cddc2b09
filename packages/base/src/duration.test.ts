import { describe, expect, test } from 'vitest';
import { DurationError, formatDuration, formatNanoseconds, parseDuration, parseNanoseconds } from './duration.ts';

describe('durations', () => {
  const parsed: readonly [string, number][] = [
    ['0', 0],
    ['+0', 0],
    ['-0', 0],
    ['5s', 5000],
    ['1478s', 1_478_000],
    ['+5s', 5000],
    ['-5s', -5000],
    ['5.0s', 5000],
    ['5.6s', 5600],
    ['5.s', 5000],
    ['.5s', 500],
    ['-.5s', -500],
    ['1.004s', 1004],
    ['100.00100s', 100_001],
    ['10ns', 0.00001],
    ['11us', 0.011],
    ['12µs', 0.012],
    ['12μs', 0.012],
    ['13ms', 13],
    ['14s', 14_000],
    ['15m', 900_000],
    ['16h', 57_600_000],
    ['3h30m', 12_600_000],
    ['10.5s4m', 250_500],
    ['-2m3.4s', -123_400],
    ['1h2m3s4ms5us6ns', 3_723_004.005006],
    ['39h9m14.425s', 140_954_425],
    ['0.3333333333333333333h', 1_200_000],
  ];
  test('BASE-50 parses what Go parses', () => {
    for (const [text, ms] of parsed) expect([text, parseDuration(text)]).toEqual([text, ms]);
    expect(parseNanoseconds('52763797000ns')).toBe(52_763_797_000n);
    expect(parseNanoseconds('9223372036854775.807us')).toBe(2n ** 63n - 1n);
    expect(parseNanoseconds('0.100000000000000000000h')).toBe(360_000_000_000n);
    expect(parseNanoseconds('0.830103483285477580700h')).toBe(2_988_372_539_827n);
    expect(parseNanoseconds('9223372036854775807ns')).toBe(2n ** 63n - 1n);
    expect(parseNanoseconds('-9223372036854775808ns')).toBe(-(2n ** 63n));
  });

  const refused: readonly [string, string][] = [
    ['', 'time: invalid duration ""'],
    ['3', 'time: missing unit in duration "3"'],
    ['-', 'time: invalid duration "-"'],
    ['s', 'time: invalid duration "s"'],
    ['.', 'time: invalid duration "."'],
    ['-.', 'time: invalid duration "-."'],
    ['.s', 'time: invalid duration ".s"'],
    ['+.s', 'time: invalid duration "+.s"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['3000000h', 'time: invalid duration "3000000h"'],
    ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
    ['-9223372036854775809ns', 'time: invalid duration "-9223372036854775809ns"'],
    ['\x85\x85', 'time: invalid duration "\\xc2\\x85\\xc2\\x85"'],
    ['hello "1m"', 'time: invalid duration "hello \\"1m\\""'],
    ['1 h', 'time: unknown unit " h" in duration "1 h"'],
  ];
  test('BASE-51 refuses with the words of Go', () => {
    for (const [text, message] of refused) expect(() => parseDuration(text)).toThrow(new DurationError(message));
  });

  const formatted: readonly [bigint, string][] = [
    [0n, '0s'],
    [1n, '1ns'],
    [1100n, '1.1µs'],
    [2_200_000n, '2.2ms'],
    [3_300_000_000n, '3.3s'],
    [245_000_000_000n, '4m5s'],
    [245_001_000_000n, '4m5.001s'],
    [18_367_001_000_000n, '5h6m7.001s'],
    [480_000_000_001n, '8m0.000000001s'],
    [3_600_000_000_000n, '1h0m0s'],
    [2n ** 63n - 1n, '2562047h47m16.854775807s'],
    [-(2n ** 63n), '-2562047h47m16.854775808s'],
  ];
  test('BASE-52 formats as Go does, and reads back', () => {
    for (const [ns, text] of formatted) {
      expect(formatNanoseconds(ns)).toBe(text);
      expect(parseNanoseconds(text)).toBe(ns);
    }
    expect(formatDuration(90_061_001.5)).toBe('25h1m1.0015s');
    expect(formatDuration(-250)).toBe('-250ms');
    expect(formatDuration(0.0015)).toBe('1.5µs');
  });
});
