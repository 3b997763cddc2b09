import { goText } from './go-text.ts';
import { isList, isMap, member } from './json-tree.ts';
import { PatchProblem } from './patch-problem.ts';
import { asMap, comparable, DIRECTIVE, mergeKeyOf, placeKey, placesOf, rawMergeKeyOf } from './strategic-values.ts';

export interface Partition {
  readonly listed: readonly unknown[];
  readonly others: readonly unknown[];
}

/** Splits a list into the items that `by` holds too (by merge key, or by value when that is empty) and the others. */
export function partition(list: readonly unknown[], by: readonly unknown[], mergeKey: string): Partition {
  const keys = new Set<unknown>();
  const broken = collectKeys(by, mergeKey, keys);
  const listed: unknown[] = [];
  const others: unknown[] = [];
  for (const item of list) {
    const key = mergeKey === '' ? comparable(item) : mergeKeyOf(item, mergeKey);
    const found = keys.has(key);
    if (!found && broken !== undefined) throw new PatchProblem(500, `value for key ${broken} is not a map`);
    (found ? listed : others).push(item);
  }
  return { listed, others };
}

/** Fills `keys`, up to the first item that is no map: its index is returned. Items without the key are passed over. */
function collectKeys(by: readonly unknown[], mergeKey: string, keys: Set<unknown>): number | undefined {
  for (const [i, item] of by.entries()) {
    if (mergeKey === '') keys.add(comparable(item));
    else if (!isMap(item)) return i;
    else if (Object.hasOwn(item, mergeKey)) keys.add(item[mergeKey]);
  }
  return undefined;
}

export interface Order {
  readonly mergeKey: string;
  readonly kind: 'map' | 'scalar';
  /** The order that the patch asks for. */
  readonly wanted: readonly unknown[];
  /** The order of the live list. */
  readonly live: readonly unknown[];
}

/**
 * The items that the patch knows in the order it wants, and between them the others in the live order: each other item
 * comes before the first wanted one that it preceded in the live list.
 */
export function ordered(parts: Partition, order: Order): unknown[] {
  const wantedPlaces = placesOfMaps(parts.listed, order.wanted, order);
  const listed = sorted(parts.listed, wantedPlaces, order);
  const livePlaces = placesOfMaps(parts.others, order.live, order);
  const others = sorted(parts.others, livePlaces, order);
  const result: unknown[] = [];
  let next = 0;
  for (const item of others) {
    const place = livePlaces.get(placeKey(item, order.mergeKey, order.kind));
    while (
      next < listed.length &&
      !isBefore(place, livePlaces.get(placeKey(listed[next], order.mergeKey, order.kind)))
    ) {
      result.push(listed[next++]);
    }
    result.push(item);
  }
  while (next < listed.length) result.push(listed[next++]);
  return result;
}

const isBefore = (a: number | undefined, b: number | undefined): boolean => a !== undefined && b !== undefined && a < b;

/** The places of `list`. For maps, every item of both lists must have the merge key. */
function placesOfMaps(items: readonly unknown[], list: readonly unknown[], order: Order): ReadonlyMap<unknown, number> {
  if (order.kind === 'map') {
    for (const item of items) rawMergeKeyOf(item, order.mergeKey);
    for (const item of list) rawMergeKeyOf(item, order.mergeKey);
  }
  return placesOf(list, order.mergeKey, order.kind);
}

/**
 * An insertion sort, step by step Go's: an item without a place counts as less than any other, so that no other sort
 * puts them in the same order. Items to be deleted go to the end.
 */
function sorted(items: readonly unknown[], places: ReadonlyMap<unknown, number>, order: Order): unknown[] {
  const keep = order.kind === 'map' ? items.filter((item) => !isDeletion(item)) : items.slice();
  const at = keep.map((item) => places.get(placeKey(item, order.mergeKey, order.kind)));
  for (let i = 1; i < keep.length; i++) {
    for (let j = i; j > 0 && isLess(at[j], at[j - 1]); j--) {
      swap(keep, j);
      swap(at, j);
    }
  }
  return keep.length === items.length ? keep : [...keep, ...items.filter(isDeletion)];
}

/** Items in the order in which `order` has them; deletions last. @throws {PatchProblem} an item without merge key */
export function sortedByPlace(
  items: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string,
  kind: 'map' | 'scalar',
): unknown[] {
  const by = { mergeKey, kind, wanted: order, live: [] };
  return sorted(items, placesOfMaps(items, order, by), by);
}

const isLess = (a: number | undefined, b: number | undefined): boolean => a === undefined || b === undefined || a < b;

function swap<T>(list: T[], j: number): void {
  [list[j - 1], list[j]] = [list[j] as T, list[j - 1] as T];
}

const isDeletion = (item: unknown): boolean => isMap(item) && member(item, DIRECTIVE) === 'delete';

/** Items of the patch must be listed in `$setElementOrder`, in the same order. Deletions are free. @throws {PatchProblem} */
export function checkElementOrder(patch: readonly unknown[], wanted: readonly unknown[], mergeKey: string): void {
  if (wanted.length === 0 || patch.length === 0) return;
  const items = mergeKey === '' ? patch : patch.filter((item) => !isDeletion(asMap(item)));
  let item = 0;
  let place = 0;
  while (item < items.length && place < wanted.length) {
    const current = items[item];
    if (isMap(current) && Object.hasOwn(current, DIRECTIVE)) {
      item++;
      continue;
    }
    if (sameItem(current, wanted[place], mergeKey)) item++;
    place++;
  }
  if (item < items.length && place >= wanted.length) {
    throw new PatchProblem(
      500,
      `The order in patch list:\n${goText(patch)}\n doesn't match $setElementOrder list:\n${goText(wanted)}\n`,
    );
  }
}

/** Whether two items are the same: by merge key, or by value when that is empty. @throws {PatchProblem} */
function sameItem(left: unknown, right: unknown, mergeKey: string): boolean {
  if (mergeKey === '') return sameKey(left, right);
  asMap(left);
  asMap(right);
  return sameKey(rawMergeKeyOf(left, mergeKey), rawMergeKeyOf(right, mergeKey));
}

function sameKey(left: unknown, right: unknown): boolean {
  if ((isMap(left) && isMap(right)) || (isList(left) && isList(right))) comparable(left);
  return left === right;
}
