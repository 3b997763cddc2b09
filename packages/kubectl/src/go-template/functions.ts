import { sprintf } from './printf.ts';
import {
  bytesOf,
  format,
  isList,
  isMap,
  isTrue,
  NumberValue,
  textOfBytes,
  typeName,
  type Value,
  valueFrom,
} from './values.ts';

/** A call that fails; the engine says where. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

type TemplateFunction = {
  readonly least: number;
  readonly most: number;
  readonly call: (args: readonly Value[]) => Value;
};

const ANY = Number.POSITIVE_INFINITY;
const int = (number: number): NumberValue => new NumberValue(number, 'int');

/** Functions whose first argument is a text: what else a template says there is refused where it stands. */
export const OF_TEXTS: ReadonlySet<string> = new Set(['base64decode', 'printf']);

/** What templates may call, `and`, `or` and `call` aside: the first two evaluate their arguments one by one. */
export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  not: { least: 1, most: 1, call: ([value]) => !isTrue(value) },
  len: { least: 1, most: 1, call: ([value]) => int(lengthOf(value)) },
  index: { least: 1, most: ANY, call: ([item, ...indexes]) => indexed(item, indexes) },
  slice: { least: 1, most: ANY, call: ([item, ...indexes]) => sliced(item, indexes) },
  print: { least: 0, most: ANY, call: sprint },
  println: { least: 0, most: ANY, call: (args) => `${args.map(format).join(' ')}\n` },
  printf: { least: 1, most: ANY, call: ([pattern, ...args]) => sprintf(text(pattern), args) },
  html: { least: 0, most: ANY, call: (args) => escapeHtml(joined(args)) },
  js: { least: 0, most: ANY, call: (args) => escapeJs(joined(args)) },
  urlquery: {
    least: 0,
    most: ANY,
    call: (args) =>
      encodeURIComponent(joined(args))
        .replaceAll('%20', '+')
        .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  },
  eq: { least: 1, most: ANY, call: ([first, ...others]) => equalsAny(first, others) },
  ne: { least: 2, most: 2, call: ([a, b]) => !equalsAny(a, [b]) },
  lt: { least: 2, most: 2, call: ([a, b]) => less(a, b) },
  le: { least: 2, most: 2, call: ([a, b]) => less(a, b) || equalsAny(a, [b]) },
  gt: { least: 2, most: 2, call: ([a, b]) => !(less(a, b) || equalsAny(a, [b])) },
  ge: { least: 2, most: 2, call: ([a, b]) => !less(a, b) },
  exists: { least: 1, most: ANY, call: ([item, ...indexes]) => exists(item, indexes) },
  base64decode: { least: 1, most: 1, call: ([value]) => base64Decoded(text(value)) },
};

/** `call` wants a function, and there is none in data; `what` is how the template writes what it is given. */
export const callOf = (what?: string): TemplateFunction => ({
  least: 1,
  most: ANY,
  call([value]) {
    if (value === undefined || value === null) throw new CallError('call of nil');
    throw new CallError(`non-function ${what ?? shown(value)} of type ${typeName(value)}`);
  },
});

/** What is no text is shown by its type, as reflection shows it. */
const shown = (value: Value): string => (typeof value === 'string' ? value : `<${typeName(value)} Value>`);

function text(value: Value): string {
  if (typeof value === 'string') return value;
  throw new CallError(`wrong type for value; expected string; got ${typeName(value)}`);
}

function lengthOf(value: Value): number {
  // The words of Go's reflection, which is not asked first.
  if (value === undefined || value === null) throw new CallError('reflect: call of reflect.Value.Type on zero Value');
  if (typeof value === 'string') return bytesOf(value).length;
  if (isList(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw new CallError(`len of type ${typeName(value)}`);
}

/** Go's index of a list, up to `limit` included. */
function position(index: Value, limit: number): number {
  if (index === undefined || index === null) throw new CallError('cannot index slice/array with nil');
  if (!(index instanceof NumberValue) || index.type === 'float64') {
    throw new CallError(`cannot index slice/array with type ${typeName(index)}`);
  }
  if (index.number < 0 || index.number > limit) throw new CallError(`index out of range: ${index.number}`);
  return index.number;
}

function indexed(start: Value, indexes: readonly Value[]): Value {
  if (start === undefined || start === null) throw new CallError('index of untyped nil');
  let item: Value = start;
  for (const index of indexes) {
    if (item === undefined || item === null) throw new CallError('index of nil pointer');
    if (isMap(item)) {
      if (index === undefined || index === null) throw new CallError('value is nil; should be of type string');
      if (typeof index !== 'string') throw new CallError(`value has type ${typeName(index)}; should be string`);
      item = Object.hasOwn(item, index) ? valueFrom(item[index]) : null;
    } else if (isList(item) || typeof item === 'string') {
      const { length } = item;
      const at = position(index, length);
      if (at === length) throw new CallError(`reflect: ${isList(item) ? 'slice' : 'string'} index out of range`);
      item = isList(item) ? valueFrom(item[at]) : new NumberValue(bytesOf(item)[at] ?? 0, 'uint8');
    } else throw new CallError(`can't index item of type ${typeName(item)}`);
  }
  return item;
}

function sliced(item: Value, indexes: readonly Value[]): Value {
  if (item === undefined || item === null) throw new CallError('slice of untyped nil');
  if (indexes.length > 3) throw new CallError(`too many slice indexes: ${indexes.length}`);
  if (typeof item === 'string' && indexes.length === 3) throw new CallError('cannot 3-index slice a string');
  if (typeof item !== 'string' && !isList(item)) throw new CallError(`can't slice item of type ${typeName(item)}`);
  const whole = typeof item === 'string' ? bytesOf(item) : item;
  const [from = 0, to = whole.length, cap = whole.length] = indexes.map((index) => position(index, whole.length));
  if (from > to) throw new CallError(`invalid slice index: ${from} > ${to}`);
  if (to > cap) throw new CallError(`invalid slice index: ${to} > ${cap}`);
  return whole instanceof Uint8Array ? textOfBytes(whole.subarray(from, to)) : whole.slice(from, to);
}

/** Go's Sprint: spaces stand between operands when neither is a text. */
function sprint(args: readonly Value[]): string {
  return args
    .map((value, at) => {
      const isApart = at > 0 && typeof value !== 'string' && typeof args[at - 1] !== 'string';
      return (isApart ? ' ' : '') + format(value);
    })
    .join('');
}

const joined = (args: readonly Value[]): string =>
  args.length === 1 && typeof args[0] === 'string' ? args[0] : sprint(args.map((value) => value ?? '<no value>'));

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\u0000': '\uFFFD',
};
const escapeHtml = (plain: string): string => [...plain].map((character) => HTML[character] ?? character).join('');

const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};
const escapeJs = (plain: string): string =>
  [...plain]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      return JS[character] ?? (code < 0x20 ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}` : character);
    })
    .join('');

type Kind = 'bool' | 'int' | 'float' | 'string' | 'other';

function kindOf(value: Value): Kind {
  if (value instanceof NumberValue) return value.type === 'float64' ? 'float' : 'int';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'other';
}

const primitive = (value: Value): unknown => (value instanceof NumberValue ? value.number : value);

function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new CallError('missing argument for comparison');
  const kind = kindOf(first);
  for (const other of others) {
    const isNil = first === undefined || first === null || other === undefined || other === null;
    if (kind !== kindOf(other)) {
      if (!isNil) throw new CallError(`incompatible types for comparison: ${typeName(first)} and ${typeName(other)}`);
      continue;
    }
    if (kind === 'other' && !isNil) {
      throw new CallError(`non-comparable type ${sprintf('%s', [first])}: ${typeName(first)}`);
    }
    const same = kind === 'other' ? (first ?? null) === (other ?? null) : primitive(first) === primitive(other);
    if (same) return true;
  }
  return false;
}

function less(a: Value, b: Value): boolean {
  const [left, right] = [kindOf(a), kindOf(b)];
  if (left === 'other' || right === 'other') throw new CallError('invalid type for comparison');
  if (left !== right) throw new CallError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  if (left === 'bool') throw new CallError('invalid type for comparison');
  return (primitive(a) as string | number) < (primitive(b) as string | number);
}

/** kubectl's own: whether `index` would find something that is not nil. */
function exists(start: Value, indexes: readonly Value[]): boolean {
  let item = start;
  // Nothing is asked of it.
  if (indexes.length === 0) return true;
  for (const index of indexes) {
    if (item === undefined || item === null) return false;
    if (isMap(item)) {
      if (typeof index !== 'string') return false;
      item = Object.hasOwn(item, index) ? valueFrom(item[index]) : null;
    } else if (isList(item)) {
      if (!(index instanceof NumberValue) || index.number < 0 || index.number >= item.length) return false;
      item = valueFrom(item[index.number]);
    } else return false;
  }
  return item !== undefined && item !== null;
}

function base64Decoded(encoded: string): string {
  const plain = encoded.replace(/[\r\n]/g, '');
  const bad = /[^A-Za-z0-9+/=]/.exec(plain);
  const at = bad?.index ?? (plain.length % 4 === 0 ? -1 : plain.length - (plain.length % 4));
  if (at >= 0) throw new CallError(`base64 decode failed: illegal base64 data at input byte ${at}`);
  return textOfBytes(Uint8Array.from(atob(plain), (character) => character.charCodeAt(0)));
}
