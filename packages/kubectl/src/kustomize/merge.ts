import { elements, field, type MergeRules, rulesOf } from './merge-rules.ts';
import { isMap, type Node } from './node.ts';
import { wrongKind } from './transformers.ts';

/**
 * Merges a strategic patch into a node, by kustomize's own rules: of directives it knows `$patch` alone, and what a patch
 * adds to a list comes first. Undefined: nothing is left.
 *
 * @throws {Error} where the two are of different kinds
 * @see sigs.k8s.io/kustomize/kyaml/yaml/merge2/merge2.go
 */
export function mergePatch(object: Node, patch: Node): Node | undefined {
  // The whole object is changed in place, and so is not replaced.
  if (patch['$patch'] === 'replace') return object;
  const merged = merge(object, patch, rulesOf(object));
  return isMap(merged) ? merged : undefined;
}

function merge(destination: unknown, patch: unknown, rules: MergeRules): unknown {
  const kind = [destination, patch].find((each) => each !== null && each !== undefined);
  if (Array.isArray(kind)) {
    for (const each of [destination, patch]) demand('SequenceNode', each, Array.isArray);
    return rules.keys === undefined
      ? patch === undefined
        ? destination
        : (patch ?? undefined)
      : mergeLists(destination, patch, rules, rules.keys);
  }
  if (isMap(kind)) {
    for (const each of [destination, patch]) demand('MappingNode', each, isMap);
    return mergeMaps(destination, patch, rules);
  }
  if (kind === undefined) return patch === undefined ? destination : undefined;
  for (const each of [destination, patch]) demand('ScalarNode', each, (value) => typeof value !== 'object');
  return patch === undefined ? destination : (patch ?? undefined);
}

function demand(expected: string, value: unknown, fits: (value: unknown) => boolean): void {
  if (value !== undefined && value !== null && !fits(value)) throw wrongKind(expected, value);
}

function mergeMaps(destination: unknown, patch: unknown, rules: MergeRules): Node | undefined {
  if (patch === null) return undefined;
  const directive = directiveOfMap(patch);
  if (directive === 'delete') return undefined;
  // What is added is merged with itself: so its own directives count, and its nulls go.
  const isReplaced = directive === 'replace' || !isMap(destination);
  const base = isReplaced ? patch : destination;
  if (!isMap(base)) return undefined;
  const result: Node = { ...base };
  const names = new Set([...Object.keys(base), ...(isMap(patch) ? Object.keys(patch) : [])]);
  for (const name of [...names].sort()) {
    const merged = merge(base[name], isMap(patch) ? patch[name] : undefined, field(rules, name));
    if (merged === undefined) delete result[name];
    else result[name] = merged;
  }
  return result;
}

/** The directive of a map, which is taken out of it. @throws {Error} for one that there is not */
function directiveOfMap(patch: unknown): string {
  if (!isMap(patch) || patch['$patch'] === undefined || patch['$patch'] === null) return 'merge';
  const directive = String(patch['$patch']);
  if (!DIRECTIVES.includes(directive)) throw new Error(`unknown patch strategy '${directive}'`);
  delete patch['$patch'];
  return directive;
}

const DIRECTIVES = ['delete', 'replace', 'merge'];

/** That of a list stands in an item of its own. */
function directiveOfList(patch: readonly unknown[]): {
  readonly directive: string;
  readonly items: readonly unknown[];
} {
  const at = patch.findIndex((item) => isMap(item) && Object.keys(item).length === 1 && '$patch' in item);
  const item = patch[at];
  const directive = isMap(item) ? String(item['$patch']) : 'merge';
  if (!DIRECTIVES.includes(directive)) throw new Error(`unknown patch strategy '${directive}'`);
  return { directive, items: patch.filter((_, i) => i !== at) };
}

function mergeLists(
  destination: unknown,
  patch: unknown,
  rules: MergeRules,
  keys: readonly string[],
): readonly unknown[] | undefined {
  if (patch === null) return undefined;
  const { directive, items } = directiveOfList(Array.isArray(patch) ? patch : []);
  if (directive === 'delete') return undefined;
  const own: readonly unknown[] = Array.isArray(destination) ? destination : [];
  const base = directive === 'replace' || !Array.isArray(destination) ? items : own;
  return keys.length === 0 ? mergeTexts(base, items) : mergeItems(base, items, { rules, keys });
}

const mergeTexts = (base: readonly unknown[], items: readonly unknown[]): readonly unknown[] => [
  ...new Set([...items, ...base]),
];

interface Keyed {
  readonly rules: MergeRules;
  readonly keys: readonly string[];
}

const textAt = (item: unknown, key: string): string =>
  isMap(item) && item[key] !== undefined && item[key] !== null ? String(item[key]) : '';

/** Items of the patch first, each merged into the one with its keys; then those that the patch does not name. */
function mergeItems(base: readonly unknown[], items: readonly unknown[], { rules, keys }: Keyed): readonly unknown[] {
  const values = unified([...items, ...base].map((item) => keys.map((key) => textAt(item, key))));
  // Keys that no item has do not count: ports without a protocol go by their numbers.
  const used = keys.filter((_, at) => values.some((each) => each[at] !== ''));
  const valid = used.length === 0 ? keys : used;
  let own = base;
  let merged: readonly unknown[] = [];
  const seen = new Set<string>();
  for (const all of values) {
    const id = all.join('\0');
    if (seen.has(id)) continue;
    seen.add(id);
    const wanted = valid.map((key) => all[keys.indexOf(key)] ?? '');
    const [old, patch] = [own, items].map((list) => list.find((item) => isCalled(item, valid, wanted)));
    // An item that is replaced stays as it is: kustomize puts the old one back.
    const isReplaced = isMap(patch) && patch['$patch'] === 'replace';
    const item = merge(old, patch, elements(rules));
    if (!isMap(item) || Object.keys(item).length === 0) {
      own = own.filter((each) => !isMatched(each, valid, wanted));
      continue;
    }
    valid.forEach((key, at) => {
      if (item[key] === undefined && wanted[at] !== '') item[key] = wanted[at];
    });
    if (!isReplaced) own = own.map((each) => (each === old ? item : each));
    merged = put(merged, item, valid, wanted);
  }
  for (const item of own) {
    const texts = valid.map((key) => textAt(item, key)).filter((text) => text !== '');
    // Items that lack a key take the place of all that have its other keys.
    if (valid.length > 1) merged = merged.filter((each) => !isMatched(each, valid, texts));
    merged = texts.length === 0 ? [item] : put(merged, item, valid, texts);
  }
  return merged;
}

/** An item is found by the keys that are asked for; by none, no item is. */
function isCalled(item: unknown, keys: readonly string[], wanted: readonly string[]): boolean {
  if (!isMap(item) || wanted.every((text) => text === '')) return false;
  return keys.every((key, at) => wanted[at] === '' || textAt(item, key) === wanted[at]);
}

/** An empty text asks only that the key is there; keys behind the last text are not asked for. */
function isMatched(item: unknown, keys: readonly string[], texts: readonly string[]): boolean {
  if (!isMap(item)) return false;
  return texts.every((text, at) => {
    const own = textAt(item, keys[at] ?? '');
    return own !== '' && (text === '' || own === text);
  });
}

/** Puts an item in the place of those with its keys, or behind all. */
function put(
  list: readonly unknown[],
  item: unknown,
  keys: readonly string[],
  texts: readonly string[],
): readonly unknown[] {
  const hasOne = list.some((each) => isMatched(each, keys, texts));
  return hasOne ? list.map((each) => (isMatched(each, keys, texts) ? item : each)) : [...list, item];
}

/** Values that differ in keys that one of them has not got are those of one item. */
function unified(values: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const all = values.map((each) => [...each]);
  for (const a of all) {
    for (const b of all) {
      const isCommon = a.some((value, at) => value === b[at]);
      const isOne = isCommon && a.every((value, at) => value === b[at] || value === '' || b[at] === '');
      if (!isOne) continue;
      a.forEach((value, at) => {
        const known = value || b[at] || '';
        a[at] = known;
        b[at] = known;
      });
    }
  }
  return all;
}
