import { compareKeys } from '../encode/compare-keys.ts';
import { isMap, type JsonMap } from '../patch/json-tree.ts';
import type { ListSchema } from '../schema.ts';
import { goJson } from './go-text.ts';
import { type KeyElement, keyElement, type PathElement, valueElement } from './path-element.ts';
import { type RecentCache, recentCache } from './recent-cache.ts';
import { type FieldPlan, fieldValue, planOf } from './struct-plan.ts';

/**
 * How an item of a set or map list is named in paths.
 * @param draft whether the item is of a typed object that is not printed yet: what it leaves out is zero, and what Go does not print
 * of it names nothing
 * @returns a text when it has no name: why, in upstream's words
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/typed/helpers.go
 */
export function itemElement(list: ListSchema, item: unknown, draft = false): PathElement | string {
  if (list.listType === 'map') return keyedElement(list, item, draft);
  if (item === null || item === undefined)
    return "associative list without keys has an element that's an explicit null";
  if (Array.isArray(item)) return 'not supported: associative list with lists as elements';
  if (typeof item === 'object') return "associative list without keys has an element that's a map type";
  return valueElement(item);
}

function keyedElement(list: ListSchema, item: unknown, draft: boolean): KeyElement | string {
  if (item === null || item === undefined) return 'associative list with keys may not have a null element';
  if (!isMap(item)) return 'associative list with keys may not have non-map elements';
  const { keys, elements } = namesOf(list);
  let id = '';
  for (const key of keys) {
    const value = keyValue(key, item, draft);
    if (value === undefined) {
      return `associative list with keys has an element that omits key field ${JSON.stringify(key.name)} (and doesn't have default value)`;
    }
    id += typeof value === 'string' ? `${value.length}:${value}` : `${goJson(value)};`;
  }
  let element = elements.get(id);
  if (element === undefined) {
    element = keyElement(keys.map((key) => ({ name: key.name, value: keyValue(key, item, draft) })));
    elements.set(id, element);
  }
  return element;
}

function keyValue({ name, default: fallback, field }: Key, item: JsonMap, draft: boolean): unknown {
  const value = draft && field !== undefined ? fieldValue(field, item[name]) : item[name];
  return value === undefined ? fallback : value;
}

type Key = NonNullable<ListSchema['mapKeys']>[number] & {
  /** Of a Go type. */
  readonly field: FieldPlan | undefined;
};
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
    const struct = list.items.kind === 'struct' ? list.items : undefined;
    const plan = struct && planOf(struct);
    const keys = (list.mapKeys ?? [])
      .map(({ name, default: fallback }) => ({
        name,
        default: struct?.byName.get(name)?.default ?? fallback,
        field: plan?.typed ? plan.byName.get(name) : undefined,
      }))
      .sort((a, b) => compareKeys(a.name, b.name));
    names = { keys, elements: recentCache(512) };
    lists.set(list, names);
  }
  return names;
}

/** As {@link itemElement}, for lists that have been checked. @throws {TypeError} */
export function knownElement(list: ListSchema, item: unknown, draft = false): PathElement {
  const element = itemElement(list, item, draft);
  if (typeof element === 'string') throw new TypeError(element);
  return element;
}

/** The text of an item's path element; empty, which is no element's, when the item cannot be named. */
export function itemName(list: ListSchema, item: unknown, draft = false): string {
  const element = itemElement(list, item, draft);
  return typeof element === 'string' ? '' : element.text;
}
