import { declare, type Library } from '../declarations.ts';
import { equals } from '../equality.ts';
import { itemsOf, type ListValue } from '../json-values.ts';
import { CelError, type CelValue, Duration, Uint } from '../values.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { compare } from './comparison.ts';

const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'] as const;
const ZERO = { int: 0n, uint: new Uint(0n), double: 0, duration: new Duration(0n) } as const;

const items = (list: CelValue): readonly CelValue[] => itemsOf(list as ListValue);

function isSorted(list: CelValue): boolean {
  const all = items(list);
  return all.every((each, i) => i === 0 || compare(all[i - 1] ?? null, each) <= 0);
}

const extreme =
  (name: string, sign: number) =>
  (list: CelValue): CelValue => {
    const [first, ...rest] = items(list);
    if (first === undefined) throw new CelError(`${name} called on empty list`);
    return rest.reduce((best, each) => (compare(each, best) * sign > 0 ? each : best), first);
  };

/** The function of `_+_` for two of a type. */
const adder = (type: string): ((a: CelValue, b: CelValue) => CelValue) => {
  const id = { int: 'add_int64', uint: 'add_uint64', double: 'add_double' }[type] ?? 'add_duration_duration';
  const found = ARITHMETIC[0]?.overloads.find((each) => each.id === id)?.call;
  return (a, b) => found?.(a, b) ?? a;
};

function sum(type: keyof typeof ZERO): (list: CelValue) => CelValue {
  const add = adder(type);
  return (list) => items(list).reduce(add, ZERO[type]);
}

const index = (list: CelValue, wanted: CelValue): CelValue =>
  BigInt(items(list).findIndex((each) => equals(each, wanted)));
const lastIndex = (list: CelValue, wanted: CelValue): CelValue =>
  BigInt(items(list).findLastIndex((each) => equals(each, wanted)));

const holdsAll = (a: CelValue, b: CelValue): boolean => {
  const all = items(a);
  return items(b).every((each) => all.some((other) => equals(each, other)));
};

const holdsSome = (a: CelValue, b: CelValue): boolean => {
  const others = items(b);
  return items(a).some((each) => others.some((other) => equals(each, other)));
};

/**
 * Lists, and lists as sets.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/library/lists.go
 */
export const LISTS: Library = [
  declare(
    'isSorted',
    ...COMPARABLE.map((type) => [`list_${type}_is_sorted_bool`, `.(list(${type})) bool`, isSorted] as const),
  ),
  declare(
    'sum',
    ...(Object.keys(ZERO) as (keyof typeof ZERO)[]).map(
      (type) => [`list_${type}_sum_${type}`, `.(list(${type})) ${type}`, sum(type)] as const,
    ),
  ),
  declare(
    'max',
    ...COMPARABLE.map((type) => [`list_${type}_max_${type}`, `.(list(${type})) ${type}`, extreme('max', 1)] as const),
  ),
  declare(
    'min',
    ...COMPARABLE.map((type) => [`list_${type}_min_${type}`, `.(list(${type})) ${type}`, extreme('min', -1)] as const),
  ),
  declare('indexOf', ['list_a_index_of_int', '.(list(A), A) int', index]),
  declare('lastIndexOf', ['list_a_last_index_of_int', '.(list(A), A) int', lastIndex]),
  declare('sets.contains', ['list_sets_contains_list', '(list(T), list(T)) bool', holdsAll]),
  declare('sets.equivalent', [
    'list_sets_equivalent_list',
    '(list(T), list(T)) bool',
    (a, b) => holdsAll(a, b) && holdsAll(b, a),
  ]),
  declare('sets.intersects', ['list_sets_intersects_list', '(list(T), list(T)) bool', holdsSome]),
];
