import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalQuantity, parseQuantity, quantityFromJson, quantityOf, roundQuantityUp } from './index.ts';

interface Recorded {
  readonly in: string;
  readonly code: number;
  readonly out?: string;
  readonly message?: string;
}

const problem = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
};

const FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NUMERIC = 'unable to parse numeric part of quantity';
const SUFFIX = "unable to parse quantity's suffix";

describe('recorded quantities', () => {
  const lines = readFileSync(new URL('../../../e2e/golden/facts/quantities.jsonl', import.meta.url), 'utf8');
  const recorded = lines
    .trim()
    .split('\n')
    .map((line): Recorded => JSON.parse(line));
  // What was recorded went through a Pod, whose requests are rounded up to milli before they are stored.
  const stored = (text: string): string => canonicalQuantity(roundQuantityUp(text.trim(), -3));

  test('QTY-1 prints every accepted text as the server stored it', () => {
    const accepted = recorded.filter(({ code }) => code === 201);
    expect(accepted.map(({ in: text }) => stored(text))).toEqual(accepted.map(({ out }) => out));
    expect(recorded).toHaveLength(578);
  });

  test('QTY-2 refuses every refused text with the recorded message', () => {
    const refused = recorded.filter(({ code }) => code === 400);
    const texts = refused.map(
      (line) => `Pod in version "v1" cannot be handled as a Pod: ${problem(() => stored(line.in))}`,
    );
    expect(texts).toEqual(refused.map(({ message }) => message));
  });

  test('QTY-3 parses what validation refuses', () => {
    for (const { in: text } of recorded.filter(({ code }) => code === 422)) expect(parseQuantity(text).sign()).toBe(-1);
  });
});

describe('canonical form', () => {
  const cases: readonly (readonly [string, string])[] = [
    // As upstream's own parser answers.
    ['.', '0'],
    ['-', '0'],
    ['+', '0'],
    ['Ki', '0'],
    ['1000E', '1'],
    ['1e1000000000', '10e999999999'],
    ['1e-1000000000', '1e-9'],
    ['1e4294967297', '10'],
    ['123456789.123456789', '123456789.123456789'],
    ['12345678901.123456789', '12345678901123456789n'],
    ['-8Ei', '-9223372036854775807'],
    ['0.5Ki', '512'],
    ['0.0001Ki', '102400u'],
    ['1023.0Ki', '1023Ki'],
    ['1024e3', '1024e3'],
    ['0.001e3', '1'],
  ];
  for (const [text, want] of cases) test(`QTY-1 ${text}`, () => expect(canonicalQuantity(text)).toBe(want));

  const refused: readonly (readonly [string, string])[] = [
    ['Ei', NUMERIC],
    ['-Ei', NUMERIC],
    ['++1', SUFFIX],
    ['e', SUFFIX],
    ['1e', SUFFIX],
    ['1ee5', SUFFIX],
    ['1e99999999999999999999', SUFFIX],
    ['1Ki5', SUFFIX],
    ['1 ', FORMAT],
    ['1é', FORMAT],
    ['\0', FORMAT],
  ];
  for (const [text, want] of refused)
    test(`QTY-2 ${text}`, () => expect(problem(() => parseQuantity(text))).toBe(want));

  test('QTY-2 costs nothing for hostile texts', () => {
    expect(canonicalQuantity(`1000e${'0'.repeat(100_000)}3`) === '1e6').toBe(true);
    expect(problem(() => parseQuantity(`1e${'9'.repeat(1_000_000)}`))).toBe(SUFFIX);
    expect(parseQuantity('1e2000000000').compare(parseQuantity('9'))).toBe(1);
    expect(String(parseQuantity('1e2000000000').add(parseQuantity('1')))).toBe('100e1999999998');
    expect(parseQuantity('1e2000000000').value()).toBe(0);
  });
});

describe('arithmetic', () => {
  const amount = parseQuantity;
  test('QTY-4 rounds away from zero when asked for whole units', () => {
    expect([amount('1100m').value(), amount('-1100m').value(), amount('1n').milliValue()]).toEqual([2, -2, 1]);
    expect([amount('1Gi').value(), amount('250m').milliValue(), amount('2').milliValue()]).toEqual([
      2 ** 30,
      250,
      2000,
    ]);
    expect(amount('9223372036854775807').scaledBig(0)).toBe(9223372036854775807n);
  });
  test('QTY-4 does not fit an int64 as upstream does not', () => {
    expect([amount('1e20').value(), amount('469202605738280k').scaledBig(-3)]).toEqual([0, 8034003895541209600n]);
  });
  test('QTY-5 adds exactly, in the form of the first that is not zero', () => {
    expect(String(amount('1Gi').add(amount('1')))).toBe('1073741825');
    expect(String(amount('512Mi').add(amount('0.5Gi')))).toBe('1Gi');
    expect(String(amount('0').add(amount('1Gi')))).toBe('1Gi');
    expect(String(amount('100m').add(amount('900m')))).toBe('1');
    expect(String(amount('9223372036854775807').add(amount('1')))).toBe('9223372036854775808');
    expect(String(amount('1').sub(amount('1500m')))).toBe('-500m');
    expect(String(amount('300m').multiplied(10))).toBe('3');
  });
  test('QTY-6 compares by amount, whatever the form', () => {
    expect(amount('1000m').compare(amount('1'))).toBe(0);
    expect(amount('1Ki').compare(amount('1k'))).toBe(1);
    expect(amount('-1').compare(amount('1n'))).toBe(-1);
    expect(amount('0').compare(amount('0Gi'))).toBe(0);
    expect(amount('123456789012345678901').compare(amount('123456789012345678901000m'))).toBe(0);
  });
  test('QTY-7 makes amounts from numbers', () => {
    expect([String(quantityOf(2 ** 31, 'BinarySI')), String(quantityOf(0))]).toEqual(['2Gi', '0']);
  });
  test('QTY-8 reads JSON', () => {
    expect([null, ' 1Gi ', 1.5, 3].map(quantityFromJson)).toEqual(['0', '1Gi', '1500m', '3']);
    expect(problem(() => quantityFromJson({}))).toBe(FORMAT);
  });
});
