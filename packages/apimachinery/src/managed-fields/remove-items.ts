import { isMap, put } from '../patch/json-tree.ts';
import type { ListSchema, Schema } from '../schema.ts';
import { entryOf, type FieldSet, isEmptySet } from './field-set.ts';
import { itemName } from './list-elements.ts';
import { DEDUCED, DEDUCED_MAP, isAtomic, isRaw, memberSchema } from './struct-plan.ts';

/**
 * The value without the members of a set: map keys, fields and items of lists. What is left without members becomes null, as
 * upstream leaves it for decoding to drop. Shares what does not change.
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/typed/remove.go
 */
export function removeItems<T>(schema: Schema, value: T, set: FieldSet): T;
export function removeItems(schema: Schema, value: unknown, set: FieldSet): unknown {
  return isEmptySet(set) ? value : prune(schema, value, set);
}

function prune(schema: Schema, value: unknown, set: FieldSet): unknown {
  switch (schema.kind) {
    case 'struct':
    case 'map': {
      if (!isMap(value) || isAtomic(schema)) return null;
      return pruneMembers(value, set, (name) => memberSchema(schema, name) ?? DEDUCED);
    }
    case 'list':
      if (!Array.isArray(value) || isAtomic(schema)) return null;
      return pruneItems(value, set, schema);
    case 'any':
    case 'fieldsV1':
      if (isMap(value) && !isRaw(schema)) return prune(DEDUCED_MAP, value, set);
      return typeof value === 'object' ? null : value;
    default:
      return value;
  }
}

function pruneMembers(
  value: Readonly<Record<string, unknown>>,
  set: FieldSet,
  schemaOf: (name: string) => Schema,
): unknown {
  const out: Record<string, unknown> = {};
  let same = true;
  let empty = true;
  for (const name in value) {
    const member = value[name];
    if (member === undefined) continue;
    const entry = entryOf(set, `f:${name}`);
    if (entry?.member === true) {
      same = false;
      continue;
    }
    const left = entry?.child === undefined ? member : prune(schemaOf(name), member, entry.child);
    if (left !== member) same = false;
    put(out, name, left);
    empty = false;
  }
  return empty ? null : same ? value : out;
}

function pruneItems(items: readonly unknown[], set: FieldSet, schema: ListSchema): unknown {
  const out: unknown[] = [];
  let same = true;
  for (const item of items) {
    const entry = entryOf(set, itemName(schema, item));
    if (entry?.member === true) {
      same = false;
      continue;
    }
    const left = entry?.child === undefined ? item : prune(schema.items, item, entry.child);
    if (left !== item) same = false;
    out.push(left);
  }
  return out.length === 0 ? null : same ? items : out;
}
