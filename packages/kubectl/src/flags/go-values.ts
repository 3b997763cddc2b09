import { goQuote } from '@tabernetes/apimachinery';

/**
 * Texts to values as Go's strconv and time read them, with Go's words when they cannot.
 *
 * @see https://pkg.go.dev/strconv
 */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** @throws {ValueError} */
export function parseBool(text: string): boolean {
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new ValueError(`strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`);
}

/**
 * A whole number of at most `bits` bits, as Go's literals write it: decimal, or with 0x, 0o, 0b, 0 in front, digits set apart with `_`;
 * with the base 10, digits alone.
 *
 * @throws {ValueError}
 */
export function parseInteger(text: string, bits = 64, base: 0 | 10 = 0): bigint {
  const fail = (why: string): ValueError => new ValueError(`strconv.ParseInt: parsing ${goQuote(text)}: ${why}`);
  const match = (base === 10 ? DECIMAL : LITERAL).exec(text);
  if (match === null) throw fail('invalid syntax');
  const [, sign, literal = '0'] = match;
  const digits = literal.replaceAll('_', '');
  const magnitude = BigInt(base === 0 && /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = sign === '-' ? -magnitude : magnitude;
  const limit = 1n << BigInt(bits - 1);
  if (value >= limit || value < -limit) throw fail('value out of range');
  return value;
}

const DECIMAL = /^([+-]?)(\d+)$/;
const LITERAL = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Nanoseconds of a duration have 64 bits: 292 years. */
const MAX_DURATION_MS = 2 ** 63 / 1e6;

/** A duration such as `1h30m` or `0` in milliseconds. @throws {ValueError} @see https://pkg.go.dev/time#ParseDuration */
export function parseDurationMs(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0;
  if (rest === '') throw new ValueError(`time: invalid duration ${goQuote(text)}`);
  let total = 0;
  while (rest !== '') {
    const [, number = ''] = /^([0-9]*\.?[0-9]*)/.exec(rest) ?? [];
    if (number === '' || number === '.') throw new ValueError(`time: invalid duration ${goQuote(text)}`);
    rest = rest.slice(number.length);
    const [, unit = ''] = /^([^0-9.]*)/.exec(rest) ?? [];
    if (unit === '') throw new ValueError(`time: missing unit in duration ${goQuote(text)}`);
    const factor = UNIT_MS[unit];
    if (factor === undefined) throw new ValueError(`time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`);
    total += Number(number) * factor;
    rest = rest.slice(unit.length);
  }
  if (total >= MAX_DURATION_MS) throw new ValueError(`time: invalid duration ${goQuote(text)}`);
  return sign * total;
}

/** A duration as Go prints it: `1m30s`, `1h0m0s`, `1.5s`, `500ms`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const abs = Math.abs(ms);
  if (abs < 1) return abs * 1e3 >= 1 ? `${sign}${trim(abs * 1e3)}µs` : `${sign}${trim(abs * 1e6)}ns`;
  if (abs < 1_000) return `${sign}${trim(abs)}ms`;
  const hours = Math.floor(abs / 3_600_000);
  const minutes = Math.floor(abs / 60_000) % 60;
  const seconds = trim((abs % 60_000) / 1_000);
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

const trim = (n: number): string => String(Number(n.toFixed(9)));

/**
 * The first record of comma-separated values, as Go's encoding/csv reads it: empty lines in front do not count, and what
 * comes after its line is left unread.
 *
 * @throws {ValueError}
 */
export function parseCsvRecord(text: string): readonly string[] {
  if (text === '') return [];
  const record = text.replaceAll('\r\n', '\n').replace(/^\n+/, '');
  if (record === '') throw new ValueError('EOF');
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (record[at] === '"') {
      let field = '';
      at++;
      for (;;) {
        const end = record.indexOf('"', at);
        if (end < 0)
          throw new ValueError(
            `parse error on line 1, column ${record.length + 1}: extraneous or missing " in quoted-field`,
          );
        field += record.slice(at, end);
        at = end + 1;
        if (record[at] !== '"') break;
        field += '"';
        at++;
      }
      fields.push(field);
      if (at < record.length && record[at] !== ',' && record[at] !== '\n') {
        throw new ValueError(`parse error on line 1, column ${at}: extraneous or missing " in quoted-field`);
      }
    } else {
      const field = /^[^,\n]*/.exec(record.slice(at))?.[0] ?? '';
      const bare = field.indexOf('"');
      if (bare >= 0) throw new ValueError(`parse error on line 1, column ${at + bare + 1}: bare " in non-quoted-field`);
      fields.push(field);
      at += field.length;
    }
    if (record[at] !== ',') return fields;
    at++;
  }
}
