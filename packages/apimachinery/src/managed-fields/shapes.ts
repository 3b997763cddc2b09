import { isMap, type JsonMap } from '../patch/json-tree.ts';
import type { ListSchema, Schema, StructSchema } from '../schema.ts';
import { equalTyped, isEmpty } from './equal-values.ts';
import { itemName } from './list-elements.ts';
import { DEDUCED, type FieldPlan, fieldValue, isAtomic, isRaw, planOf, type StructPlan } from './struct-plan.ts';

/**
 * The shape of a value: all that decides which fields it sets, and nothing of what they are set to. Most objects have the shape of one
 * before them (the Pods of a ReplicaSet, their conditions). So a walk goes down a tree of shapes, a step for all that is set, in the
 * order in which it stands: a field of a struct, or the name of a key or an item, and back up behind what is in it. Values that end at
 * one node own the same fields. Two nodes may stand for what is owned alike (then the work is done twice), but never one for what is not.
 *
 *   {spec: {containers: [{name: web, image: nginx}]}}     spec ► containers ► k:{"name":"web"} ► name ► ◄ ► image ► ◄ ► ◄ ► ◄ ► ◄
 */
export interface Shape<R> {
  /** By field plan, name of a key or an item, or sign. */
  next: Map<unknown, Shape<R>> | undefined;
  /** The step that was taken last from here, and where it led: as a rule the next walk goes the same way. */
  lastBy: unknown;
  last: Shape<R> | undefined;
  /** What was found out about values of this shape. */
  result: R | undefined;
}

/** The shapes of the values of each type. */
export type ShapeTrees<R> = WeakMap<StructSchema, Tree<R>>;

interface Tree<R> {
  size: number;
  readonly root: Shape<R>;
}

/** A tree that has grown larger is forgotten. */
const MAX_NODES = 10_000;

/** Of an object as against the zero object of its type. @param value typed, printed or not @throws {TypeError} an item of a map list has no key */
export function shapeOfCreated<R>(trees: ShapeTrees<R>, schema: StructSchema, value: unknown): Shape<R> {
  const walk = walkOf(trees, schema);
  const changed = walkChanged(walk, schema, planOf(schema).zero, value);
  return step(walk, changed ? CHANGED : BACK) as Shape<R>;
}

/** Of a struct where there was none. @param value typed, printed or not @throws {TypeError} an item of a map list has no key */
export function shapeOfAdded<R>(trees: ShapeTrees<R>, schema: StructSchema, value: JsonMap): Shape<R> {
  const walk = walkOf(trees, schema);
  walkFields(walk, schema, value, undefined);
  return step(walk, BACK) as Shape<R>;
}

interface Walk {
  readonly tree: { size: number };
  at: Shape<unknown>;
}

function walkOf<R>(trees: ShapeTrees<R>, schema: StructSchema): Walk {
  let tree = trees.get(schema);
  if (tree === undefined || tree.size > MAX_NODES) {
    tree = { size: 0, root: newShape() };
    trees.set(schema, tree);
  }
  return { tree, at: tree.root as Shape<unknown> };
}

/** Behind what is in a field, a key or an item. */
const BACK = 0;
/** The same, and the place itself differs from zero. */
const CHANGED = 1;

const newShape = <R>(): Shape<R> => ({ next: undefined, lastBy: undefined, last: undefined, result: undefined });

function step(walk: Walk, by: unknown): Shape<unknown> {
  const { at } = walk;
  if (at.lastBy === by && at.last !== undefined) {
    walk.at = at.last;
    return at.last;
  }
  let found = at.next?.get(by);
  if (found === undefined) {
    found = newShape();
    at.next ??= new Map();
    at.next.set(by, found);
    walk.tree.size++;
  }
  at.lastBy = by;
  at.last = found;
  walk.at = found;
  return found;
}

/** The plan of a field: as a rule the one that the last walk found here. */
function planAt({ at }: Walk, { byName }: StructPlan, name: string): FieldPlan | undefined {
  const expected = at.lastBy;
  return typeof expected === 'object' && (expected as FieldPlan).name === name
    ? (expected as FieldPlan)
    : byName.get(name);
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
    const field = planAt(walk, plan, name);
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
  for (const item of items) walkMember(walk, schema.items, itemName(schema, item, true), item);
}
