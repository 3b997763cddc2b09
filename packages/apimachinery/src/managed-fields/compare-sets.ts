import { isMap, type JsonMap, member } from '../patch/json-tree.ts';
import type { ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from '../schema.ts';
import { equalTyped, isEmpty } from './equal-values.ts';
import { emptySet, type FieldEntry, type FieldSet, fieldSetFrom, interned } from './field-set.ts';
import { knownElement } from './list-elements.ts';
import { fieldElement, type PathElement } from './path-element.ts';
import { type ShapeTrees, shapeOfAdded } from './shapes.ts';
import { DEDUCED_MAP, fieldValue, isAtomic, isRaw, planOf, type StructPlan } from './struct-plan.ts';

/** What became of the fields between two values; no field is in two of the sets. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

export interface CompareOptions {
  /** `next` is a typed object that is not printed yet: what it leaves out is zero. Default false. */
  readonly draft?: boolean;
}

/**
 * Compares two values of one type. Cost grows with what differs: equal references are not entered.
 * @throws {TypeError} an item of a map list has no key
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/typed/compare.go
 */
export function compareSets(schema: Schema, old: unknown, next: unknown, options: CompareOptions = {}): Comparison {
  const difference = compareAt(schema, old, next, options.draft ?? false);
  if (difference === undefined) return NONE;
  const { removed = emptySet, modified = emptySet, added = emptySet } = difference;
  return { removed, modified, added };
}

const NONE: Comparison = Object.freeze({ removed: emptySet, modified: emptySet, added: emptySet });
type Change = 'removed' | 'modified' | 'added';

/** What differs below a place, and what became of the place itself. */
interface Difference {
  self?: Change;
  removed?: FieldSet;
  modified?: FieldSet;
  added?: FieldSet;
}

const LEAF: Readonly<Record<Change, Difference>> = {
  removed: { self: 'removed' },
  modified: { self: 'modified' },
  added: { self: 'added' },
};

/** Undefined stands for a side that has nothing here; null is a value. */
function compareAt(schema: Schema, l: unknown, r: unknown, draft: boolean): Difference | undefined {
  if (l === r) return undefined;
  switch (schema.kind) {
    case 'struct':
      if (draft && l === undefined && isMap(r) && !isAtomic(schema)) return addedStruct(schema, r);
      return isLeaf(schema, l, r, draft) ? compareLeaf(schema, l, r, draft) : compareMaps(schema, l, r, draft);
    case 'map':
      return isLeaf(schema, l, r, draft) ? compareLeaf(schema, l, r, draft) : compareMaps(schema, l, r, draft);
    case 'list':
      return isLeaf(schema, l, r, draft) ? compareLeaf(schema, l, r, draft) : compareLists(schema, l, r, draft);
    case 'any':
    case 'fieldsV1':
      return compareAny(schema, l, r, draft);
    default:
      return compareLeaf(schema, l, r, draft);
  }
}

const added: ShapeTrees<Difference> = new WeakMap();

/** A struct of a draft where there was none: what is found depends on its shape alone (the conditions of thousands of Pods). */
function addedStruct(schema: StructSchema, value: JsonMap): Difference | undefined {
  const shape = shapeOfAdded(added, schema, value);
  if (shape.result === undefined) {
    const found = compareMaps(schema, undefined, value, true);
    shape.result = found?.added === undefined ? found : { self: 'added', added: interned(found.added) };
  }
  return shape.result;
}

/** Empty on both sides counts as a leaf, so that empty and null stay different. */
const isLeaf = (schema: StructSchema | MapSchema | ListSchema, l: unknown, r: unknown, draft: boolean): boolean =>
  isAtomic(schema) || (isEmpty(schema, l, false) && isEmpty(schema, r, draft));

function compareLeaf(schema: Schema, l: unknown, r: unknown, draft: boolean): Difference | undefined {
  if (l === undefined) return LEAF.added;
  if (r === undefined) return LEAF.removed;
  return equalTyped(schema, l, r, draft) ? undefined : LEAF.modified;
}

/** A value that may change its shape: the old shape's members go, the new one's come, and the place is modified. */
function compareAny(schema: ScalarSchema, l: unknown, r: unknown, draft: boolean): Difference | undefined {
  const left = isMap(l) && !isRaw(schema);
  const right = isMap(r) && !isRaw(schema);
  if ((left || l === undefined || l === null) && (right || r === undefined || r === null) && (left || right)) {
    return compareAt(DEDUCED_MAP, l, r, draft);
  }
  const self = compareLeaf(schema, l, r, draft);
  if (left) return { ...compareAt(DEDUCED_MAP, l, null, draft), ...self };
  return right ? { ...compareAt(DEDUCED_MAP, null, r, draft), ...self } : self;
}

const NO_MEMBERS: JsonMap = Object.freeze({});

function compareMaps(schema: StructSchema | MapSchema, l: unknown, r: unknown, draft: boolean): Difference | undefined {
  const parts = new Collector();
  const left = isMap(l) ? l : NO_MEMBERS;
  const right = isMap(r) ? r : NO_MEMBERS;
  if (schema.kind === 'struct') compareFields(schema, left, right, draft && isMap(r), parts);
  else {
    for (const name in left) parts.add(name, compareAt(schema.values, left[name], member(right, name), draft));
    for (const name in right) {
      if (member(left, name) === undefined) parts.add(name, compareAt(schema.values, undefined, right[name], draft));
    }
  }
  return parts.finish(l, r);
}

function compareFields(schema: StructSchema, left: JsonMap, right: JsonMap, draft: boolean, parts: Collector): void {
  const plan = planOf(schema);
  const fill = draft && plan.typed;
  for (const name in left) compareField(plan, name, left[name], member(right, name), draft, parts);
  for (const name in right) {
    if (member(left, name) === undefined) compareField(plan, name, undefined, right[name], draft, parts);
  }
  if (!fill) return;
  for (const { name } of plan.always) {
    if (left[name] === undefined && right[name] === undefined)
      compareField(plan, name, undefined, undefined, draft, parts);
  }
}

function compareField(
  { byName, typed, others }: StructPlan,
  name: string,
  before: unknown,
  after: unknown,
  draft: boolean,
  parts: Collector,
): void {
  const field = byName.get(name);
  if (field !== undefined) {
    const value = draft && typed ? fieldValue(field, after) : after;
    parts.addKnown(field.element, compareAt(field.schema, before, value, draft));
  } else if (others !== undefined) parts.add(name, compareAt(others, before, after, draft));
}

function compareLists(schema: ListSchema, l: unknown, r: unknown, draft: boolean): Difference | undefined {
  const parts = new Collector();
  const left = itemsByElement(schema, l, false);
  const right = itemsByElement(schema, r, draft);
  for (const { element, items } of left.values()) {
    compareItems(schema, element, items, right.get(element.text)?.items ?? NO_ITEMS, draft, parts);
  }
  for (const { element, items } of right.values()) {
    if (!left.has(element.text)) compareItems(schema, element, NO_ITEMS, items, draft, parts);
  }
  return parts.finish(l, r);
}

const NO_ITEMS: readonly unknown[] = Object.freeze([]);

interface Items {
  readonly element: PathElement;
  /** More than one: duplicates. */
  readonly items: unknown[];
}

function itemsByElement(schema: ListSchema, list: unknown, draft: boolean): Map<string, Items> {
  const out = new Map<string, Items>();
  if (!Array.isArray(list)) return out;
  for (const item of list) {
    const element = knownElement(schema, item, draft);
    const known = out.get(element.text);
    if (known === undefined) out.set(element.text, { element, items: [item] });
    else known.items.push(item);
  }
  return out;
}

/** Items that share a name are owned together, as one; a lone item is owned field by field. */
function compareItems(
  schema: ListSchema,
  element: PathElement,
  l: readonly unknown[],
  r: readonly unknown[],
  draft: boolean,
  parts: Collector,
): void {
  if (l.length <= 1 && r.length <= 1) parts.addKnown(element, compareAt(schema.items, l[0], r[0], draft));
  else if (l.length > 1 && r.length > 1) {
    const same = l.length === r.length && l.every((item, i) => equalTyped(schema.items, item, r[i], draft));
    if (!same) parts.addKnown(element, LEAF.modified);
  } else if (l.length > 1) {
    const lone = r.length === 0 ? undefined : compareAt(schema.items, undefined, r[0], draft);
    parts.addKnown(element, lone);
    parts.addKnown(element, LEAF.removed);
  } else {
    const lone = l.length === 0 ? undefined : compareAt(schema.items, l[0], undefined, draft);
    parts.addKnown(element, lone);
    parts.addKnown(element, LEAF.added);
  }
}

/** Gathers the differences of members into those of their map or list. */
class Collector {
  #removed: FieldEntry[] | undefined;
  #modified: FieldEntry[] | undefined;
  #added: FieldEntry[] | undefined;

  add(name: string, difference: Difference | undefined): void {
    if (difference !== undefined) this.addKnown(fieldElement(name), difference);
  }

  addKnown(element: PathElement, difference: Difference | undefined): void {
    if (difference === undefined) return;
    const { self, removed, modified, added } = difference;
    this.#removed = withEntry(this.#removed, element, self === 'removed', removed);
    this.#modified = withEntry(this.#modified, element, self === 'modified', modified);
    this.#added = withEntry(this.#added, element, self === 'added', added);
  }

  finish(l: unknown, r: unknown): Difference | undefined {
    const self = l === undefined ? 'added' : r === undefined ? 'removed' : undefined;
    if (this.#removed === undefined && this.#modified === undefined && this.#added === undefined) {
      return self && LEAF[self];
    }
    const out: Difference = {};
    if (self !== undefined) out.self = self;
    if (this.#removed !== undefined) out.removed = fieldSetFrom(this.#removed);
    if (this.#modified !== undefined) out.modified = fieldSetFrom(this.#modified);
    if (this.#added !== undefined) out.added = fieldSetFrom(this.#added);
    return out;
  }
}

function withEntry(
  entries: FieldEntry[] | undefined,
  element: PathElement,
  member: boolean,
  child: FieldSet | undefined,
): FieldEntry[] | undefined {
  if (!member && child === undefined) return entries;
  const list = entries ?? [];
  list.push({ element, member, child });
  return list;
}
