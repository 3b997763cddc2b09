import { declare, type Library } from '../declarations.ts';
import { itemsOf, type ListValue } from '../json-values.ts';
import { CelError, CelList, type CelValue } from '../values.ts';
import { bounded, formatted } from './format-text.ts';
import { regexp } from './regex.ts';

const text = (value: CelValue): string => value as string;

/** Positions count characters, not JavaScript's halves of them. */
const characters = (value: CelValue): readonly string[] => [...text(value)];

function charAt(value: CelValue, index: CelValue): string {
  const all = characters(value);
  const at = Number(index);
  if (at < 0 || at > all.length) throw new CelError(`index out of range: ${at}`);
  return all[at] ?? '';
}

function indexOf(value: CelValue, wanted: CelValue, from: CelValue = 0n): bigint {
  const at = Number(from);
  if (wanted === '') return BigInt(at);
  const [all, part] = [characters(value), characters(wanted)];
  if (at < 0 || at > all.length) throw new CelError(`index out of range: ${at}`);
  for (let i = at; i + part.length <= all.length; i++)
    if (part.every((each, k) => each === all[i + k])) return BigInt(i);
  return -1n;
}

function lastIndexOf(value: CelValue, wanted: CelValue, from?: CelValue): bigint {
  const [all, part] = [characters(value), characters(wanted)];
  const at = from === undefined ? all.length : Number(from);
  if (part.length === 0) return BigInt(at);
  if (from !== undefined && (at < 0 || at >= all.length)) throw new CelError(`index out of range: ${at}`);
  for (let i = Math.min(at, all.length - part.length); i >= 0; i--) {
    if (part.every((each, k) => each === all[i + k])) return BigInt(i);
  }
  return -1n;
}

function substring(value: CelValue, from: CelValue, to?: CelValue): string {
  const all = characters(value);
  const start = Number(from);
  if (to === undefined) {
    if (start < 0 || start > all.length) throw new CelError(`index out of range: ${start}`);
    return all.slice(start).join('');
  }
  const end = Number(to);
  if (start > end) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0 || start > all.length) throw new CelError(`index out of range: ${start}`);
  if (end < 0 || end > all.length) throw new CelError(`index out of range: ${end}`);
  return all.slice(start, end).join('');
}

/** The first `limit` times, or always when that is negative. */
function replaced(value: CelValue, old: CelValue, next: CelValue, limit: CelValue = -1n): string {
  const times = Number(limit) < 0 ? Number.POSITIVE_INFINITY : Number(limit);
  if (old === '') return between(value, next, times);
  let done = '';
  let from = 0;
  for (let i = 0; i < times; i++) {
    const at = text(value).indexOf(text(old), from);
    if (at < 0) break;
    done = bounded(done + text(value).slice(from, at) + text(next));
    from = at + text(old).length;
  }
  return done + text(value).slice(from);
}

function between(value: CelValue, next: CelValue, times: number): string {
  const all = characters(value);
  let done = '';
  for (let i = 0; i <= all.length; i++) done = bounded(done + (i < times ? text(next) : '') + (all[i] ?? ''));
  return done;
}

function split(value: CelValue, separator: CelValue, limit: CelValue = -1n): CelList {
  const count = Number(limit);
  if (count === 0) return new CelList([]);
  const parts = separator === '' ? characters(value) : text(value).split(text(separator));
  if (count < 0 || parts.length <= count) return new CelList(parts);
  return new CelList([...parts.slice(0, count - 1), parts.slice(count - 1).join(text(separator))]);
}

function join(list: CelValue, separator: CelValue = ''): string {
  let done = '';
  for (const [i, each] of itemsOf(list as ListValue).entries()) {
    if (typeof each !== 'string') throw new CelError(`join: invalid input: ${String(each)}`);
    done = bounded(i === 0 ? each : done + text(separator) + each);
  }
  return done;
}

/** Of letters A to Z alone. */
const lower = (value: string): string => value.replace(/[A-Z]/g, (c) => c.toLowerCase());
const upper = (value: string): string => value.replace(/[a-z]/g, (c) => c.toUpperCase());

/** From both ends, in one pass: a pattern that looks for the end would begin anew at every space. */
function trimmed(value: string): string {
  let [from, to] = [0, value.length];
  while (from < to && SPACES.has(value[from] ?? '')) from += 1;
  while (to > from && SPACES.has(value[to - 1] ?? '')) to -= 1;
  return value.slice(from, to);
}
const SPACES: ReadonlySet<string> = new Set(
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
const quoted = (value: string): string => `"${Array.from(value, (c) => ESCAPES[c] ?? c).join('')}"`;

const matches = (value: CelValue, pattern: CelValue): boolean => regexp(text(pattern)).matcher(text(value)).find();

/** @see https://github.com/google/cel-go/blob/v0.22.0/ext/strings.go version 2, and what the language has itself */
export const TEXTS: Library = [
  declare('contains', ['contains_string', '.(string, string) bool', (a, b) => text(a).includes(text(b))]),
  declare('endsWith', ['ends_with_string', '.(string, string) bool', (a, b) => text(a).endsWith(text(b))]),
  declare('startsWith', ['starts_with_string', '.(string, string) bool', (a, b) => text(a).startsWith(text(b))]),
  declare(
    'matches',
    ['matches', '(string, string) bool', matches],
    ['matches_string', '.(string, string) bool', matches],
  ),
  declare('charAt', ['string_char_at_int', '.(string, int) string', charAt]),
  declare('lowerAscii', ['string_lower_ascii', '.(string) string', (a) => lower(text(a))]),
  declare('upperAscii', ['string_upper_ascii', '.(string) string', (a) => upper(text(a))]),
  declare('trim', ['string_trim', '.(string) string', (a) => trimmed(text(a))]),
  declare(
    'indexOf',
    ['string_index_of_string', '.(string, string) int', indexOf],
    ['string_index_of_string_int', '.(string, string, int) int', indexOf],
  ),
  declare(
    'lastIndexOf',
    ['string_last_index_of_string', '.(string, string) int', lastIndexOf],
    ['string_last_index_of_string_int', '.(string, string, int) int', lastIndexOf],
  ),
  declare(
    'replace',
    ['string_replace_string_string', '.(string, string, string) string', replaced],
    ['string_replace_string_string_int', '.(string, string, string, int) string', replaced],
  ),
  declare(
    'split',
    ['string_split_string', '.(string, string) list(string)', split],
    ['string_split_string_int', '.(string, string, int) list(string)', split],
  ),
  declare(
    'substring',
    ['string_substring_int', '.(string, int) string', substring],
    ['string_substring_int_int', '.(string, int, int) string', substring],
  ),
  declare(
    'join',
    ['list_join', '.(list(string)) string', join],
    ['list_join_string', '.(list(string), string) string', join],
  ),
  declare('format', [
    'string_format',
    '.(string, list(dyn)) string',
    (a, b) => formatted(text(a), itemsOf(b as ListValue)),
  ]),
  declare('strings.quote', ['strings_quote', '(string) string', (a) => quoted(text(a))]),
];
