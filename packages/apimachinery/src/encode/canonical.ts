import { type FieldLayout, firstLayout, nextLayout, printedFields } from '../field-layout.ts';
import { isList, isMap, type JsonMap, type MutableMap, member, put, sameJson } from '../patch/json-tree.ts';
import type { FieldSchema, ListSchema, MapSchema, Schema, StructSchema } from '../schema.ts';
import { zeroScalar } from '../zero-scalar.ts';
import { compareKeys } from './compare-keys.ts';
import { objectMaker } from './object-maker.ts';
import { isSettled } from './settled.ts';
import { canonicalUntyped } from './untyped.ts';

export interface CanonicalOptions {
  /** Freeze the result all the way down. Default true. */
  readonly freeze?: boolean;
}

/**
 * The value as Kubernetes prints it after a round trip through its Go type: fields in Go's order, maps sorted by key,
 * zero values of omitempty fields left out, what Go prints always (`resources: {}`, `status: {}`, nil lists,
 * `creationTimestamp: null`) filled in. Deeply frozen; the value itself is not changed. Fields that the type does not
 * have are dropped.
 *
 * Every part that equals the same place of `previous`, which must be canonical, is that very part; when all is equal,
 * the result is `previous`. So an update shares what it did not change, and equality of parts is equality of
 * references.
 */
export function canonical<T>(schema: StructSchema, value: T, previous?: T, options: CanonicalOptions = {}): T {
  const { freeze = true } = options;
  return struct(schema, value as JsonMap, previous as JsonMap | undefined, freeze) as T;
}

function struct(schema: StructSchema, value: JsonMap, previous: JsonMap | undefined, freeze: boolean): JsonMap {
  if (value === previous) return value;
  if (freeze && isSettled(value)) return shared(value, previous) as JsonMap;
  if (schema.untyped || schema.preserveUnknownFields)
    return canonicalUntyped(value, previous, { sorted: true, freeze }) as JsonMap;
  // Objects set few of their type's many fields: what is not set is not looked at.
  const fields = printedFields(layoutOf(schema, value));
  // While everything equals `previous` nothing is built; at the first difference what was equal so far is copied.
  let out: MutableMap | undefined = previous === undefined ? makerOf(schema)() : undefined;
  let equal = 0;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as FieldSchema;
    const { name } = field;
    const before = previous?.[name];
    const printed = printedField(field, value[name], before, freeze);
    if (out === undefined) {
      if (printed === before) {
        if (printed !== undefined) equal++;
        continue;
      }
      out = copyFirst(schema, fields, i, previous as JsonMap);
    }
    if (printed !== undefined) out[name] = printed;
  }
  if (out === undefined) {
    if (equal === countOf(previous as JsonMap)) return previous as JsonMap;
    out = copyFirst(schema, fields, fields.length, previous as JsonMap);
  }
  return freeze ? Object.freeze(out) : out;
}

function countOf(value: JsonMap): number {
  let count = 0;
  for (const _ in value) count++;
  return count;
}

function layoutOf(schema: StructSchema, value: JsonMap): FieldLayout {
  let layout = firstLayout(schema);
  for (const name in value) layout = nextLayout(layout, name) ?? layout;
  return layout;
}

const makers = new WeakMap<StructSchema, () => MutableMap>();

/** What makes empty objects of the type. */
function makerOf(schema: StructSchema): () => MutableMap {
  let maker = makers.get(schema);
  if (maker === undefined) {
    maker = objectMaker();
    makers.set(schema, maker);
  }
  return maker;
}

/** As many of the fields, which are equal. What `previous` has besides them is not set any more. */
function copyFirst(schema: StructSchema, fields: readonly FieldSchema[], count: number, previous: JsonMap): MutableMap {
  const out = makerOf(schema)();
  for (let i = 0; i < count; i++) {
    const { name } = fields[i] as FieldSchema;
    const value = previous[name];
    if (value !== undefined) out[name] = value;
  }
  return out;
}

/** Undefined: the field is not printed. */
function printedField(field: FieldSchema, value: unknown, before: unknown, freeze: boolean): unknown {
  if (value === undefined || value === null) return field.omitEmpty ? undefined : zeroLike(field, before, freeze);
  const { schema } = field;
  switch (schema.kind) {
    case 'string':
    case 'bytes':
      return value === '' && field.omitEmpty && !field.pointer ? undefined : value;
    case 'bool':
      return value === false && field.omitEmpty && !field.pointer ? undefined : value;
    case 'int32':
    case 'int64':
    case 'float64':
      return value === 0 && field.omitEmpty && !field.pointer ? undefined : value;
    case 'list':
      if ((value as readonly unknown[]).length > 0) return list(schema, value as readonly unknown[], before, freeze);
      return field.omitEmpty ? undefined : emptyList(schema, value as readonly unknown[], before, freeze);
    case 'map':
      if (!isEmpty(value as JsonMap)) return map(schema, value as JsonMap, before, freeze);
      return field.omitEmpty ? undefined : null;
    case 'struct':
      return struct(schema, value as JsonMap, isMap(before) ? before : undefined, freeze);
    default:
      return other(schema, value, before, freeze);
  }
}

/** What stands in a list or a map. */
function part(schema: Schema, value: unknown, before: unknown, freeze: boolean): unknown {
  switch (schema.kind) {
    case 'struct':
      return struct(schema, (value ?? NOTHING) as JsonMap, isMap(before) ? before : undefined, freeze);
    case 'list':
      return value === null ? null : list(schema, value as readonly unknown[], before, freeze);
    case 'map':
      return value === null ? null : map(schema, value as JsonMap, before, freeze);
    default:
      return typeof value === 'object' ? other(schema, value, before, freeze) : value;
  }
}

function list(schema: ListSchema, value: readonly unknown[], before: unknown, freeze: boolean): readonly unknown[] {
  if (value === before) return value;
  const partners = isList(before) ? before : NO_ITEMS;
  const { items } = schema;
  // Copied in one go: lists that grow item by item keep room for sixteen more.
  let out = partners === before && partners.length === value.length ? undefined : value.slice();
  for (let i = 0; i < value.length; i++) {
    const old = partners[i];
    const item = part(items, value[i], old, freeze);
    if (out === undefined) {
      if (item === old) continue;
      out = partners.slice();
    }
    out[i] = item;
  }
  if (out === undefined) return partners;
  return freeze ? Object.freeze(out) : out;
}

const NO_ITEMS: readonly unknown[] = Object.freeze([]);

function map(schema: MapSchema, value: JsonMap, before: unknown, freeze: boolean): JsonMap {
  if (value === before) return value;
  const previous = isMap(before) ? before : undefined;
  const { values } = schema;
  const keys = sortedKeys(value);
  let out: MutableMap | undefined = previous !== undefined && countOf(previous) === keys.length ? undefined : {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const old = previous === undefined ? undefined : member(previous, key);
    const item = part(values, value[key], old, freeze);
    if (out === undefined) {
      if (item === old) continue;
      out = {};
      for (let j = 0; j < i; j++) put(out, keys[j] as string, member(previous as JsonMap, keys[j] as string));
    }
    put(out, key, item);
  }
  if (out === undefined) return previous as JsonMap;
  return freeze ? Object.freeze(out) : out;
}

/** A canonical value as it is, or what equals it. What differs inside of it shares nothing with `before`. */
const shared = (value: JsonMap, before: unknown): unknown =>
  before !== undefined && sameJson(value, before) ? before : value;

function other(schema: Schema, value: unknown, before: unknown, freeze: boolean): unknown {
  if (schema.kind !== 'any' && schema.kind !== 'fieldsV1') return value;
  if (freeze && isMap(value) && isSettled(value)) return shared(value, before);
  const variants = 'variants' in schema ? schema.variants : undefined;
  if (variants !== undefined) {
    if (isMap(value)) return struct(variants.object, value, isMap(before) ? before : undefined, freeze);
    // A list of no schemas is printed as no schema.
    if (isList(value) && variants.list)
      return value.length === 0 ? undefined : list(variants.list, value, before, freeze);
  }
  return canonicalUntyped(value, before, { sorted: false, freeze });
}

/** What equals the zero value in `previous` may be another object than the one that all share. */
function zeroLike(field: FieldSchema, before: unknown, freeze: boolean): unknown {
  const zero = zeroOf(field, freeze);
  return sameJson(zero, before) ? before : zero;
}

/** What Go prints for a field that is absent and not omitempty. */
function zeroOf({ schema, pointer }: FieldSchema, freeze: boolean): unknown {
  if (pointer) return null;
  switch (schema.kind) {
    case 'struct':
      return freeze ? zeroStruct(schema) : struct(schema, NOTHING, undefined, false);
    case 'list':
    case 'map':
      return null;
    default:
      return zeroScalar(schema.kind);
  }
}

/** One frozen zero value per type, shared by all objects. */
function zeroStruct(schema: StructSchema): JsonMap {
  let zero = zeroStructs.get(schema);
  if (zero === undefined) {
    zero = struct(schema, NOTHING, undefined, true);
    zeroStructs.set(schema, zero);
  }
  return zero;
}
const zeroStructs = new WeakMap<StructSchema, JsonMap>();
const NOTHING: JsonMap = Object.freeze({});

/**
 * An empty list comes back from Kubernetes' storage as none, and none prints as null. Kinds that are stored as JSON keep it.
 */
function emptyList(schema: ListSchema, value: readonly unknown[], before: unknown, freeze: boolean): unknown {
  return schema.keepsEmpty ? list(schema, value, before, freeze) : null;
}

function isEmpty(value: JsonMap): boolean {
  for (const _ in value) return false;
  return true;
}

function sortedKeys(value: JsonMap): readonly string[] {
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i++) {
    if (compareKeys(keys[i - 1] as string, keys[i] as string) > 0) return keys.sort(compareKeys);
  }
  return keys;
}
