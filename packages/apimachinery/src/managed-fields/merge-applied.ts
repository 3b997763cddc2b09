import { isMap, member, put } from '../patch/json-tree.ts';
import type { ListSchema, MapSchema, Schema, StructSchema } from '../schema.ts';
import { equalJson } from './equal-values.ts';
import { knownElement } from './list-elements.ts';
import { DEDUCED_MAP, isAtomic, isEmptyObject, isRaw, memberSchema } from './struct-plan.ts';

/**
 * Lays an applied configuration over a live value. Nothing is removed; where both name a leaf, the configuration wins, null
 * included. Items of sets and map lists that both name keep the order of the configuration, the others their place in the live
 * list. Shares what does not change: a result equal to `live` is `live`.
 *
 *   live  a b c d     config  c x a     result  b c d x a
 *
 * @param config checked by `checkTyped` @throws {TypeError} an item of a map list has no key
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/typed/merge.go
 */
export function mergeApplied<T>(schema: Schema, live: T, config: unknown): T;
export function mergeApplied(schema: Schema, live: unknown, config: unknown): unknown {
  return merge(schema, live, config);
}

/** Undefined stands for a side that has nothing here; null is a value. */
function merge(schema: Schema, l: unknown, r: unknown): unknown {
  if (r === undefined || l === r) return l;
  if (l === undefined || l === null) return r;
  switch (schema.kind) {
    case 'struct':
    case 'map':
      return isAtomic(schema) || (isEmptyMap(l) && isEmptyMap(r)) ? leaf(l, r) : mergeMembers(schema, l, r);
    case 'list':
      return isAtomic(schema) || (isEmptyList(l) && isEmptyList(r)) ? leaf(l, r) : mergeItems(schema, l, r);
    case 'any':
    case 'fieldsV1':
      // A null of any shape is taken for a map that is not there.
      if (isRaw(schema) || !(isMap(r) || (r === null && isMap(l))) || (isEmptyMap(l) && isEmptyMap(r)))
        return leaf(l, r);
      return mergeMembers(DEDUCED_MAP, l, r);
    default:
      return leaf(l, r);
  }
}

const leaf = (l: unknown, r: unknown): unknown => (equalJson(l, r) ? l : r);
const isEmptyMap = (value: unknown): boolean => !isMap(value) || isEmptyObject(value);
const isEmptyList = (value: unknown): boolean => !Array.isArray(value) || value.length === 0;

function mergeMembers(schema: StructSchema | MapSchema, l: unknown, r: unknown): unknown {
  if (!isMap(r)) return l;
  if (!isMap(l)) return r;
  let out: Record<string, unknown> | undefined;
  for (const name in r) {
    const type = memberSchema(schema, name);
    const before = member(l, name);
    const after = type === undefined ? r[name] : merge(type, before, r[name]);
    if (after === before) continue;
    out ??= { ...l };
    put(out, name, after);
  }
  return out ?? l;
}

const NO_ITEMS: readonly unknown[] = Object.freeze([]);

function mergeItems(schema: ListSchema, l: unknown, r: unknown): unknown {
  const left: readonly unknown[] = Array.isArray(l) ? l : NO_ITEMS;
  const right: readonly unknown[] = Array.isArray(r) ? r : NO_ITEMS;
  if (right.length === 0) return l;
  const out = interleave(schema, left, right);
  return Array.isArray(l) && l.length === out.length && out.every((item, i) => item === l[i]) ? l : out;
}

/** Merges the items of two lists in upstream's order. */
function interleave(schema: ListSchema, left: readonly unknown[], right: readonly unknown[]): unknown[] {
  const leftNames = left.map((item) => knownElement(schema, item).text);
  const rightNames = right.map((item) => knownElement(schema, item).text);
  const leftItems = new Map<string, unknown>();
  // A name that the live list has twice is merged with neither of its items.
  for (const [i, name] of leftNames.entries()) leftItems.set(name, leftItems.has(name) ? null : left[i]);
  const rightItems = new Map<string, unknown>(rightNames.map((name, i) => [name, right[i]]));
  const shared = rightNames.filter((name) => leftItems.has(name));
  const taken = new Set<string>();
  const out: unknown[] = [];
  let nextShared = 0;
  let li = 0;
  let ri = 0;

  const push = (name: string): void => {
    taken.add(name);
    const item = merge(schema.items, leftItems.get(name), rightItems.get(name));
    if (item !== undefined) out.push(item);
  };
  while (li < left.length || ri < right.length) {
    const leftName = leftNames[li];
    const rightName = rightNames[ri];
    if (leftName !== undefined && rightName !== undefined) {
      if (leftName === rightName) {
        push(leftName);
        li++;
        ri++;
        nextShared++;
        continue;
      }
      // Both have it, but its turn is later, in the configuration's order.
      const wanted = shared[nextShared];
      if (rightItems.has(leftName) && wanted !== undefined && wanted !== leftName) {
        li++;
        continue;
      }
    }
    if (leftName !== undefined) {
      if (!rightItems.has(leftName)) {
        out.push(left[li]);
        li++;
        continue;
      }
      if (taken.has(leftName)) li++;
    }
    if (rightName !== undefined) {
      push(rightName);
      ri++;
      if (shared[nextShared] === rightName) nextShared++;
    }
  }
  return out;
}
