import { compareKeys } from '../encode/compare-keys.ts';
import type { Schema, StructSchema } from '../schema.ts';
import { goText } from './go-text.ts';
import { isList, isMap, type JsonMap, type MutableMap, put, sameJson } from './json-tree.ts';
import { listField, mapField, type PatchField } from './patch-fields.ts';
import { PatchProblem } from './patch-problem.ts';
import { combineStrategicPatches } from './strategic-merge-patch.ts';
import { sortedByPlace } from './strategic-order.ts';
import { asMap, DIRECTIVE, elementKind, mergeKeyOf } from './strategic-values.ts';

/**
 * The strategic merge patch that makes `modified` of `original`, as clients send it.
 * @throws {PatchProblem} what differs cannot be told in a patch (lists of lists, items without merge key)
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
 */
export function createStrategicPatch(schema: StructSchema, original: object, modified: object): JsonMap {
  const what = { changes: true, deletions: true, retainKeys: false, order: true };
  return diffMaps(original as JsonMap, modified as JsonMap, schema, what);
}

/** The same without the order of lists: what has changed, to be compared and not to be sent. @throws {PatchProblem} */
export function strategicChanges(schema: StructSchema, original: object, modified: object): JsonMap {
  const what = { changes: true, deletions: true, retainKeys: false, order: false };
  return diffMaps(original as JsonMap, modified as JsonMap, schema, what);
}

/**
 * The patch of `kubectl apply`: what `modified` wants otherwise than `current` has it, and the deletion of what
 * `original`, the configuration applied last, had and `modified` has no more. Changes that others made are overwritten.
 * @throws {PatchProblem}
 */
export function createThreeWayStrategicPatch(
  schema: StructSchema,
  original: object,
  modified: object,
  current: object,
): JsonMap {
  const wanted = modified as JsonMap;
  const changes = diffMaps(current as JsonMap, wanted, schema, {
    changes: true,
    deletions: false,
    retainKeys: false,
    order: true,
  });
  const deletions = diffMaps(original as JsonMap, wanted, schema, {
    changes: false,
    deletions: true,
    retainKeys: false,
    order: true,
  });
  return combineStrategicPatches(schema, deletions, changes);
}

interface DiffOptions {
  /** Tell of what is new or different. */
  readonly changes: boolean;
  /** Tell of what is gone. */
  readonly deletions: boolean;
  /** Name what stays in `$retainKeys`. */
  readonly retainKeys: boolean;
  /** Tell of the order of lists. */
  readonly order: boolean;
}

function diffMaps(original: JsonMap, modified: JsonMap, schema: Schema, options: DiffOptions): MutableMap {
  const patch: MutableMap = {};
  for (const key of Object.keys(modified)) {
    if (Object.hasOwn(original, key)) diffMember(key, original[key], modified[key], patch, schema, options);
    else if (options.changes) put(patch, key, modified[key]);
  }
  if (options.deletions) {
    for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) put(patch, key, null);
  }
  if (options.retainKeys) addRetainKeys(patch, original, modified);
  return patch;
}

function diffMember(
  key: string,
  before: unknown,
  after: unknown,
  patch: MutableMap,
  schema: Schema,
  options: DiffOptions,
): void {
  if (key === DIRECTIVE) {
    if (typeof before !== 'string' || typeof after !== 'string') {
      throw new PatchProblem(500, `invalid value for special key: ${DIRECTIVE}`);
    }
    if (before !== after) patch[key] = after;
  } else if (isMap(before) && isMap(after)) diffMapField(key, before, after, patch, schema, options);
  else if (isList(before) && isList(after)) diffListField(key, before, after, patch, schema, options);
  else if (options.changes && before !== after) put(patch, key, after);
}

function diffMapField(
  key: string,
  before: JsonMap,
  after: JsonMap,
  patch: MutableMap,
  schema: Schema,
  options: DiffOptions,
): void {
  const field = fieldUnlessEqual(before, after, () => mapField(schema, key));
  if (field === undefined) return;
  if (field.strategy === 'replace') {
    if (options.changes) put(patch, key, after);
    return;
  }
  const inner = diffMaps(before, after, field.schema, { ...options, retainKeys: field.retainKeys });
  if (Object.keys(inner).length > 0) put(patch, key, inner);
}

function diffListField(
  key: string,
  before: readonly unknown[],
  after: readonly unknown[],
  patch: MutableMap,
  schema: Schema,
  options: DiffOptions,
): void {
  const field = fieldUnlessEqual(before, after, () => listField(schema, key));
  if (field === undefined) return;
  if (field.strategy !== 'merge') {
    if (options.changes && !sameJson(before, after)) put(patch, key, after);
    return;
  }
  const { items, gone, order } = diffLists(before, after, field, { ...options, retainKeys: field.retainKeys });
  if (items.length > 0) put(patch, key, items);
  if (gone.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = gone;
  if (options.order && order.length > 0) patch[`$setElementOrder/${key}`] = order;
}

/** What no type has may be there as long as it stays the same. */
function fieldUnlessEqual(before: unknown, after: unknown, find: () => PatchField): PatchField | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof PatchProblem && sameJson(before, after)) return undefined;
    throw error;
  }
}

function addRetainKeys(patch: MutableMap, original: JsonMap, modified: JsonMap): void {
  const keys = Object.keys(modified).filter((key) => modified[key] !== null);
  if (keys.length === 0) return;
  const clears = Object.keys(original).some((key) => original[key] !== null && !Object.hasOwn(modified, key));
  if (Object.keys(patch).length > 0 || clears) patch['$retainKeys'] = keys.sort(compareKeys);
}

interface ListDiff {
  readonly items: readonly unknown[];
  readonly gone: readonly unknown[];
  readonly order: readonly unknown[];
}

const NO_DIFFERENCE: ListDiff = { items: [], gone: [], order: [] };

function diffLists(
  before: readonly unknown[],
  after: readonly unknown[],
  field: PatchField,
  options: DiffOptions,
): ListDiff {
  if (before.length === 0) return options.changes ? { ...NO_DIFFERENCE, items: after } : NO_DIFFERENCE;
  return elementKind(before, after) === 'map'
    ? diffListsOfMaps(before, after, field, options)
    : diffListsOfScalars(before, after, options);
}

function diffListsOfScalars(before: readonly unknown[], after: readonly unknown[], options: DiffOptions): ListDiff {
  const added: unknown[] = [];
  const gone: unknown[] = [];
  const sortedBefore = sortedByText(before, goText);
  walkBoth(sortedBefore, sortedByText(after, goText), goText, {
    onlyBefore: (item) => gone.push(item),
    onlyAfter: (item) => added.push(item),
  });
  const items = options.changes ? sortedByPlace(added, after, '', 'scalar') : [];
  const deleted = options.deletions ? [...new Set(gone)] : [];
  // Upstream has sorted the old list by now: a list that is not in order is told of even when it stays as it is.
  const reorders = (options.deletions && deleted.length > 0) || (options.changes && !sameJson(sortedBefore, after));
  return { items, gone: deleted, order: reorders ? after : [] };
}

function diffListsOfMaps(
  before: readonly unknown[],
  after: readonly unknown[],
  field: PatchField,
  options: DiffOptions,
): ListDiff {
  const { mergeKey, schema } = field;
  const keyText = (item: unknown) => goText(mergeKeyOf(item, mergeKey));
  const changed: unknown[] = [];
  const gone: unknown[] = [];
  walkBoth(sortedByText(before, keyText), sortedByText(after, keyText), keyText, {
    both: (old, item) => {
      const patch = diffMaps(asMap(old), asMap(item), schema, options);
      if (Object.keys(patch).length === 0) return;
      put(patch, mergeKey, mergeKeyOf(item, mergeKey));
      changed.push(patch);
    },
    onlyBefore: (item) =>
      options.deletions && gone.push({ [mergeKey]: mergeKeyOf(item, mergeKey), [DIRECTIVE]: 'delete' }),
    onlyAfter: (item) => options.changes && changed.push(item),
  });
  const items = [...sortedByPlace(changed, after, mergeKey, 'map'), ...gone];
  const reorders = options.changes && !sameOrder(before, after, mergeKey);
  if (items.length === 0 && !reorders) return NO_DIFFERENCE;
  return { items, gone: [], order: after.map((item) => ({ [mergeKey]: mergeKeyOf(item, mergeKey) })) };
}

const sameOrder = (before: readonly unknown[], after: readonly unknown[], mergeKey: string): boolean =>
  before.length === after.length &&
  after.every((item, i) => mergeKeyOf(before[i], mergeKey) === mergeKeyOf(item, mergeKey));

/** Upstream's comparison takes equal for less, which turns items with the same text around. */
const sortedByText = (list: readonly unknown[], text: (item: unknown) => string): readonly unknown[] =>
  list
    .map((item) => ({ item, text: text(item) }))
    .reverse()
    .sort((a, b) => compareKeys(a.text, b.text))
    .map(({ item }) => item);

interface Visitor {
  readonly both?: (before: unknown, after: unknown) => void;
  readonly onlyBefore: (item: unknown) => void;
  readonly onlyAfter: (item: unknown) => void;
}

/** Walks two lists that are sorted by the same text. */
function walkBoth(
  before: readonly unknown[],
  after: readonly unknown[],
  text: (item: unknown) => string,
  visitor: Visitor,
): void {
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const order = i >= before.length ? 1 : j >= after.length ? -1 : compareKeys(text(before[i]), text(after[j]));
    if (order === 0) visitor.both?.(before[i], after[j]);
    else if (order < 0) visitor.onlyBefore(before[i]);
    else visitor.onlyAfter(after[j]);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
}
