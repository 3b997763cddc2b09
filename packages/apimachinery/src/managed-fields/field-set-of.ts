import { isMap } from '../patch/json-tree.ts';
import type { ListSchema, MapSchema, Schema, StructSchema } from '../schema.ts';
import { emptySet, type FieldEntry, type FieldSet, fieldSetFrom } from './field-set.ts';
import { itemElement } from './list-elements.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import { DEDUCED_MAP, isAtomic, isEmptyObject, isRaw, memberSchema, planOf } from './struct-plan.ts';

/**
 * The fields that a value mentions: what an applier of it owns. Leaves, items of lists, keys of maps; declared fields of structs
 * only through what is in them, but for empty maps and nulls, which are all there is to own.
 * @throws {TypeError} an item of a map list has no key
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/typed/tofieldset.go
 */
export function fieldSetOf(schema: Schema, value: unknown): FieldSet {
  return ownedAt(schema, value)?.below ?? emptySet;
}

/** What a value owns: itself, or what is below it; undefined: neither. */
interface Owned {
  readonly self: boolean;
  readonly below: FieldSet | undefined;
}

const SELF: Owned = Object.freeze({ self: true, below: undefined });

function ownedAt(schema: Schema, value: unknown): Owned | undefined {
  switch (schema.kind) {
    case 'struct':
    case 'map':
      if (isAtomic(schema)) return SELF;
      return isMap(value) ? ownedMembers(schema, value) : undefined;
    case 'list':
      if (schema.listType === 'atomic') return SELF;
      return Array.isArray(value) ? ownedItems(schema, value) : undefined;
    case 'any':
    case 'fieldsV1':
      if (isRaw(schema)) return SELF;
      if (isMap(value)) return ownedMembers(DEDUCED_MAP, value);
      // A null of any shape is taken for a map that is not there.
      return value === null ? undefined : SELF;
    default:
      return SELF;
  }
}

function ownedMembers(schema: StructSchema | MapSchema, value: Readonly<Record<string, unknown>>): Owned | undefined {
  const plan = schema.kind === 'struct' ? planOf(schema) : undefined;
  const entries: FieldEntry[] = [];
  for (const name in value) {
    const member = value[name];
    if (member === undefined) continue;
    const declared = plan?.byName.get(name);
    const type = declared?.schema ?? memberSchema(schema, name);
    const owned = type === undefined ? SELF : ownedAt(type, member);
    const whole = declared === undefined || member === null || (isMap(member) && isEmptyObject(member));
    push(entries, declared?.element ?? fieldElement(name), whole || owned?.self === true, owned?.below);
  }
  return gathered(entries);
}

function ownedItems(schema: ListSchema, items: readonly unknown[]): Owned | undefined {
  const known = new Map<string, { readonly element: PathElement; readonly item: unknown; lone: boolean }>();
  for (const item of items) {
    const element = itemElement(schema, item);
    // What has no name cannot be owned.
    if (typeof element === 'string') continue;
    const twin = known.get(element.text);
    if (twin === undefined) known.set(element.text, { element, item, lone: true });
    else twin.lone = false;
  }
  const entries: FieldEntry[] = [];
  for (const { element, item, lone } of known.values()) {
    // Items that share a name are owned together, as one.
    push(entries, element, true, lone ? ownedAt(schema.items, item)?.below : undefined);
  }
  return gathered(entries);
}

function push(entries: FieldEntry[], element: PathElement, member: boolean, child: FieldSet | undefined): void {
  if (member || child !== undefined) entries.push({ element, member, child });
}

const gathered = (entries: FieldEntry[]): Owned | undefined =>
  entries.length === 0 ? undefined : { self: false, below: fieldSetFrom(entries) };
