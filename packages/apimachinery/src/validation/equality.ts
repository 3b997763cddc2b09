import { parseQuantity } from '../quantity.ts';
import type { FieldSchema, Schema, StructSchema } from '../schema.ts';

/**
 * Upstream's semantic equality: absent and empty lists and maps are one, quantities and times compare by value. With a
 * schema it also knows plain structs and scalars, whose absence is their zero value, from pointers, whose absence is
 * not; without one, an empty object counts as a map.
 *
 * Equal references are equal at once, which is what unchanged parts of objects are.
 */
export function semanticEqual(a: unknown, b: unknown, schema?: Schema): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) return equalLists(a, b, schema);
  if (typeof a === 'object' || typeof b === 'object') return equalObjects(a ?? undefined, b ?? undefined, schema);
  switch (schema?.kind) {
    case 'quantity':
      return typeof a === 'string' && typeof b === 'string' && parseQuantity(a).compare(parseQuantity(b)) === 0;
    case 'time':
    case 'microTime':
      return typeof a === 'string' && typeof b === 'string' && Date.parse(a) === Date.parse(b);
    default:
      return a === undefined ? b === null : a === null && b === undefined;
  }
}

/** The declared fields of a struct in which two values differ, in any order; only those that one of them has are looked at. */
export function differingFields(schema: StructSchema, a: object, b: object): readonly string[] {
  if (a === b) return NONE;
  const found: string[] = [];
  const compare = (key: string): void => {
    if (schema.byName.has(key) && !equalFields(Reflect.get(a, key), Reflect.get(b, key), key, schema)) found.push(key);
  };
  for (const key in a) compare(key);
  for (const key in b) if (!Object.hasOwn(a, key)) compare(key);
  return found;
}

const NONE: readonly never[] = [];

function equalLists(a: unknown, b: unknown, schema: Schema | undefined): boolean {
  const left = a ?? [];
  const right = b ?? [];
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  const items = schema?.kind === 'list' ? schema.items : undefined;
  return left.every((item, i) => semanticEqual(item, right[i], items));
}

function equalObjects(a: unknown, b: unknown, schema: Schema | undefined): boolean {
  const left: unknown = a ?? {};
  const right: unknown = b ?? {};
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  for (const key of Object.keys(left)) {
    if (!equalFields(Reflect.get(left, key), Reflect.get(right, key), key, schema)) return false;
  }
  for (const key of Object.keys(right)) {
    if (!Object.hasOwn(left, key) && !equalFields(undefined, Reflect.get(right, key), key, schema)) return false;
  }
  return true;
}

function equalFields(a: unknown, b: unknown, key: string, schema: Schema | undefined): boolean {
  if (a === b) return true;
  if (schema?.kind === 'map') return a !== undefined && b !== undefined && semanticEqual(a, b, schema.values);
  const field = schema?.kind === 'struct' ? schema.byName.get(key) : undefined;
  if (field === undefined) return semanticEqual(a, b);
  if (field.pointer && (isAbsent(a) || isAbsent(b))) return isAbsent(a) && isAbsent(b);
  return semanticEqual(orZero(a, field), orZero(b, field), field.schema);
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

function orZero(value: unknown, { schema }: FieldSchema): unknown {
  if (!isAbsent(value)) return value;
  switch (schema.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
      return 0;
    case 'quantity':
      return '0';
    default:
      return undefined;
  }
}
