import { compareKeys } from '../encode/compare-keys.ts';
import { goJson, goJsonString, pathValue } from './go-text.ts';
import { recentCache } from './recent-cache.ts';

/**
 * One step of a field path.
 *
 *   .spec.ports[port=80,protocol="TCP"].name     f:spec  f:ports  k:{"port":80,"protocol":"TCP"}  f:name
 *   .metadata.finalizers[="x"]                   f:metadata  f:finalizers  v:"x"
 *
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/fieldpath/element.go
 */
export type PathElement = FieldElement | KeyElement | ValueElement | IndexElement;

interface ElementText {
  /** As FieldsV1 writes it. Canonical: two elements are the same if, and only if, their texts are. */
  readonly text: string;
}
export interface FieldElement extends ElementText {
  readonly kind: 'field';
  readonly name: string;
}
export interface KeyElement extends ElementText {
  readonly kind: 'key';
  /** Sorted by name. */
  readonly keys: readonly KeyValue[];
}
export interface ValueElement extends ElementText {
  readonly kind: 'value';
  readonly value: unknown;
}
export interface IndexElement extends ElementText {
  readonly kind: 'index';
  readonly index: number;
}
export interface KeyValue {
  readonly name: string;
  readonly value: unknown;
}

export const fieldElement = (name: string): FieldElement => ({ kind: 'field', text: `f:${name}`, name });

/** @param keys sorted by name */
export function keyElement(keys: readonly KeyValue[]): KeyElement {
  let text = '';
  for (const { name, value } of keys) {
    text += `${text === '' ? 'k:{' : ','}${goJsonString(name)}:${goJson(value)}`;
  }
  return { kind: 'key', text: text === '' ? 'k:{}' : `${text}}`, keys };
}

export const valueElement = (value: unknown): ValueElement => ({ kind: 'value', text: `v:${goJson(value)}`, value });

export const indexElement = (index: number): IndexElement => ({ kind: 'index', text: `i:${index}`, index });

/**
 * Reads one key of FieldsV1. Undefined for kinds that a later version may know.
 * @throws {TypeError} not a path element
 */
export function parsePathElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new TypeError('key must be 2 characters long:');
  if (text[1] !== ':') throw new TypeError(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text[0]) {
    case 'f':
      return { kind: 'field', text, name: rest };
    case 'k':
    case 'v':
      return parseItem(text, rest);
    case 'i':
      if (!/^[-+]?[0-9]+$/.test(rest)) throw new TypeError(`parsing "${rest}": invalid syntax`);
      return indexElement(Number(rest));
    default:
      return undefined;
  }
}

/** Names of items that were read lately. */
const items = recentCache<PathElement>(4096);

function parseItem(text: string, json: string): PathElement {
  let element = items.get(text);
  if (element === undefined) {
    element = text.startsWith('k') ? keyElement(parseKeys(json)) : valueElement(parseJson(json));
    items.set(text, element);
  }
  return element;
}

function parseKeys(json: string): readonly KeyValue[] {
  const value = parseJson(json);
  if (value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) throw new TypeError(`expect { or n, but found ${json}`);
  return Object.entries(value)
    .map(([name, member]: [string, unknown]): KeyValue => ({ name, value: member }))
    .sort((a, b) => compareKeys(a.name, b.name));
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new TypeError(`unexpected value: ${json}`);
  }
}

/** As messages show it: `.spec`, `[name="web"]`, `[="x"]`, `[0]`. */
export function elementText(element: PathElement): string {
  switch (element.kind) {
    case 'field':
      return `.${element.name}`;
    case 'key':
      return `[${element.keys.map(({ name, value }) => `${name}=${pathValue(value)}`).join(',')}]`;
    case 'value':
      return `[=${pathValue(element.value)}]`;
    case 'index':
      return `[${element.index}]`;
  }
}

/** Fields by name, then keys, values and indexes; numbers by size. Upstream's order, in which FieldsV1 is written. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b || a.text === b.text) return 0;
  if (a.kind === 'field') return b.kind === 'field' ? compareKeys(a.name, b.name) : -1;
  if (b.kind === 'field') return 1;
  if (a.kind === 'key') return b.kind === 'key' ? compareKeyLists(a.keys, b.keys) : -1;
  if (b.kind === 'key') return 1;
  if (a.kind === 'value') return b.kind === 'value' ? compareValues(a.value, b.value) : -1;
  return b.kind === 'value' ? 1 : a.index - b.index;
}

function compareKeyLists(a: readonly KeyValue[], b: readonly KeyValue[]): number {
  for (let i = 0; ; i++) {
    const x = a[i];
    const y = b[i];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
    const order = compareKeys(x.name, y.name) || compareValues(x.value, y.value);
    if (order !== 0) return order;
  }
}

/** Numbers, then strings, booleans, lists, maps and null. */
function compareValues(a: unknown, b: unknown): number {
  const rank = valueRank(a) - valueRank(b);
  if (rank !== 0) return rank;
  if (typeof a === 'string' && typeof b === 'string') return compareKeys(a, b);
  if (typeof a === 'object') return compareKeys(goJson(a), goJson(b));
  return a === b ? 0 : Number(a) < Number(b) ? -1 : 1;
}

function valueRank(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return 0;
    case 'string':
      return 1;
    case 'boolean':
      return 2;
    default:
      return value === null || value === undefined ? 5 : Array.isArray(value) ? 3 : 4;
  }
}
