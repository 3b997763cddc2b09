import { isList, isMap, type MutableMap, put } from '../patch/json-tree.ts';
import type { Schema } from '../schema.ts';

/**
 * What a field holds after a document has set it twice: Go decodes the second value into the first, so structs and
 * maps keep what the second leaves out. Neither value is changed.
 */
export function mergeDuplicates(schema: Schema, earlier: unknown, later: unknown): unknown {
  if (later === null) return schema.kind === 'list' || schema.kind === 'map' ? null : earlier;
  if (schema.kind === 'struct' && isMap(earlier) && isMap(later)) {
    const out: MutableMap = { ...earlier };
    for (const key of Object.keys(later)) {
      const field = Object.hasOwn(earlier, key) ? schema.byName.get(key) : undefined;
      put(out, key, field ? mergeDuplicates(field.schema, earlier[key], later[key]) : later[key]);
    }
    return out;
  }
  if (schema.kind === 'map' && isMap(earlier) && isMap(later)) {
    const out: MutableMap = { ...earlier };
    for (const key of Object.keys(later)) put(out, key, later[key]);
    return out;
  }
  if (schema.kind === 'list' && isList(earlier) && isList(later)) {
    return later.map((item, i) => (i < earlier.length ? mergeDuplicates(schema.items, earlier[i], item) : item));
  }
  return later;
}
