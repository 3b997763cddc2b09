import {
  fieldOf,
  isList,
  isMap,
  itemAt,
  itemsOf,
  keysOf,
  type ListValue,
  lengthOf,
  type MapValue,
  sizeOfMap,
  valueAt,
} from './json-values.ts';
import { CelMap, type CelValue, Duration, JsonList, Opaque, Optional, Timestamp, TypeValue, Uint } from './values.ts';

/** Values of different types are different, but for numbers. */
export function equals(a: CelValue, b: CelValue): boolean {
  if (a === b) return true;
  const [x, y] = [numberOf(a), numberOf(b)];
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint and a number are compared by what they are worth.
  if (x !== undefined && y !== undefined) return x == y;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a)) return isList(b) && listsEqual(a, b);
  if (isMap(a)) return isMap(b) && mapsEqual(a, b);
  if (a instanceof Timestamp) return b instanceof Timestamp && a.ns === b.ns;
  if (a instanceof Duration) return b instanceof Duration && a.ns === b.ns;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && a.length === b.length && a.every((x, i) => x === b[i]);
  if (a instanceof Optional) {
    if (!(b instanceof Optional)) return false;
    return a.value === undefined || b.value === undefined ? a.value === b.value : equals(a.value, b.value);
  }
  return a instanceof Opaque && b instanceof Opaque && a.typeName === b.typeName && a.equals(b);
}

/** What a number is worth; undefined: not a number. */
export function numberOf(value: CelValue): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Uint ? value.value : undefined;
}

function listsEqual(a: ListValue, b: ListValue): boolean {
  const size = lengthOf(a);
  if (size !== lengthOf(b)) return false;
  const { listType, keyOf } = kindOf(a);
  if (listType === 'set') {
    const others = itemsOf(b);
    return itemsOf(a).every((x) => others.some((y) => equals(x, y)));
  }
  if (listType === 'map') {
    const others = new Map(itemsOf(b).map((item) => [keyOf(item), item]));
    return itemsOf(a).every((item) => {
      const other = others.get(keyOf(item));
      return other !== undefined && equals(item, other);
    });
  }
  for (let i = 0; i < size; i++) {
    if (!equals(itemAt(a, i) ?? null, itemAt(b, i) ?? null)) return false;
  }
  return true;
}

function mapsEqual(a: MapValue, b: MapValue): boolean {
  if (sizeOfMap(a) !== sizeOfMap(b)) return false;
  return keysOf(a).every((key) => {
    const [x, y] = [valueAt(a, key), valueAt(b, key)];
    return x !== undefined && y !== undefined && equals(x, y);
  });
}

/** How the items of a list of the API are told apart. */
export function kindOf(list: ListValue): {
  readonly listType: 'set' | 'map' | undefined;
  keyOf(item: CelValue): string;
} {
  const { listType, mapKeys = [] } = list instanceof JsonList ? list.type : { listType: undefined };
  return {
    listType,
    keyOf: (item) =>
      isMap(item) && !(item instanceof CelMap)
        ? JSON.stringify(mapKeys.map((key) => String(fieldOf(item, key) ?? '')))
        : '',
  };
}
