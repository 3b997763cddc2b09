import { formatDate } from '../support/date-format.ts';
import { safeRegExp } from '../support/linear-regexp.ts';
import { asText, at, compare, deleteAt, isObject, JqError, type Json, setAt, show, typeOf } from './values.ts';

/** Builtins whose arguments are values: input first. */
export const VALUE_BUILTINS: Readonly<Record<string, (input: unknown, ...args: readonly unknown[]) => unknown>> = {
  not: (input) => input === null || input === false,
  length: (input) => {
    if (input === null) return 0;
    if (typeof input === 'number') return Math.abs(input);
    if (typeof input === 'string') return [...input].length;
    if (typeof input === 'boolean') throw new JqError(`boolean (${input}) has no length`);
    return Array.isArray(input) ? input.length : Object.keys(input as Json).length;
  },
  utf8bytelength: (input) => new TextEncoder().encode(asText(input)).length,
  keys: (input) => keysOf(input).sort(compare),
  keys_unsorted: (input) => keysOf(input),
  values: (input) => input,
  has: (input, key) =>
    Array.isArray(input)
      ? Number(key) >= 0 && Number(key) < input.length
      : isObject(input) && Object.hasOwn(input, String(key)),
  contains: (input, other) => contains(input, other),
  inside: (input, other) => contains(other, input),
  add: (input) => list(input).reduce((sum, item) => (sum === null ? item : addition(sum, item)), null),
  any: (input) => list(input).some(truthy),
  all: (input) => list(input).every(truthy),
  flatten: (input, depth = Number.POSITIVE_INFINITY) => list(input).flat(Math.min(Number(depth), 1000)),
  floor: (input) => Math.floor(Number(input)),
  ceil: (input) => Math.ceil(Number(input)),
  round: (input) => Math.round(Number(input)),
  sqrt: (input) => Math.sqrt(Number(input)),
  fabs: (input) => Math.abs(Number(input)),
  abs: (input) => Math.abs(Number(input)),
  pow: (_input, base, power) => Number(base) ** Number(power),
  log: (input) => Math.log(Number(input)),
  exp: (input) => Math.exp(Number(input)),
  tostring: asText,
  tojson: (input) => JSON.stringify(input),
  fromjson: (input) => {
    try {
      return JSON.parse(asText(input));
    } catch {
      throw new JqError(`${asText(input)} (while parsing '${asText(input)}')`);
    }
  },
  tonumber: (input) => {
    if (typeof input === 'number') return input;
    if (typeof input === 'string' && input.trim() !== '' && Number.isFinite(Number(input))) return Number(input);
    throw new JqError(`${typeOf(input)} (${show(input)}) cannot be parsed as a number`);
  },
  type: typeOf,
  infinite: () => Number.POSITIVE_INFINITY,
  nan: () => Number.NaN,
  isnan: (input) => Number.isNaN(input),
  sort: (input) => [...list(input)].sort(compare),
  unique: (input) =>
    [...list(input)].sort(compare).filter((item, i, all) => i === 0 || compare(all[i - 1], item) !== 0),
  min: (input) => list(input).reduce((best, item) => (best === null || compare(item, best) < 0 ? item : best), null),
  max: (input) => list(input).reduce((best, item) => (best === null || compare(item, best) >= 0 ? item : best), null),
  reverse: (input) =>
    typeof input === 'string' ? [...input].reverse().join('') : input === null ? [] : [...list(input)].reverse(),
  to_entries: (input) => Object.entries(input as Json).map(([key, value]) => ({ key, value })),
  from_entries: (input) => fromEntries(list(input)),
  ascii_downcase: (input) => text(input).replace(/[A-Z]/g, (char) => char.toLowerCase()),
  ascii_upcase: (input) => text(input).replace(/[a-z]/g, (char) => char.toUpperCase()),
  startswith: (input, prefix) => text(input).startsWith(text(prefix)),
  endswith: (input, suffix) => text(input).endsWith(text(suffix)),
  ltrimstr: (input, prefix) =>
    typeof input === 'string' && typeof prefix === 'string' && input.startsWith(prefix)
      ? input.slice(prefix.length)
      : input,
  rtrimstr: (input, suffix) =>
    typeof input === 'string' && typeof suffix === 'string' && suffix !== '' && input.endsWith(suffix)
      ? input.slice(0, -suffix.length)
      : input,
  trim: (input) => text(input).trim(),
  ltrim: (input) => text(input).trimStart(),
  rtrim: (input) => text(input).trimEnd(),
  explode: (input) => [...text(input)].map((char) => char.codePointAt(0)),
  implode: (input) =>
    list(input)
      .map((code) => String.fromCodePoint(Number(code)))
      .join(''),
  split: (input, separator, flags) =>
    flags === undefined
      ? text(input) === ''
        ? []
        : text(input).split(text(separator))
      : text(input).split(safeRegExp(text(separator), regexFlags(flags))),
  join: (input, separator) =>
    list(input)
      .map((item) => (item === null ? '' : asText(item)))
      .join(text(separator)),
  test: (input, pattern, flags) => regex(pattern, flags).test(text(input)),
  capture: (input, pattern, flags) => ({ ...(regex(pattern, flags).exec(text(input))?.groups ?? {}) }),
  scan_all: (input, pattern, flags) =>
    [...text(input).matchAll(regex(pattern, `${asText(flags ?? '')}g`))].map((match) =>
      match.length > 1 ? match.slice(1) : match[0],
    ),
  match_all: (input, pattern, flags) => {
    const expression = regex(pattern, flags);
    const matches = expression.global
      ? [...text(input).matchAll(expression)]
      : [expression.exec(text(input))].filter((match) => match !== null);
    return matches.map((match) => ({
      offset: match.index,
      length: match[0].length,
      string: match[0],
      captures: match.slice(1).map((string) => ({ string: string ?? null })),
    }));
  },
  sub: (input, pattern, replacement) => text(input).replace(regex(pattern, ''), () => text(replacement)),
  gsub: (input, pattern, replacement) => text(input).replace(regex(pattern, 'g'), () => text(replacement)),
  index: (input, wanted) => positions(input, wanted)[0] ?? null,
  rindex: (input, wanted) => positions(input, wanted).at(-1) ?? null,
  indices: (input, wanted) => positions(input, wanted),
  getpath: (input, path) => list(path).reduce((value: unknown, key) => (value === null ? null : at(value, key)), input),
  setpath: (input, path, value) => setAt(input, list(path), value),
  delpaths: (input, paths) =>
    [...list(paths)]
      .sort(compare)
      .reverse()
      .reduce((value: unknown, path) => deleteAt(value, list(path)), input),
  transpose: (input) => {
    const rows = list(input) as readonly (readonly unknown[])[];
    return Array.from({ length: rows.reduce((most, row) => Math.max(most, row.length), 0) }, (_unused, i) =>
      rows.map((row) => row[i] ?? null),
    );
  },
  todate: (input) => isoDate(Number(input)),
  strftime: (input, format) => formatDate(text(format), Number(input) * 1000),
  fromdate: (input) => Math.floor(Date.parse(text(input)) / 1000),
  fromdateiso8601: (input) => Math.floor(Date.parse(text(input)) / 1000),
  todateiso8601: (input) => isoDate(Number(input)),
  ascii: (input) => String.fromCharCode(Number(input)),
  tojson_: (input) => JSON.stringify(input),
  splits_all: (input, pattern, flags) => text(input).split(safeRegExp(text(pattern), regexFlags(flags))),
};

/** `@base64` and its like. @throws {JqError} */
export function applyFormat(name: string, value: unknown): string {
  switch (name) {
    case '@text':
      return asText(value);
    case '@json':
      return JSON.stringify(value);
    case '@base64':
      return btoa(Array.from(new TextEncoder().encode(asText(value)), (byte) => String.fromCharCode(byte)).join(''));
    case '@base64d':
      try {
        return new TextDecoder().decode(Uint8Array.from(atob(asText(value)), (char) => char.charCodeAt(0)));
      } catch {
        throw new JqError(`${typeOf(value)} (${show(value)}) is not valid base64 data`);
      }
    case '@uri':
      return encodeURIComponent(asText(value)).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      );
    case '@html':
      return asText(value).replace(
        /[<>&'"]/g,
        (char) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&quot;' })[char] ?? char,
      );
    case '@sh':
      return (Array.isArray(value) ? value : [value])
        .map((item) => (typeof item === 'string' ? `'${item.replaceAll("'", "'\\''")}'` : asText(item)))
        .join(' ');
    case '@csv':
      return list(value)
        .map((item) =>
          typeof item === 'string' ? `"${item.replaceAll('"', '""')}"` : item === null ? '' : asText(item),
        )
        .join(',');
    case '@tsv':
      return list(value)
        .map((item) =>
          item === null
            ? ''
            : asText(item)
                .replaceAll('\\', '\\\\')
                .replaceAll('\t', '\\t')
                .replaceAll('\n', '\\n')
                .replaceAll('\r', '\\r'),
        )
        .join('\t');
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}

export function truthy(value: unknown): boolean {
  return value !== null && value !== false && value !== undefined;
}

export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isObject(value)) return Object.values(value);
  throw new JqError(`Cannot iterate over ${typeOf(value)}${value === null ? '' : ` (${show(value)})`}`);
}

function isoDate(seconds: number): string {
  return formatDate('%Y-%m-%dT%H:%M:%SZ', Math.floor(seconds) * 1000);
}

function addition(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (b === null) return a;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (isObject(a) && isObject(b)) return { ...a, ...b };
  throw new JqError(`${typeOf(a)} (${show(a)}) and ${typeOf(b)} (${show(b)}) cannot be added`);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new JqError(`${typeOf(value)} (${show(value)}) cannot be matched, as it is not a string`);
}

function keysOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.map((_item, i) => i);
  if (isObject(value)) return Object.keys(value);
  throw new JqError(`${typeOf(value)} (${show(value)}) has no keys`);
}

function contains(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (Array.isArray(a) && Array.isArray(b))
    return b.every((wanted) => a.some((item) => typeOf(item) === typeOf(wanted) && contains(item, wanted)));
  if (isObject(a) && isObject(b))
    return Object.entries(b).every(([key, wanted]) => Object.hasOwn(a, key) && contains(a[key], wanted));
  if (typeOf(a) !== typeOf(b))
    throw new JqError(`${typeOf(a)} (${show(a)}) and ${typeOf(b)} (${show(b)}) cannot have their containment checked`);
  return compare(a, b) === 0;
}

function fromEntries(entries: readonly unknown[]): Json {
  const made: Json = {};
  for (const entry of entries) {
    const { key, k, name, Name, K, Key, value, v, Value, V } = entry as Json;
    made[asText(key ?? k ?? name ?? Name ?? K ?? Key ?? null)] = value ?? v ?? Value ?? V ?? null;
  }
  return made;
}

function positions(input: unknown, wanted: unknown): number[] {
  const found: number[] = [];
  if (typeof input === 'string') {
    for (let i = input.indexOf(text(wanted)); i >= 0; i = input.indexOf(text(wanted), i + 1)) found.push(i);
  } else if (Array.isArray(input)) {
    input.forEach((item, i) => {
      if (compare(item, wanted) === 0) found.push(i);
    });
  }
  return found;
}

function regexFlags(flags: unknown): string {
  const given = flags === undefined || flags === null ? '' : asText(flags);
  return ['g', 'i', 's', 'x'].filter((flag) => flag !== 'x' && given.includes(flag)).join('');
}

function regex(pattern: unknown, flags: unknown): RegExp {
  const [source, inline] = Array.isArray(pattern) ? [text(pattern[0]), pattern[1]] : [text(pattern), flags];
  return safeRegExp(source, regexFlags(inline));
}
