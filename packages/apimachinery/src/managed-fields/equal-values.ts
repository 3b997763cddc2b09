import { isMap, type JsonMap, member } from '../patch/json-tree.ts';
import type { Schema } from '../schema.ts';
import { fieldValue, isEmptyObject, planOf, type StructPlan } from './struct-plan.ts';

/** Deep equality of JSON; a member that is undefined is not there. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => equalJson(item, b[i]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  let more = 0;
  for (const key in a) {
    if (a[key] === undefined) continue;
    if (!equalJson(a[key], member(b, key))) return false;
    more--;
  }
  for (const key in b) if (b[key] !== undefined) more++;
  return more === 0;
}

/**
 * Equality as Go sees it. `draft`: the right side is still being written, so what its typed structs leave out counts as zero, and
 * what Go would not print counts as left out.
 */
export function equalTyped(schema: Schema, a: unknown, b: unknown, draft: boolean): boolean {
  if (a === b) return true;
  if (!draft) return equalJson(a, b);
  if (schema.kind === 'struct' && isMap(a) && isMap(b)) {
    const plan = planOf(schema);
    return plan.typed ? equalStructs(plan, a, b) : equalJson(a, b);
  }
  if (schema.kind === 'map' && isMap(a) && isMap(b)) {
    for (const key in a) if (!equalTyped(schema.values, a[key], member(b, key), true)) return false;
    for (const key in b) if (b[key] !== undefined && member(a, key) === undefined) return false;
    return true;
  }
  if (schema.kind === 'list' && Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => equalTyped(schema.items, item, b[i], true));
  }
  return equalJson(a, b);
}

function equalStructs(plan: StructPlan, a: JsonMap, b: JsonMap): boolean {
  for (const key in a) {
    const field = plan.byName.get(key);
    if (field === undefined) continue;
    if (!equalTyped(field.schema, fieldValue(field, a[key]), fieldValue(field, b[key]), true)) return false;
  }
  for (const key in b) {
    const field = plan.byName.get(key);
    if (field === undefined || a[key] !== undefined) continue;
    if (!equalTyped(field.schema, fieldValue(field, undefined), fieldValue(field, b[key]), true)) return false;
  }
  return true;
}

/** Null, or a list or map without anything in it. */
export function isEmpty(schema: Schema, value: unknown, draft: boolean): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isMap(value)) return false;
  if (schema.kind !== 'struct' || !draft) return isEmptyObject(value);
  const plan = planOf(schema);
  if (!plan.typed) return isEmptyObject(value);
  if (plan.always.length > 0) return false;
  for (const key in value) {
    const field = plan.byName.get(key);
    if (field !== undefined && fieldValue(field, value[key]) !== undefined) return false;
  }
  return true;
}
