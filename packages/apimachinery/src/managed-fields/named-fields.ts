import type { Schema } from '../schema.ts';
import { type FieldEntry, type FieldSet, fieldSet, interned } from './field-set.ts';
import { DEDUCED_MAP, isAtomic, isRaw, memberSchema, planOf } from './struct-plan.ts';

/**
 * The set with every declared field that has members below it as a member too: `a.b.c` brings `a`, if `a` is a field of a struct,
 * but not `a.b`, if `b` is a key of a map. What removes fields needs to know which structs are spoken for.
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/fieldpath/set.go EnsureNamedFieldsAreMembers
 */
export function ensureNamedFieldsAreMembers(schema: Schema | undefined, set: FieldSet): FieldSet {
  return mapChildren(set, ({ element, member, child }, change) => {
    if (child === undefined) return change(member, undefined);
    const named = element.kind === 'field' && schema?.kind === 'struct' && planOf(schema).byName.has(element.name);
    return change(member || named, ensureNamedFieldsAreMembers(schemaBelow(schema, element), child));
  });
}

function schemaBelow(schema: Schema | undefined, element: FieldEntry['element']): Schema | undefined {
  if (schema === undefined) return undefined;
  if (element.kind === 'field') {
    if (schema.kind === 'struct' || schema.kind === 'map') return memberSchema(schema, element.name);
    return schema.kind === 'any' || schema.kind === 'fieldsV1' ? schema : undefined;
  }
  return element.kind === 'key' && schema.kind === 'list' ? schema.items : undefined;
}

const reconciled = new WeakMap<FieldSet, { readonly schema: Schema; readonly result: FieldSet }>();

/**
 * A stored set as today's schema has it: what is owned whole now, and was owned in parts when the set was written, is owned whole.
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/typed/reconcile_schema.go
 */
export function reconcileFieldSet(schema: Schema, set: FieldSet): FieldSet {
  const known = reconciled.get(set);
  if (known?.schema === schema) return known.result;
  const result = interned(reconcile(schema, set));
  reconciled.set(set, { schema, result });
  return result;
}

function reconcile(schema: Schema, set: FieldSet): FieldSet {
  return mapChildren(set, ({ element, member, child }, change) => {
    if (child === undefined) return change(member, undefined);
    const below = schemaOfEntry(schema, element);
    if (below === undefined) return change(member, child);
    const container = below.kind === 'struct' || below.kind === 'map' || below.kind === 'list';
    const whole = container ? isAtomic(below) : below.kind === 'any' && isRaw(below);
    return whole ? change(true, undefined) : change(member, reconcile(below, child));
  });
}

/** Undefined: nothing is known of what lies there, and it stays as it is. */
function schemaOfEntry(schema: Schema, element: FieldEntry['element']): Schema | undefined {
  if (schema.kind === 'list') return schema.items;
  if (schema.kind === 'any' || schema.kind === 'fieldsV1' || schema === DEDUCED_MAP) return undefined;
  if (schema.kind === 'struct') {
    if (element.kind === 'field') return memberSchema(schema, element.name);
    return planOf(schema).others;
  }
  return schema.kind === 'map' ? schema.values : undefined;
}

type Change = (member: boolean, child: FieldSet | undefined) => FieldEntry;

/** Rebuilds a level; the set itself when no entry changed. */
function mapChildren(set: FieldSet, map: (entry: FieldEntry, change: Change) => FieldEntry): FieldSet {
  let out: FieldEntry[] | undefined;
  for (let i = 0; i < set.entries.length; i++) {
    const entry = set.entries[i];
    if (entry === undefined) break;
    const change: Change = (member, child) =>
      member === entry.member && child === entry.child ? entry : { element: entry.element, member, child };
    const mapped = map(entry, change);
    if (out === undefined && mapped !== entry) out = set.entries.slice(0, i);
    out?.push(mapped);
  }
  return out === undefined ? set : fieldSet(out);
}
