import { goQuote } from '@tabernetes/apimachinery';
import { isList, isMap, itemsOf, keysOf, valueAt } from '../json-values.ts';
import { durationText, timestampText } from '../time.ts';
import { CelError, type CelValue, Duration, Opaque, Timestamp, TypeValue, typeNameOf, Uint } from '../values.ts';
import { doubleText } from './conversions.ts';

/**
 * `'%s is %d'.format([…])`. Numbers are written without separators, whatever the locale.
 * @see https://github.com/google/cel-go/blob/v0.22.0/ext/formatting.go
 */
export function formatted(template: string, args: readonly CelValue[]): string {
  let out = '';
  let next = 0;
  for (let at = 0; at < template.length; at++) {
    if (template[at] !== '%') {
      out += template[at];
      continue;
    }
    const match = /^%(%|(?:\.(\d+))?([a-zA-Z]))/.exec(template.slice(at));
    if (match === null) {
      if (at + 1 >= template.length) throw new CelError('unexpected end of string');
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${template[at + 1]}"`);
    }
    at += match[0].length - 1;
    if (match[1] === '%') {
      out += '%';
      continue;
    }
    const argument = args[next];
    if (argument === undefined) throw new CelError(`index ${next} out of range`);
    next += 1;
    const precision = match[2] === undefined ? 6 : Number(match[2]);
    if (precision > MAX_PRECISION) throw new CelError(`precision ${precision} is beyond ${MAX_PRECISION}`);
    out = bounded(out + clause(match[3] ?? '', precision, argument));
  }
  return out;
}

/** More than an expression could pay to look at. What a call makes is paid for when it is made, which may be too late. */
const MAX_TEXT_LENGTH = 16_000_000;

/** @throws {CelError} */
export function bounded(text: string): string {
  if (text.length > MAX_TEXT_LENGTH)
    throw new CelError(`a text of ${text.length} characters is longer than ${MAX_TEXT_LENGTH}`);
  return text;
}

/** What JavaScript can write. */
const MAX_PRECISION = 100;

function clause(verb: string, precision: number, value: CelValue): string {
  switch (verb) {
    case 's':
      return text(value);
    case 'd':
      if (typeof value === 'bigint') return value.toString();
      if (value instanceof Uint) return value.value.toString();
      throw wrong('decimal clause can only be used on integers', value);
    case 'f':
      return special(value) ?? real(value, 'fixed-point clause').toFixed(precision);
    case 'e':
      return special(value) ?? exponent(real(value, 'scientific clause').toExponential(precision));
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      return whole(value, 'only integers and bools can be formatted as binary').toString(2);
    case 'o':
      return whole(value, 'octal clause can only be used on integers').toString(8);
    case 'x':
    case 'X': {
      const hex = hexText(value);
      return verb === 'x' ? hex : hex.toUpperCase();
    }
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

function text(value: CelValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return special(value) ?? doubleText(value);
  if (value === null) return 'null';
  if (value instanceof Uint) return value.value.toString();
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof TypeValue) return value.name;
  if (isList(value)) return `[${itemsOf(value).map(inside).join(', ')}]`;
  if (isMap(value)) {
    const entries = keysOf(value).map((key) => [inside(key), inside(valueAt(value, key) ?? null)] as const);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => `${key}: ${each}`)
      .join(', ')}}`;
  }
  if (value instanceof Opaque)
    throw wrong(
      'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
      value,
    );
  throw wrong('no formatting function', value);
}

const inside = (value: CelValue): string => (typeof value === 'string' ? goQuote(value) : text(value));

function special(value: CelValue): string | undefined {
  if (typeof value !== 'number' || Number.isFinite(value)) return undefined;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
}

function real(value: CelValue, what: string): number {
  if (typeof value === 'number') return value;
  throw wrong(`${what} can only be used on doubles`, value);
}

function whole(value: CelValue, what: string): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return value.value;
  throw wrong(what, value);
}

/** Go writes at least two digits. */
const exponent = (shown: string): string => shown.replace(/e([+-])(\d)$/, 'e$10$2');

function hexText(value: CelValue): string {
  if (typeof value === 'string') return bytesText(new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return bytesText(value);
  return whole(value, 'only integers, byte buffers, and strings can be formatted as hex').toString(16);
}

const bytesText = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const wrong = (what: string, value: CelValue): CelError =>
  new CelError(`error during formatting: ${what}, was given ${typeNameOf(value)}`);
