import { compareKeys } from '../encode/compare-keys.ts';
import { isMap } from '../patch/json-tree.ts';
import type { ListSchema } from '../schema.ts';
import { goJson } from './go-text.ts';
import { type KeyElement, keyElement, type PathElement, valueElement } from './path-element.ts';
import { type RecentCache, recentCache } from './recent-cache.ts';

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
  const { keys, elements } = namesOf(list);
  let id = '';
  for (const { name, default: fallback } of keys) {
    const value = item[name] === undefined ? fallback : item[name];
    if (value === undefined) {
      return `associative list with keys has an element that omits key field ${JSON.stringify(name)} (and doesn't have default value)`;
    }
    id += typeof value === 'string' ? `${value.length}:${value}` : `${goJson(value)};`;
  }
  let element = elements.get(id);
  if (element === undefined) {
    element = keyElement(
      keys.map(({ name, default: fallback }) => ({ name, value: item[name] === undefined ? fallback : item[name] })),
    );
    elements.set(id, element);
  }
  return element;
}

type Key = NonNullable<ListSchema['mapKeys']>[number];
interface ListNames {
  /** In the order in which path elements name them. An item may leave out a key that has a default. */
  readonly keys: readonly Key[];
  /** Items are few and come again: the containers, ports and conditions of all Pods. */
  readonly elements: RecentCache<KeyElement>;
}

const lists = new WeakMap<ListSchema, ListNames>();

function namesOf(list: ListSchema): ListNames {
  let names = lists.get(list);
  if (names === undefined) {
    const fields = list.items.kind === 'struct' ? list.items.byName : undefined;
    const keys = (list.mapKeys ?? [])
      .map(({ name, default: fallback }) => ({ name, default: fields?.get(name)?.default ?? fallback }))
      .sort((a, b) => compareKeys(a.name, b.name));
    names = { keys, elements: recentCache(512) };
    lists.set(list, names);
  }
  return names;
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
