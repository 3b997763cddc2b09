import { isMap, type JsonMap } from '../patch/json-tree.ts';
import type { ListSchema, Schema, StructSchema } from '../schema.ts';
import { compareSets } from './compare-sets.ts';
import { equalTyped, isEmpty } from './equal-values.ts';
import { type FieldSet, interned, union } from './field-set.ts';
import { itemName } from './list-elements.ts';
import { type RecentCache, recentCache } from './recent-cache.ts';
import { DEDUCED, fieldValue, isAtomic, isRaw, planOf } from './struct-plan.ts';

/**
 * What the creator of an object owns: all in which it differs from the zero object of its type.
 *
 * Creating is the most frequent of writes, and most objects have the shape of one before them (the Pods of a ReplicaSet). So a walk
 * signs the shape, and objects of one signature share their set. A signature lists what is set, in the order in which it
 * stands: a letter per field of a struct, names for keys and items. It may tell apart what is owned alike (then the work is done
 * twice), but never takes for alike what is not.
 *
 *   {spec: {containers: [{name: web, image: nginx}]}}     S{C{14:k:{"name":"web"}{NI}}}, S for spec and so on
 *
 * @param next typed, printed or not @throws {TypeError} an item of a map list has no key
 */
export function createdFields(schema: StructSchema, next: unknown): FieldSet {
  const { zero } = planOf(schema);
  let sets = cache.get(schema);
  if (sets === undefined) {
    sets = recentCache(1024);
    cache.set(schema, sets);
  }
  const signature = signChanged(schema, zero, next) ?? '';
  let set = sets.get(signature);
  if (set === undefined) {
    const { modified, added } = compareSets(schema, zero, next, { draft: true });
    set = interned(union(modified, added));
    sets.set(signature, set);
  }
  return set;
}

const cache = new WeakMap<StructSchema, RecentCache<FieldSet>>();

/** Signs what differs from the zero value of a type: null, a scalar, or a struct of such. Undefined: nothing does. */
function signChanged(schema: Schema, zero: unknown, value: unknown): string | undefined {
  if (value === zero || value === undefined) return undefined;
  switch (schema.kind) {
    case 'struct':
    case 'map':
    case 'list':
      if (isAtomic(schema) || (isEmpty(schema, zero, false) && isEmpty(schema, value, true))) break;
      if (schema.kind === 'struct' && isMap(zero) && isMap(value)) return signFields(schema, value, zero) || undefined;
      return signAdded(schema, value);
    case 'any':
    case 'fieldsV1':
      return signAdded(schema, value);
  }
  return equalTyped(schema, zero, value, true) ? undefined : '';
}

/** Signs what was not there before; empty for a leaf. */
function signAdded(schema: Schema, value: unknown): string {
  switch (schema.kind) {
    case 'struct':
      return isMap(value) && !isAtomic(schema) ? signFields(schema, value, undefined) : '';
    case 'map':
      return isMap(value) && schema.mapType === 'granular' ? signMembers(schema.values, value) : '';
    case 'list':
      return Array.isArray(value) && schema.listType !== 'atomic' ? signItems(schema, value) : '';
    case 'any':
    case 'fieldsV1':
      return isMap(value) && !isRaw(schema) ? signMembers(DEDUCED, value) : '';
    default:
      return '';
  }
}

const enclosed = (name: string, body: string): string => (body === '' ? name : `${name}{${body}}`);
/** A name that cannot run into what follows it. */
const named = (name: string): string => `${name.length}:${name}`;
/** Letters from here on stand for fields of structs. */
const FIRST_LETTER = 0x100;

/** The fields of a struct; against `zero`, or all as added. */
function signFields(schema: StructSchema, value: JsonMap, zero: JsonMap | undefined): string {
  const plan = planOf(schema);
  let text = '';
  for (const name in value) {
    const field = plan.byName.get(name);
    if (field === undefined) {
      if (plan.others !== undefined && value[name] !== undefined) text += signMember(plan.others, name, value[name]);
      continue;
    }
    const set = plan.typed ? fieldValue(field, value[name]) : value[name];
    if (set === undefined) continue;
    const before = zero?.[name];
    const body = before === undefined ? signAdded(field.schema, set) : signChanged(field.schema, before, set);
    if (body !== undefined) text += enclosed(String.fromCharCode(FIRST_LETTER + field.order), body);
  }
  return text;
}

const signMember = (schema: Schema, name: string, value: unknown): string =>
  enclosed(named(name), signAdded(schema, value));

function signMembers(schema: Schema, value: JsonMap): string {
  let text = '';
  for (const name in value) if (value[name] !== undefined) text += signMember(schema, name, value[name]);
  return text;
}

function signItems(schema: ListSchema, items: readonly unknown[]): string {
  let text = '';
  for (const item of items) text += enclosed(named(itemName(schema, item)), signAdded(schema.items, item));
  return text;
}
