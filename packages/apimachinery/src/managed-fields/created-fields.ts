import { isMap, type JsonMap } from '../patch/json-tree.ts';
import type { ListSchema, Schema, StructSchema } from '../schema.ts';
import { compareSets } from './compare-sets.ts';
import { equalTyped, isEmpty } from './equal-values.ts';
import { type FieldSet, interned, union } from './field-set.ts';
import { itemName } from './list-elements.ts';
import { DEDUCED, fieldValue, isAtomic, isRaw, planOf } from './struct-plan.ts';

/**
 * What the creator of an object owns: all in which it differs from the zero object of its type.
 *
 * Creating is the most frequent of writes, and most objects have the shape of one before them (the Pods of a ReplicaSet). So a walk
 * goes down a tree of shapes, a step for all that is set, in the order in which it stands: a field of a struct, or the name of a key or
 * an item, and back up behind what is in it. Objects that end at one node share their set. Two nodes may stand for what is owned alike
 * (then the work is done twice), but never one for what is not.
 *
 *   {spec: {containers: [{name: web, image: nginx}]}}     spec ► containers ► k:{"name":"web"} ► name ► ◄ ► image ► ◄ ► ◄ ► ◄ ► ◄
 *
 * @param next typed, printed or not @throws {TypeError} an item of a map list has no key
 */
export function createdFields(schema: StructSchema, next: unknown): FieldSet {
  const { zero } = planOf(schema);
  let shapes = cache.get(schema);
  if (shapes === undefined || shapes.size > MAX_NODES) {
    shapes = { size: 0, root: node() };
    cache.set(schema, shapes);
  }
  const walk: Walk = { shapes, at: shapes.root };
  const changed = walkChanged(walk, schema, zero, next);
  const end = step(walk, changed ? CHANGED : BACK);
  if (end.set === undefined) {
    const { modified, added } = compareSets(schema, zero, next, { draft: true });
    end.set = interned(union(modified, added));
  }
  return end.set;
}

interface Node {
  /** By field plan, name of a key or an item, or sign. */
  readonly next: Map<unknown, Node>;
  set: FieldSet | undefined;
}
interface Shapes {
  size: number;
  readonly root: Node;
}
interface Walk {
  readonly shapes: Shapes;
  at: Node;
}

/** A tree that has grown larger is forgotten. */
const MAX_NODES = 10_000;
const cache = new WeakMap<StructSchema, Shapes>();
const node = (): Node => ({ next: new Map(), set: undefined });

/** Behind what is in a field, a key or an item. */
const BACK = 0;
/** The same, and the place itself differs from zero. */
const CHANGED = 1;

function step(walk: Walk, by: unknown): Node {
  let found = walk.at.next.get(by);
  if (found === undefined) {
    found = node();
    walk.at.next.set(by, found);
    walk.shapes.size++;
  }
  walk.at = found;
  return found;
}

/** Goes through what differs from the zero value of a type: null, a scalar, or a struct of such. True: the place itself does. */
function walkChanged(walk: Walk, schema: Schema, zero: unknown, value: unknown): boolean {
  if (value === zero || value === undefined) return false;
  switch (schema.kind) {
    case 'struct':
    case 'map':
    case 'list':
      if (isAtomic(schema) || (isEmpty(schema, zero, false) && isEmpty(schema, value, true))) break;
      if (schema.kind === 'struct' && isMap(zero) && isMap(value)) {
        walkFields(walk, schema, value, zero);
        return false;
      }
      walkAdded(walk, schema, value);
      return true;
    case 'any':
    case 'fieldsV1':
      walkAdded(walk, schema, value);
      return true;
  }
  return !equalTyped(schema, zero, value, true);
}

/** Goes through what was not there before. */
function walkAdded(walk: Walk, schema: Schema, value: unknown): void {
  switch (schema.kind) {
    case 'struct':
      if (isMap(value) && !isAtomic(schema)) walkFields(walk, schema, value, undefined);
      return;
    case 'map':
      if (isMap(value) && schema.mapType === 'granular') walkMembers(walk, schema.values, value);
      return;
    case 'list':
      if (Array.isArray(value) && schema.listType !== 'atomic') walkItems(walk, schema, value);
      return;
    case 'any':
    case 'fieldsV1':
      if (isMap(value) && !isRaw(schema)) walkMembers(walk, DEDUCED, value);
  }
}

/** The fields of a struct; against `zero`, or all as added. */
function walkFields(walk: Walk, schema: StructSchema, value: JsonMap, zero: JsonMap | undefined): void {
  const plan = planOf(schema);
  for (const name in value) {
    const field = plan.byName.get(name);
    if (field === undefined) {
      if (plan.others !== undefined && value[name] !== undefined) walkMember(walk, plan.others, name, value[name]);
      continue;
    }
    const set = plan.typed ? fieldValue(field, value[name]) : value[name];
    if (set === undefined) continue;
    const before = zero?.[name];
    step(walk, field);
    if (before === undefined) {
      walkAdded(walk, field.schema, set);
      step(walk, CHANGED);
    } else step(walk, walkChanged(walk, field.schema, before, set) ? CHANGED : BACK);
  }
}

function walkMember(walk: Walk, schema: Schema, name: string, value: unknown): void {
  step(walk, name);
  walkAdded(walk, schema, value);
  step(walk, BACK);
}

function walkMembers(walk: Walk, schema: Schema, value: JsonMap): void {
  for (const name in value) if (value[name] !== undefined) walkMember(walk, schema, name, value[name]);
}

function walkItems(walk: Walk, schema: ListSchema, items: readonly unknown[]): void {
  for (const item of items) walkMember(walk, schema.items, itemName(schema, item), item);
}
