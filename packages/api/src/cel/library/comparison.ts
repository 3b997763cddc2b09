import { declare, type Library } from '../declarations.ts';
import { equals, numberOf } from '../equality.ts';
import { itemsOf, type ListValue, type MapValue, valueAt } from '../json-values.ts';
import { CelError, type CelValue, Duration, Timestamp } from '../values.ts';

/** Less than 0, 0, or more than 0. @throws {CelError} of numbers that are none, and of what has no order */
export function compare(a: CelValue, b: CelValue): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) {
    if (Number.isNaN(x) || Number.isNaN(y)) throw new CelError('NaN values cannot be ordered');
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if ((a instanceof Timestamp && b instanceof Timestamp) || (a instanceof Duration && b instanceof Duration)) {
    return a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0;
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const difference = (a[i] ?? 0) - (b[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  }
  throw new CelError('no such overload');
}

/** By code points, which is the order of UTF-8. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  let i = 0;
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i += 1;
  if (i > 0 && (a.charCodeAt(i - 1) & 0xfc00) === 0xd800) i -= 1;
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1);
}

const PAIRS = [
  ['bool', 'bool'],
  ['int64', 'int'],
  ['int64_double', 'int', 'double'],
  ['int64_uint64', 'int', 'uint'],
  ['uint64', 'uint'],
  ['uint64_double', 'uint', 'double'],
  ['uint64_int64', 'uint', 'int'],
  ['double', 'double'],
  ['double_int64', 'double', 'int'],
  ['double_uint64', 'double', 'uint'],
  ['string', 'string'],
  ['bytes', 'bytes'],
  ['timestamp', 'timestamp'],
  ['duration', 'duration'],
] as const;

const ordered = (name: string, id: string, decide: (order: number) => boolean) =>
  declare(
    name,
    ...PAIRS.map(
      ([suffix, a, b]) =>
        [`${id}_${suffix}`, `(${a}, ${b ?? a}) bool`, (x: CelValue, y: CelValue) => decide(compare(x, y))] as const,
    ),
  );

export const COMPARISON: Library = [
  declare('_==_', ['equals', '(A, A) bool', equals]),
  declare('_!=_', ['not_equals', '(A, A) bool', (a, b) => !equals(a, b)]),
  ordered('_<_', 'less', (order) => order < 0),
  ordered('_<=_', 'less_equals', (order) => order <= 0),
  ordered('_>_', 'greater', (order) => order > 0),
  ordered('_>=_', 'greater_equals', (order) => order >= 0),
  declare(
    '@in',
    ['in_list', '(A, list(A)) bool', (item, list) => itemsOf(list as ListValue).some((each) => equals(item, each))],
    ['in_map', '(A, map(A, B)) bool', (key, map) => valueAt(map as MapValue, key) !== undefined],
  ),
];
