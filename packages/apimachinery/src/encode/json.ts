import { compareKeys } from './compare-keys.ts';

/**
 * JSON as Go prints it, in one line: `<`, `>`, `&` and the two line separators of Unicode escaped. The text of a frozen
 * object is kept as long as the object lives, so that every watcher and every list prints it once.
 */
export function encodeJson(value: unknown): string {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return encode(value);
  let text = texts.get(value);
  if (text === undefined) {
    text = encode(value);
    texts.set(value, text);
  }
  return text;
}

/** Pure data: the text of an object that never changes. */
const texts = new WeakMap<object, string>();

/**
 * A list in one line, its keys in the order in which they stand, from the texts of its items. Items of built-in kinds
 * lose their kind and apiVersion, which Kubernetes prints once for the whole list; custom resources keep theirs.
 */
export function encodeList(list: { readonly items: readonly unknown[] }): string {
  let text = '';
  for (const [key, value] of Object.entries(list)) {
    if (value === undefined) continue;
    const printed = key === 'items' && Array.isArray(value) ? encodeItems(value) : encodeJson(value);
    text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${printed}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function encodeItems(items: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += withoutKind(encodeJson(items[i]));
  }
  return `${text}]`;
}

/** Built-in kinds print kind and apiVersion first, in this order. */
function withoutKind(text: string): string {
  const end = TYPE_META.exec(text)?.[0].length;
  return end === undefined ? text : `{${text.slice(end)}`;
}
const TYPE_META = /^\{"kind":"\w+","apiVersion":"[\w./-]+"(?:,|(?=\}))/;

/** JSON with two spaces of indentation, as Kubernetes prints for people (`?pretty=true`, curl and browsers). */
export function encodePretty(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? 'null';
  return escapeHtml(INTEGER_KEYS.test(text) ? printSorted(value, '\n') : text);
}

function encode(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return escapeHtml(INTEGER_KEYS.test(text) ? printSorted(value, '') : text);
}

const escapeHtml = (text: string): string => (HTML.test(text) ? text.replace(HTML_ALL, escaped) : text);
const HTML = /[<>&\u2028\u2029]/;
const HTML_ALL = /[<>&\u2028\u2029]/g;
const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * JavaScript puts keys that are integers first and orders them as numbers, whatever an object was built in; Go prints
 * maps sorted as text. A text that has such keys (or strings that look like them) is printed by hand.
 */
const INTEGER_KEYS = /"\d+":/;

/** `newline` is a line break and the indentation of the present level, or empty for one line. */
function printSorted(value: unknown, newline: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = newline === '' ? '' : `${newline}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${inner}${value.map((item) => printSorted(item, inner)).join(`,${inner}`)}${newline}]`;
  }
  const colon = newline === '' ? ':' : ': ';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.some(([key]) => /^\d+$/.test(key))) entries.sort(([a], [b]) => compareKeys(a, b));
  if (entries.length === 0) return '{}';
  return `{${inner}${entries.map(([key, item]) => `${JSON.stringify(key)}${colon}${printSorted(item, inner)}`).join(`,${inner}`)}${newline}}`;
}
