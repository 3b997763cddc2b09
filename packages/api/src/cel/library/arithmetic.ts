import { declare, type Library } from '../declarations.ts';
import { equals, kindOf } from '../equality.ts';
import { itemsOf, type ListValue, lengthOf } from '../json-values.ts';
import { CelError, CelList, type CelValue, Duration, JsonList, Timestamp, Uint } from '../values.ts';

const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;
/** Years 1 to 9999, in nanoseconds. */
const MIN_TIME = -62_135_596_800n * 1_000_000_000n;
const MAX_TIME = 253_402_300_799_999_999_999n;

/** @throws {CelError} */
export function int(value: bigint): bigint {
  if (value > MAX_INT || value < -MAX_INT - 1n) throw new CelError('integer overflow');
  return value;
}

/** @throws {CelError} */
export function uint(value: bigint): Uint {
  if (value > MAX_UINT || value < 0n) throw new CelError('unsigned integer overflow');
  return new Uint(value);
}

function duration(ns: bigint): Duration {
  if (ns > MAX_INT || ns < -MAX_INT - 1n) throw new CelError('duration overflow');
  return new Duration(ns);
}

/** @throws {CelError} */
export function timestamp(ns: bigint): Timestamp {
  if (ns > MAX_TIME || ns < MIN_TIME) throw new CelError('timestamp overflow');
  return new Timestamp(ns);
}

const big = (operation: (a: bigint, b: bigint) => bigint) => (a: CelValue, b: CelValue) =>
  int(operation(a as bigint, b as bigint));
const unsigned = (operation: (a: bigint, b: bigint) => bigint) => (a: CelValue, b: CelValue) =>
  uint(operation((a as Uint).value, (b as Uint).value));
const real = (operation: (a: number, b: number) => number) => (a: CelValue, b: CelValue) =>
  operation(a as number, b as number);
const ns = (value: CelValue): bigint => (value as Duration | Timestamp).ns;

const divide = (text: string, operation: (a: bigint, b: bigint) => bigint) => (a: bigint, b: bigint) => {
  if (b === 0n) throw new CelError(text);
  return operation(a, b);
};
const quotient = divide('division by zero', (a, b) => a / b);
const rest = divide('modulus by zero', (a, b) => a % b);

export const ARITHMETIC: Library = [
  declare(
    '_+_',
    ['add_bytes', '(bytes, bytes) bytes', (a, b) => joined(a as Uint8Array, b as Uint8Array)],
    ['add_double', '(double, double) double', real((a, b) => a + b)],
    ['add_duration_duration', '(duration, duration) duration', (a, b) => duration(ns(a) + ns(b))],
    ['add_duration_timestamp', '(duration, timestamp) timestamp', (a, b) => timestamp(ns(a) + ns(b))],
    ['add_timestamp_duration', '(timestamp, duration) timestamp', (a, b) => timestamp(ns(a) + ns(b))],
    ['add_int64', '(int, int) int', big((a, b) => a + b)],
    ['add_list', '(list(A), list(A)) list(A)', (a, b) => concatenated(a as ListValue, b as ListValue)],
    ['add_string', '(string, string) string', (a, b) => `${a as string}${b as string}`],
    ['add_uint64', '(uint, uint) uint', unsigned((a, b) => a + b)],
  ),
  declare(
    '_-_',
    ['subtract_double', '(double, double) double', real((a, b) => a - b)],
    ['subtract_duration_duration', '(duration, duration) duration', (a, b) => duration(ns(a) - ns(b))],
    ['subtract_int64', '(int, int) int', big((a, b) => a - b)],
    ['subtract_timestamp_duration', '(timestamp, duration) timestamp', (a, b) => timestamp(ns(a) - ns(b))],
    ['subtract_timestamp_timestamp', '(timestamp, timestamp) duration', (a, b) => duration(ns(a) - ns(b))],
    ['subtract_uint64', '(uint, uint) uint', unsigned((a, b) => a - b)],
  ),
  declare(
    '_*_',
    ['multiply_double', '(double, double) double', real((a, b) => a * b)],
    ['multiply_int64', '(int, int) int', big((a, b) => a * b)],
    ['multiply_uint64', '(uint, uint) uint', unsigned((a, b) => a * b)],
  ),
  declare(
    '_/_',
    ['divide_double', '(double, double) double', real((a, b) => a / b)],
    ['divide_int64', '(int, int) int', big(quotient)],
    ['divide_uint64', '(uint, uint) uint', unsigned(quotient)],
  ),
  declare('_%_', ['modulo_int64', '(int, int) int', big(rest)], ['modulo_uint64', '(uint, uint) uint', unsigned(rest)]),
  declare(
    '-_',
    ['negate_double', '(double) double', (a) => -(a as number)],
    ['negate_int64', '(int) int', (a) => int(-(a as bigint))],
  ),
];

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Sets and maps keep their order and take in what is new. */
function concatenated(a: ListValue, b: ListValue): CelValue {
  const { listType, keyOf } = kindOf(a);
  if (listType === undefined || !(a instanceof JsonList)) {
    if (lengthOf(a) === 0) return b;
    return lengthOf(b) === 0 ? a : new CelList([...itemsOf(a), ...itemsOf(b)]);
  }
  const items = [...itemsOf(a)];
  if (listType === 'set') {
    for (const item of itemsOf(b)) if (!items.some((each) => equals(each, item))) items.push(item);
    return new CelList(items);
  }
  const places = new Map(items.map((item, i) => [keyOf(item), i]));
  for (const item of itemsOf(b)) {
    const place = places.get(keyOf(item));
    if (place === undefined) items.push(item);
    else items[place] = item;
  }
  return new CelList(items);
}
