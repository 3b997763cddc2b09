import { compareKeys } from '../encode/compare-keys.ts';
import { goFloat } from '../go/number.ts';
import { goQuote } from '../go/quote.ts';

/** Go's JSON of a number: exponents only below 1e-6 and from 1e21 on. */
function goJsonNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return String(value).replace(/e-(\d)$/, 'e-0$1');
}

/** Letters that Go writes as `\u00XX`: HTML's own, line separators, and controls that it knows no short form of. */
const MAY_ESCAPE = /[<>&\u2028\u2029\b\f]/;

/** Go's JSON of a string, HTML-safe. */
export function goJsonString(text: string): string {
  const json = JSON.stringify(text);
  if (!MAY_ESCAPE.test(text)) return json;
  // Escaped backslashes are matched first, so that the second half of one never looks like the start of `\b`.
  return json.replace(/\\\\|[<>&\u2028\u2029]|\\b|\\f/g, (found) => {
    if (found === '\\\\') return found;
    const code = found === '\\b' ? 8 : found === '\\f' ? 12 : found.charCodeAt(0);
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Go's JSON with sorted keys, as `json.Marshal` writes a `map[string]any`. */
export function goJson(value: unknown): string {
  if (typeof value === 'string') return goJsonString(value);
  if (typeof value === 'number') return goJsonNumber(value);
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : String(value);
  const members: string[] = [];
  for (const [key, member] of sortedEntries(value)) members.push(`${goJsonString(key)}:${goJson(member)}`);
  return `{${members.join(',')}}`;
}

/** A value as a field path quotes it: `name="web"`, `port=80`. */
export function pathValue(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return goFloat(value);
  if (Array.isArray(value)) return `[${value.map(pathValue).join(',')}]`;
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : String(value);
  return sortedEntries(value)
    .map(([key, member]) => `${key}=${pathValue(member)}`)
    .join('');
}

/** Go's `%v` of decoded JSON: `map[a:b]`, `[1 2]`, `<nil>`. */
export function goPlain(value: unknown): string {
  if (typeof value === 'number') return goFloat(value);
  if (Array.isArray(value)) return `[${value.map(goPlain).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  if (value === null) return '<nil>';
  return `map[${sortedEntries(value)
    .map(([key, member]) => `${key}:${goPlain(member)}`)
    .join(' ')}]`;
}

/** Go's `%#v` of decoded JSON: `map[string]interface {}{"a":1}`. */
export function goSyntax(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return goFloat(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value !== 'object') return String(value);
  if (value === null) return 'interface {}(nil)';
  return `map[string]interface {}{${sortedEntries(value)
    .map(([key, member]) => `${goQuote(key)}:${goSyntax(member)}`)
    .join(', ')}}`;
}

/** Go's `%T` of decoded JSON. */
export function goTypeName(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

const sortedEntries = (value: object): [string, unknown][] =>
  Object.entries(value).sort(([a], [b]) => compareKeys(a, b));
