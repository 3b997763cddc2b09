import type { FieldSchema, Schema, StructSchema } from './schema.ts';

/**
 * Which fields a value of a type sets, and in which order. Most values set what one before them did, so going through the fields of a value is
 * going from step to step of a tree: a comparison for each, and what follows from the whole is worked out once. Fields that the type does
 * not have take no step.
 *
 *   {name: web, image: nginx}     first ► name ► image         {name: web, ports: [], image: nginx}     first ► name ► ports ► image
 */
export interface FieldLayout {
  /** The field of the last step; undefined: nothing is set. */
  readonly field: FieldSchema | undefined;
  /** The step that was taken last from here, as a rule the one that is taken next. */
  lastName: string | undefined;
  last: FieldLayout | undefined;
  readonly next: Map<string, FieldLayout>;
  readonly before: FieldLayout | undefined;
  readonly tree: Tree;
  /** See {@link printedFields}. */
  printed: readonly FieldSchema[] | undefined;
  /** See {@link absentFields}. */
  absent: readonly FieldSchema[] | undefined;
}

interface Tree {
  readonly schema: StructSchema;
  /** Undefined: nobody has looked yet. */
  first: FieldLayout | undefined;
  size: number;
}

/** A tree that has grown larger (somebody sends fields in all orders) is forgotten. */
const MAX_STEPS = 2_000;

const trees = new WeakMap<StructSchema, Tree>();

/** The layout of a value that sets nothing. */
export function firstLayout(schema: StructSchema): FieldLayout {
  let tree = trees.get(schema);
  if (tree === undefined) {
    tree = { schema, first: undefined, size: 0 };
    trees.set(schema, tree);
  } else if (tree.size > MAX_STEPS) {
    tree.first = undefined;
    tree.size = 0;
  }
  tree.first ??= newLayout(tree, undefined, undefined);
  return tree.first;
}

/** The layout of a value that sets one more field; undefined: its type has no such field. */
export function nextLayout(layout: FieldLayout, name: string): FieldLayout | undefined {
  if (layout.lastName === name) return layout.last;
  let found = layout.next.get(name);
  if (found === undefined) {
    const { tree } = layout;
    const field = tree.schema.byName.get(name);
    if (field === undefined) return undefined;
    found = newLayout(tree, field, layout);
    layout.next.set(name, found);
    tree.size++;
  }
  layout.lastName = name;
  layout.last = found;
  return found;
}

/** The fields of a value that may be printed, in Go's order: those that it sets, and those that print although nobody set them. */
export function printedFields(layout: FieldLayout): readonly FieldSchema[] {
  layout.printed ??= withSet(layout, ({ omitEmpty }, isSet) => isSet || !omitEmpty);
  return layout.printed;
}

/** The fields that a value does not set and that are there anyway: Go cannot leave them empty. Lists, maps and times stay absent. */
export function absentFields(layout: FieldLayout): readonly FieldSchema[] {
  layout.absent ??= withSet(layout, (field, isSet) => !isSet && isAlwaysThere(field));
  return layout.absent;
}

function withSet(
  layout: FieldLayout,
  isWanted: (field: FieldSchema, isSet: boolean) => boolean,
): readonly FieldSchema[] {
  const set = new Set<FieldSchema>();
  for (let at: FieldLayout | undefined = layout; at?.field !== undefined; at = at.before) set.add(at.field);
  return layout.tree.schema.fields.filter((field) => isWanted(field, set.has(field)));
}

const newLayout = (tree: Tree, field: FieldSchema | undefined, before: FieldLayout | undefined): FieldLayout => ({
  field,
  lastName: undefined,
  last: undefined,
  next: new Map(),
  before,
  tree,
  printed: undefined,
  absent: undefined,
});

const isAlwaysThere = ({ required, pointer, omitEmpty, schema }: FieldSchema): boolean =>
  Boolean(required) && !pointer && !omitEmpty && NEVER_EMPTY.has(schema.kind);

const NEVER_EMPTY: ReadonlySet<Schema['kind']> = new Set([
  'string',
  'bool',
  'int32',
  'int64',
  'float64',
  'intOrString',
  'struct',
]);
