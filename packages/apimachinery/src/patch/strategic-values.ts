import { goText, goTextOfString } from './go-text.ts';
import { isList, isMap, type JsonMap, member } from './json-tree.ts';
import { PatchProblem, wouldPanic } from './patch-problem.ts';

export const DIRECTIVE = '$patch';

/** The Go type that decoding gives a JSON value, in Go's notation. */
export function goTypeName(value: unknown): string {
  if (isList(value)) return '[]interface {}';
  if (isMap(value)) return 'map[string]interface {}';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int64' : 'float64';
  return '%!s(<nil>)';
}

export const badArgument = (expected: string, actual: unknown): PatchProblem =>
  new PatchProblem(500, `expected a ${expected}, but received a ${goTypeName(actual)}`);

export const noMergeKey = (map: JsonMap, key: string): PatchProblem =>
  new PatchProblem(500, `map: ${goText(map)} does not contain declared merge key: ${key}`);

export const unknownDirective = (directive: unknown, map: JsonMap): PatchProblem =>
  new PatchProblem(500, `unknown patch type: ${goTextOfString(directive)} in map: ${goText(map)}`);

/** The item as a map. @throws {PatchProblem} */
export function asMap(item: unknown): JsonMap {
  if (!isMap(item)) throw badArgument('map[string]interface {}', item);
  return item;
}

/** The item's merge key, which can be compared. @throws {PatchProblem} the item is no map, or has none */
export const mergeKeyOf = (item: unknown, mergeKey: string): unknown => comparable(rawMergeKeyOf(item, mergeKey));

/** {@link mergeKeyOf}, of whatever type. */
export function rawMergeKeyOf(item: unknown, mergeKey: string): unknown {
  const map = asMap(item);
  if (!Object.hasOwn(map, mergeKey)) throw noMergeKey(map, mergeKey);
  return map[mergeKey];
}

/** Go compares maps and lists with `==` only to panic. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) throw wouldPanic(`${goText(value)} is used as a key`);
  return value;
}

/** What the items of lists are: Go's reflect.Kind of the first; all must be alike. @throws {PatchProblem} */
export function elementKind(...lists: readonly (readonly unknown[])[]): 'map' | 'scalar' {
  let first: string | undefined;
  for (const list of lists) {
    for (const item of list) {
      const type = goTypeName(item);
      if (first === undefined) {
        if (item === null) throw wouldPanic('a null stands first in a list that is merged');
        if (isList(item)) throw new PatchProblem(422, 'lists of lists are not supported');
        first = type;
      } else if (type !== first) {
        throw new PatchProblem(500, `list element types are not identical: ${goText(lists)}`);
      }
    }
  }
  if (first === undefined) throw new PatchProblem(500, 'no elements in any of the given slices');
  return first === 'map[string]interface {}' ? 'map' : 'scalar';
}

/** The place of each key in a list: of maps by their merge key, of scalars by themselves. The first one counts. */
export function placesOf(
  list: readonly unknown[],
  mergeKey: string,
  kind: 'map' | 'scalar',
): ReadonlyMap<unknown, number> {
  const places = new Map<unknown, number>();
  for (const [i, item] of list.entries()) {
    const key = placeKey(item, mergeKey, kind);
    if (!places.has(key)) places.set(key, i);
  }
  return places;
}

/** The key under which {@link placesOf} knows an item. */
export function placeKey(item: unknown, mergeKey: string, kind: 'map' | 'scalar'): unknown {
  if (kind === 'scalar') return item;
  return isMap(item) ? (member(item, mergeKey) ?? null) : null;
}
