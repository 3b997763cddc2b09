import { goNumber } from '@tabernetes/apimachinery';
import { declare, type Library } from '../declarations.ts';
import { isList, isMap, lengthOf, sizeOfMap } from '../json-values.ts';
import { durationText, floorDiv, parseGoDuration, parseTimestamp, timestampText } from '../time.ts';
import { CelError, type CelValue, Duration, type Timestamp, TypeValue, typeNameOf, type Uint } from '../values.ts';
import { int, timestamp, uint } from './arithmetic.ts';

const same = (value: CelValue): CelValue => value;
const SECOND = 1_000_000_000n;
const utf8 = new TextEncoder();

/** Characters of texts, bytes, items, keys; 1 of anything else. */
export function sizeOf(value: CelValue): number {
  if (typeof value === 'string') return charactersIn(value);
  if (value instanceof Uint8Array) return value.length;
  if (isList(value)) return lengthOf(value);
  return isMap(value) ? sizeOfMap(value) : 1;
}

function charactersIn(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count -= 1;
  }
  return count;
}

const size = (value: CelValue): CelValue => BigInt(sizeOf(value));

function truncated(value: number): bigint {
  if (!Number.isFinite(value)) throw new CelError('integer overflow');
  const whole = Math.trunc(value);
  if (Math.abs(whole) >= 2 ** 63) throw new CelError('integer overflow');
  return BigInt(whole);
}

/** Longer texts are refused before anything looks at them twice. */
const MAX_NUMBER_LENGTH = 1000;

function fromDigits(text: string, type: string, pattern: RegExp): bigint {
  if (text.length > MAX_NUMBER_LENGTH || !pattern.test(text)) throw conversionError('string', type);
  return BigInt(text.replace(/^\+/, ''));
}

const conversionError = (from: string, to: string): CelError =>
  new CelError(`type conversion error from '${from}' to '${to}'`);

function toDouble(text: string): number {
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (text.length > MAX_NUMBER_LENGTH || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text))
    throw conversionError('string', 'double');
  return Number(text);
}

function toBool(text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw conversionError('string', 'bool');
}

function toText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
  }
}

function duration(text: string): Duration {
  const found = parseGoDuration(text);
  if (found === undefined) throw conversionError('string', 'google.protobuf.Duration');
  return found;
}

function moment(text: string): Timestamp {
  const found = text.length > 10 ? parseTimestamp(text) : undefined;
  if (found === undefined) throw conversionError('string', 'google.protobuf.Timestamp');
  return timestamp(found.ns);
}

export const CONVERSIONS: Library = [
  declare(
    'size',
    ['size_bytes', '(bytes) int', size],
    ['bytes_size', '.(bytes) int', size],
    ['size_list', '(list(A)) int', size],
    ['list_size', '.(list(A)) int', size],
    ['size_map', '(map(A, B)) int', size],
    ['map_size', '.(map(A, B)) int', size],
    ['size_string', '(string) int', size],
    ['string_size', '.(string) int', size],
  ),
  declare('type', ['type', '(A) type(A)', (value) => new TypeValue(typeNameOf(value))]),
  declare('dyn', ['to_dyn', '(A) dyn', same]),
  declare(
    'bool',
    ['bool_to_bool', '(bool) bool', same],
    ['string_to_bool', '(string) bool', (t) => toBool(t as string)],
  ),
  declare(
    'bytes',
    ['bytes_to_bytes', '(bytes) bytes', same],
    ['string_to_bytes', '(string) bytes', (text) => utf8.encode(text as string)],
  ),
  declare(
    'double',
    ['double_to_double', '(double) double', same],
    ['int64_to_double', '(int) double', Number],
    ['string_to_double', '(string) double', (text) => toDouble(text as string)],
    ['uint64_to_double', '(uint) double', (value) => Number((value as Uint).value)],
  ),
  declare(
    'duration',
    ['duration_to_duration', '(duration) duration', same],
    ['int64_to_duration', '(int) duration', (value) => new Duration(value as bigint)],
    ['string_to_duration', '(string) duration', (text) => duration(text as string)],
  ),
  declare(
    'int',
    ['int64_to_int64', '(int) int', same],
    ['double_to_int64', '(double) int', (value) => truncated(value as number)],
    ['duration_to_int64', '(duration) int', (value) => (value as Duration).ns],
    ['string_to_int64', '(string) int', (text) => int(fromDigits(text as string, 'int', /^[+-]?\d+$/))],
    ['timestamp_to_int64', '(timestamp) int', (value) => floorDiv((value as Timestamp).ns, SECOND)],
    ['uint64_to_int64', '(uint) int', (value) => int((value as Uint).value)],
  ),
  declare(
    'string',
    ['string_to_string', '(string) string', same],
    ['bool_to_string', '(bool) string', String],
    ['bytes_to_string', '(bytes) string', (bytes) => toText(bytes as Uint8Array)],
    ['double_to_string', '(double) string', (value) => doubleText(value as number)],
    ['duration_to_string', '(duration) string', (value) => durationText(value as Duration)],
    ['int64_to_string', '(int) string', String],
    ['timestamp_to_string', '(timestamp) string', (value) => timestampText(value as Timestamp)],
    ['uint64_to_string', '(uint) string', (value) => String((value as Uint).value)],
    ['ip_to_string', '(ip) string', String],
    ['cidr_to_string', '(cidr) string', String],
  ),
  declare(
    'timestamp',
    ['timestamp_to_timestamp', '(timestamp) timestamp', same],
    ['int64_to_timestamp', '(int) timestamp', (value) => timestamp((value as bigint) * SECOND)],
    ['string_to_timestamp', '(string) timestamp', (text) => moment(text as string)],
  ),
  declare(
    'uint',
    ['uint64_to_uint64', '(uint) uint', same],
    ['double_to_uint64', '(double) uint', (value) => uint(truncated(value as number))],
    ['int64_to_uint64', '(int) uint', (value) => uint(value as bigint)],
    ['string_to_uint64', '(string) uint', (text) => uint(fromDigits(text as string, 'uint', /^\d+$/))],
  ),
];

/** As Go's `%v` and `FormatFloat(…, 'g', -1)` write it. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return goNumber(value);
}
