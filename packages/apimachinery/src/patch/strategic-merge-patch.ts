import type { Schema, StructSchema } from '../schema.ts';
import { goText } from './go-text.ts';
import { isList, isMap, type JsonMap, type MutableMap, member, put, sameJson, shareUnchanged } from './json-tree.ts';
import { goKind, listField, mapField, type PatchField } from './patch-fields.ts';
import { PatchProblem } from './patch-problem.ts';
import { checkElementOrder, ordered, partition } from './strategic-order.ts';
import {
  badArgument,
  comparable,
  DIRECTIVE,
  elementKind,
  mergeKeyOf,
  noMergeKey,
  unknownDirective,
} from './strategic-values.ts';

const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
const SET_ORDER = '$setElementOrder';

/**
 * Applies a strategic merge patch with all its directives, as the Kubernetes server does.
 *
 * Pure: the result shares what did not change with `document`, and is `document` itself when nothing did. Nulls and
 * directives that the merge passes over (inside new items of lists) are still in the result: decoding reports them as
 * unknown fields and drops them.
 *
 * @throws {PatchProblem} 400: a directive is malformed; 422: lists of lists; 500: the rest, as the server has it
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
 */
export function applyStrategicMergePatch<T extends object>(schema: StructSchema, document: T, patch: object): T {
  return strategicMerge(schema, document, patch).document as T;
}

/**
 * Puts two strategic patches together, the later one over the earlier: nulls and directives stay, so that the result
 * does what both do one after the other.
 * @throws {PatchProblem}
 */
export function combineStrategicPatches(schema: StructSchema, earlier: JsonMap, later: JsonMap): JsonMap {
  const merge = new StrategicMerge(true);
  return merge.maps(merge.adopt(earlier) as JsonMap, merge.adopt(later) as MutableMap, schema);
}

/** {@link applyStrategicMergePatch}, and what is left of the patch: Go consumes directives, and messages show the rest. */
export function strategicMerge(
  schema: StructSchema,
  document: object,
  patch: object,
): { readonly document: JsonMap; readonly rest: JsonMap } {
  const merge = new StrategicMerge(false);
  const rest = merge.adopt(patch) as MutableMap;
  const result = merge.maps(document as JsonMap, rest, schema);
  return { document: shareUnchanged(document, result) as JsonMap, rest };
}

/**
 * One merge. It owns a copy of the patch and copies of the maps of the document that it writes to, and edits both in
 * place: items of the patch become part of the result, and a later item with the same key is merged into them.
 */
class StrategicMerge {
  readonly #owned = new Set<object>();
  /** The document is a patch too. */
  readonly #combines: boolean;

  constructor(combines: boolean) {
    this.#combines = combines;
  }

  /** A copy that may be edited. */
  adopt(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (isList(value)) return value.map((item) => this.adopt(item));
    const copy: MutableMap = {};
    for (const [key, item] of Object.entries(value)) if (item !== undefined) put(copy, key, this.adopt(item));
    this.#owned.add(copy);
    return copy;
  }

  #own(map: JsonMap): MutableMap {
    if (this.#owned.has(map)) return map;
    const copy = { ...map };
    this.#owned.add(copy);
    return copy;
  }

  maps(document: JsonMap, patch: MutableMap, schema: Schema): JsonMap {
    if (Object.hasOwn(patch, DIRECTIVE)) return applyDirective(patch);
    const result = this.#own(document);
    if (this.#combines) this.#carry(RETAIN_KEYS, result, patch);
    else retainKeys(result, patch);
    for (const key of Object.keys(patch)) if (key.startsWith(SET_ORDER)) this.#setOrder(key, result, patch, schema);
    for (const key of Object.keys(patch)) this.#mergeMember(key, result, patch[key], schema);
    return result;
  }

  #mergeMember(patchKey: string, result: MutableMap, value: unknown, schema: Schema): void {
    const deletes = patchKey.startsWith(DELETE_FROM_LIST);
    if (value === null || (deletes && this.#combines)) {
      if (this.#combines) put(result, patchKey, value);
      else delete result[deletes ? listNameIn(patchKey, DELETE_FROM_LIST) : patchKey];
      return;
    }
    const key = (deletes && listNameIn(patchKey, DELETE_FROM_LIST)) || patchKey;
    const before = member(result, key);
    if (isMap(before) && isMap(value)) {
      const field = mapField(schema, key);
      put(result, key, field.strategy === 'replace' ? value : this.maps(before, value, field.schema));
    } else if (isList(before) && isList(value)) {
      put(result, key, this.#lists(before, value, listField(schema, key), deletes).list);
    } else if (!deletes) {
      if (!this.#combines && !sameScalarType(before, value)) dropNulls(value);
      const kept = withoutDirectives(value);
      if (kept === undefined) delete result[key];
      else put(result, key, kept);
    }
  }

  /**
   * `live` is the order of the live list that `$setElementOrder` goes by afterwards. Go edits the live list in place:
   * deleted items are gone from it, and items that the patch adds take the room that they left.
   */
  #lists(before: readonly unknown[], patch: readonly unknown[], field: PatchField, deletes: boolean): MergedList {
    if (field.strategy !== 'merge' && !deletes) return { list: patch, live: before };
    if (before.length === 0 && patch.length === 0) return { list: before, live: before };
    const kind = elementKind(before, patch);
    const { mergeKey } = field;
    if (kind === 'scalar') {
      if (deletes) return { list: without(before, patch), live: before };
      const merged = [...new Set([...before, ...patch])];
      const list = ordered(partition(merged, patch, mergeKey), { mergeKey, kind, wanted: patch, live: before });
      return { list, live: before };
    }
    if (mergeKey === '')
      throw new PatchProblem(500, `cannot merge lists without merge key for ${goKind(field.schema)}`);
    const { live, wanted, replaces } = applyItemDirectives(before, patch as readonly JsonMap[], mergeKey);
    const merged = this.#mergeItems(live, wanted, mergeKey, field.schema);
    const list = ordered(partition(merged, wanted, mergeKey), { mergeKey, kind, wanted, live });
    return { list, live: replaces ? before : merged.slice(0, before.length) };
  }

  #mergeItems(
    live: readonly unknown[],
    patch: readonly JsonMap[],
    mergeKey: string,
    schema: Schema,
  ): readonly unknown[] {
    const merged = live.slice() as JsonMap[];
    const places = new Map<unknown, number>();
    for (const [i, item] of merged.entries()) {
      const key = member(item, mergeKey);
      if (key !== undefined && !places.has(key)) places.set(key, i);
    }
    for (const item of patch) {
      const key = mergeKeyOf(item, mergeKey);
      const place = places.get(key);
      const before = place === undefined ? undefined : merged[place];
      if (place !== undefined && before !== undefined) merged[place] = this.maps(before, item, schema);
      else places.set(key, merged.push(item) - 1);
    }
    return merged;
  }

  /** `$setElementOrder/<field>` together with the field's own list: both are done with afterwards. */
  #setOrder(key: string, result: MutableMap, patch: MutableMap, schema: Schema): void {
    const order = patch[key];
    if (this.#combines) this.#carry(key, result, patch);
    else delete patch[key];
    if (!isList(order)) throw badArgument('[]interface {}', order);
    const name = listNameIn(key, SET_ORDER);
    const live = listOrNothing(member(result, name));
    const items = listOrNothing(member(patch, name));
    const field = listField(schema, name);
    checkElementOrder(items ?? [], order, field.mergeKey);
    if (live === undefined && items === undefined) return;
    const merged = this.#mergedForOrder(live, items, field);
    const { mergeKey } = field;
    const parts = partition(merged.list, order, mergeKey);
    const kind = elementKind(live ?? [], items ?? []);
    put(result, name, ordered(parts, { mergeKey, kind, wanted: order, live: merged.live }));
    delete patch[name];
  }

  /** A directive moves from one patch to the other, which must not have a different one. */
  #carry(directive: string, result: MutableMap, patch: MutableMap): void {
    if (!Object.hasOwn(patch, directive)) return;
    const value = patch[directive];
    delete patch[directive];
    if (!Object.hasOwn(result, directive)) put(result, directive, value);
    else if (!sameJson(result[directive], value)) {
      throw new PatchProblem(
        500,
        directive === RETAIN_KEYS
          ? `${goText(result[directive])} and ${goText(value)} are not deep equal: this may happen when calculating the 3-way diff patch`
          : 'invalid patch format of setElementOrder list',
      );
    }
  }

  #mergedForOrder(
    live: readonly unknown[] | undefined,
    items: readonly unknown[] | undefined,
    field: PatchField,
  ): MergedList {
    if (live === undefined) return { list: withoutDirectives(items) as readonly unknown[], live: [] };
    return items === undefined ? { list: live, live } : this.#lists(live, items, field, false);
  }
}

interface MergedList {
  readonly list: readonly unknown[];
  readonly live: readonly unknown[];
}

/** `$patch` in a map that is merged. */
function applyDirective(patch: MutableMap): JsonMap {
  const directive = patch[DIRECTIVE];
  if (directive === 'delete') return {};
  if (directive !== 'replace') throw unknownDirective(directive, patch);
  delete patch[DIRECTIVE];
  return patch;
}

/** `$retainKeys`: members of the result that it does not name go. */
function retainKeys(result: MutableMap, patch: MutableMap): void {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return;
  const list = patch[RETAIN_KEYS];
  delete patch[RETAIN_KEYS];
  const malformed = () => new PatchProblem(400, 'invalid patch format of retainKeys');
  if (!isList(list)) throw malformed();
  const retained = new Set(list.map(comparable));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ORDER)) continue;
    if (!retained.has(key)) throw malformed();
  }
  for (const key of Object.keys(result)) if (!retained.has(key)) delete result[key];
}

/** The field in `$directive/<field>`. @throws {PatchProblem} 400 */
function listNameIn(key: string, prefix: string): string {
  if (key.startsWith(`${prefix}/`)) return key.slice(prefix.length + 1);
  const what = prefix === SET_ORDER ? 'setElementOrder list' : 'primitive list';
  throw new PatchProblem(400, `invalid patch format of ${what}`);
}

function listOrNothing(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || isList(value)) return value;
  throw badArgument('[]interface {}', value);
}

/** `$patch` in items of a list that merges: deletions are done, `replace` makes the patch's other items the list. */
function applyItemDirectives(
  live: readonly unknown[],
  patch: readonly JsonMap[],
  mergeKey: string,
): { readonly live: readonly unknown[]; readonly wanted: readonly JsonMap[]; readonly replaces: boolean } {
  const wanted: JsonMap[] = [];
  const deleted = new Set<unknown>();
  let replaces = false;
  for (const item of patch) {
    if (!Object.hasOwn(item, DIRECTIVE)) {
      wanted.push(item);
      continue;
    }
    const directive = item[DIRECTIVE];
    if (directive === 'delete') {
      if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
      deleted.add(item[mergeKey]);
    } else if (directive === 'replace') replaces = true;
    else if (directive === 'merge') throw new PatchProblem(500, 'merging lists cannot yet be specified in the patch');
    else throw unknownDirective(directive, item);
  }
  if (replaces) return { live: wanted, wanted: [], replaces };
  if (deleted.size === 0) return { live, wanted, replaces };
  return { live: live.filter((item) => !isMap(item) || !deleted.has(member(item, mergeKey))), wanted, replaces };
}

function without(list: readonly unknown[], gone: readonly unknown[]): readonly unknown[] {
  const set = new Set(gone.map(comparable));
  return list.filter((item) => !set.has(item));
}

const sameScalarType = (a: unknown, b: unknown): boolean =>
  typeof a === typeof b && (typeof a !== 'object' || a === null);

/** Deletes null members, at any depth and in lists too. Edits in place. */
function dropNulls(value: unknown): void {
  if (isList(value)) {
    for (const item of value) dropNulls(item);
    return;
  }
  if (!isMap(value)) return;
  const map = value as MutableMap;
  for (const key of Object.keys(map)) {
    if (map[key] === null) delete map[key];
    else dropNulls(map[key]);
  }
}

/** The value without maps that hold a `$patch`; undefined when it is one itself. Maps are edited in place. */
function withoutDirectives(value: unknown): unknown {
  if (isList(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const map = value as MutableMap;
  for (const key of Object.keys(map)) {
    const kept = withoutDirectives(map[key]);
    if (kept === undefined) delete map[key];
    else put(map, key, kept);
  }
  return value;
}
