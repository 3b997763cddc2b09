import { describe, expect, it } from 'vitest';
import { canonicalBase64 } from './base64.ts';
import { canonicalTime, RFC3339, RFC3339_MICRO } from './go-time.ts';

describe('canonicalTime', () => {
  it('TIM-1 prints in UTC with seconds, or with microseconds', () => {
    expect(canonicalTime('2024-02-29T23:59:59Z', RFC3339)).toBe('2024-02-29T23:59:59Z');
    expect(canonicalTime('2024-01-01T00:30:00.987+01:30', RFC3339)).toBe('2023-12-31T23:00:00Z');
    expect(canonicalTime('2024-01-01T1:02:03Z', RFC3339)).toBe('2024-01-01T01:02:03Z');
    expect(canonicalTime('2024-01-31T01:02:03.000456-02:00', RFC3339_MICRO)).toBe('2024-01-31T03:02:03.000456Z');
    expect(canonicalTime('0001-01-01T00:00:00Z', RFC3339)).toBeNull();
    expect(canonicalTime('0099-01-01T00:00:00Z', RFC3339)).toBe('0099-01-01T00:00:00Z');
  });

  it('TIM-2 refuses with the texts of Go', () => {
    const refused: readonly (readonly [string, string])[] = [
      ['', 'as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"'],
      ['x', 'as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
      ['2024-1-01T00:00:00Z', 'as "2006-01-02T15:04:05Z07:00": cannot parse "1-01T00:00:00Z" as "01"'],
      ['2024-01-01 00:00:00Z', 'as "2006-01-02T15:04:05Z07:00": cannot parse " 00:00:00Z" as "T"'],
      ['2024-01-01T00:00:00', 'as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"'],
      ['2024-13-01T00:00:00Z', ': month out of range'],
      ['2023-02-29T00:00:00Z', ': day out of range'],
      ['2024-01-01T24:00:00Z', ': hour out of range'],
      ['2024-01-01T00:60:00Z', ': minute out of range'],
      ['2024-01-01T00:00:00Zx', ': extra text: "x"'],
      ['2024-01-01T00:00:00+25:00', ': time zone offset hour out of range'],
      ['é', 'as "2006-01-02T15:04:05Z07:00": cannot parse "\\xc3\\xa9" as "2006"'],
    ];
    for (const [text, rest] of refused) {
      const quoted = text === 'é' ? '"\\xc3\\xa9"' : JSON.stringify(text);
      const message = `parsing time ${quoted}${rest.startsWith(':') ? '' : ' '}${rest}`;
      expect(() => canonicalTime(text, RFC3339), text).toThrow(message);
    }
    expect(() => canonicalTime('2024-01-01T00:00:00Z', RFC3339_MICRO)).toThrow(
      'parsing time "2024-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    );
  });
});

describe('canonicalBase64', () => {
  it('TIM-3 drops line breaks and unused bits, and names the place of what is wrong', () => {
    expect(canonicalBase64('YWJj')).toBe('YWJj');
    expect(canonicalBase64('YW\r\nJj\n')).toBe('YWJj');
    expect(canonicalBase64('YR==')).toBe('YQ==');
    expect(canonicalBase64('')).toBe('');
    const wrong: readonly (readonly [string, number])[] = [
      ['abc', 0],
      ['abcde', 4],
      ['ab!d', 2],
      ['=abc', 0],
      ['ab=c', 2],
      ['ab==cd', 4],
      ['abc=\nx', 5],
      ['ab=', 3],
      ['UPPER', 4],
    ];
    for (const [text, at] of wrong) {
      expect(() => canonicalBase64(text), text).toThrow(`illegal base64 data at input byte ${at}`);
    }
  });
});
