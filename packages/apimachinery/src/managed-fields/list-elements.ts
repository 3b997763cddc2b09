import { compareKeys } from '../encode/compare-keys.ts';
import { isMap } from '../patch/json-tree.ts';
import type { ListSchema } from '../schema.ts';
import { type KeyElement, type KeyValue, keyElement, type PathElement, valueElement } from './path-element.ts';

/**
 * How an item of a set or map list is named in paths.
 * @returns a text when it has no name: why, in upstream's words
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/typed/helpers.go
 */
export function itemElement(list: ListSchema, item: unknown): PathElement | string {
  if (list.listType === 'map') return keyedElement(list, item);
  if (item === null || item === undefined)
    return "associative list without keys has an element that's an explicit null";
  if (Array.isArray(item)) return 'not supported: associative list with lists as elements';
  if (typeof item === 'object') return "associative list without keys has an element that's a map type";
  return valueElement(item);
}

function keyedElement(list: ListSchema, item: unknown): KeyElement | string {
  if (item === null || item === undefined) return 'associative list with keys may not have a null element';
  if (!isMap(item)) return 'associative list with keys may not have non-map elements';
  const keys: KeyValue[] = [];
  for (const { name, default: fallback } of keysOf(list)) {
    const value = item[name] === undefined ? fallback : item[name];
    if (value === undefined) {
      return `associative list with keys has an element that omits key field ${JSON.stringify(name)} (and doesn't have default value)`;
    }
    keys.push({ name, value });
  }
  return keyElement(keys);
}

type Key = NonNullable<ListSchema['mapKeys']>[number];
const sortedKeys = new WeakMap<ListSchema, readonly Key[]>();

/** The keys of a map list in the order in which path elements name them. An item may leave out a key that has a default. */
function keysOf(list: ListSchema): readonly Key[] {
  let keys = sortedKeys.get(list);
  if (keys === undefined) {
    const fields = list.items.kind === 'struct' ? list.items.byName : undefined;
    keys = (list.mapKeys ?? [])
      .map(({ name, default: fallback }) => ({ name, default: fields?.get(name)?.default ?? fallback }))
      .sort((a, b) => compareKeys(a.name, b.name));
    sortedKeys.set(list, keys);
  }
  return keys;
}

/** As {@link itemElement}, for lists that have been checked. @throws {TypeError} */
export function knownElement(list: ListSchema, item: unknown): PathElement {
  const element = itemElement(list, item);
  if (typeof element === 'string') throw new TypeError(element);
  return element;
}

/** The text of an item's path element; empty, which is no element's, when the item cannot be named. */
export function itemName(list: ListSchema, item: unknown): string {
  const element = itemElement(list, item);
  return typeof element === 'string' ? '' : element.text;
}
