import { declare, type Library } from '../declarations.ts';
import { isList, isMap, itemAt, type ListValue, lengthOf, type MapValue, sizeOfMap, valueAt } from '../json-values.ts';
import { CelError, type CelValue, Duration, Optional, Timestamp, Uint } from '../values.ts';

const optional = (value: CelValue): Optional => value as Optional;

/** @throws {CelError} */
function valueInside(value: CelValue): CelValue {
  const inner = optional(value).value;
  if (inner === undefined) throw new CelError('optional.none() dereference');
  return inner;
}

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === 0 || value === 0n || value === '') return true;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration || value instanceof Timestamp) return value.ns === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Optional) return value.value === undefined;
  if (isList(value)) return lengthOf(value) === 0;
  return isMap(value) && sizeOfMap(value) === 0;
}

const item = (list: CelValue, at: CelValue): Optional =>
  typeof at === 'bigint' ? new Optional(itemAt(list as ListValue, Number(at))) : Optional.none;
const entry = (map: CelValue, key: CelValue): Optional => new Optional(valueAt(map as MapValue, key));
const inside =
  (read: (of: CelValue, key: CelValue) => Optional) =>
  (of: CelValue, key: CelValue): Optional => {
    const { value } = optional(of);
    return value === undefined ? Optional.none : read(value, key);
  };

/** @see https://github.com/google/cel-go/blob/v0.22.0/cel/library.go optionalLib */
export const OPTIONALS: Library = [
  declare('optional.of', ['optional_of', '(V) optional(V)', (value) => new Optional(value)]),
  declare('optional.ofNonZeroValue', [
    'optional_ofNonZeroValue',
    '(V) optional(V)',
    (value) => (isZero(value) ? Optional.none : new Optional(value)),
  ]),
  declare('optional.none', ['optional_none', '() optional(V)', () => Optional.none]),
  declare('value', ['optional_value', '.(optional(V)) V', valueInside]),
  declare('hasValue', ['optional_hasValue', '.(optional(V)) bool', (value) => optional(value).value !== undefined]),
  declare('or', ['optional_or_optional', '.(optional(V), optional(V)) optional(V)']),
  declare('orValue', ['optional_orValue_value', '.(optional(V), V) V']),
  declare(
    '_[?_]',
    ['list_optindex_optional_int', '(list(V), int) optional(V)', item],
    ['optional_list_optindex_optional_int', '(optional(list(V)), int) optional(V)', inside(item)],
    ['map_optindex_optional_value', '(map(K, V), K) optional(V)', entry],
    ['optional_map_optindex_optional_value', '(optional(map(K, V)), K) optional(V)', inside(entry)],
  ),
];

/** `[]` of optional lists and maps, beside that of plain ones. */
export const OPTIONAL_INDEX = [
  ['optional_list_index_int', '(optional(list(V)), int) optional(V)', inside(item)],
  ['optional_map_index_value', '(optional(map(K, V)), K) optional(V)', inside(entry)],
] as const;
