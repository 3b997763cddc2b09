import { LONGEST_TEXT } from '../support/holding.ts';

/** What a jq program fails with; `value` is what `catch` sees. */
export class JqError extends Error {
  readonly value: unknown;
  constructor(value: unknown) {
    super(typeof value === 'string' ? value : JSON.stringify(value));
    this.value = value;
  }
}

/** `halt` and its like: the work on an input ends, and nothing catches it. */
export class JqHalt extends Error {
  readonly exitCode: number;
  /** What goes to the standard error. */
  readonly said: string;
  constructor(exitCode: number, said = '') {
    super('halted');
    this.exitCode = exitCode;
    this.said = said;
  }
}

export type Json = Record<string, unknown>;

export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

export function isObject(value: unknown): value is Json {
  return typeOf(value) === 'object';
}

const ORDER = ['null', 'false', 'true', 'number', 'string', 'array', 'object'];

/** jq's order over all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: unknown, b: unknown): number {
  const rank = (value: unknown): number => ORDER.indexOf(typeof value === 'boolean' ? String(value) : typeOf(value));
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compare(a[i], b[i]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (isObject(a) && isObject(b)) {
    const [x, y] = [Object.keys(a).sort(), Object.keys(b).sort()];
    const keys = compare(x, y);
    if (keys !== 0) return keys;
    for (const key of x) {
      const order = compare(a[key], b[key]);
      if (order !== 0) return order;
    }
  }
  return 0;
}

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 11 ? `${text.slice(0, 10)}...` : text;
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
}

/** Part of a value by name or number. @throws {JqError} */
export function at(value: unknown, key: unknown): unknown {
  if (typeof key === 'string' && isObject(value)) return Object.hasOwn(value, key) ? value[key] : null;
  if (typeof key === 'number' && Array.isArray(value))
    return value[key < 0 ? value.length + Math.floor(key) : Math.floor(key)] ?? null;
  if (value === null && (typeof key === 'string' || typeof key === 'number' || key === null || isObject(key)))
    return null;
  if (isObject(key) && Array.isArray(value))
    return value.slice(Number(key['start'] ?? 0), key['end'] === null ? undefined : Number(key['end']));
  if (typeof key === 'string') throw new JqError(`Cannot index ${typeOf(value)} with "${key}"`);
  throw new JqError(`Cannot index ${typeOf(value)} with ${typeOf(key)}`);
}

/** Copies that nobody else has seen yet: what has many places changed is copied once. */
export type Own = Set<unknown>;

/** A copy with something else at a path. @throws {JqError} */
export function setAt(value: unknown, path: readonly unknown[], next: unknown, own: Own = new Set()): unknown {
  const [key, ...rest] = path;
  if (path.length === 0) return next;
  const inner = setAt(at(value, key), rest, next, own);
  if (typeof key === 'number') {
    if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${typeOf(value)} with number`);
    const copy = ownArray(value ?? [], own);
    const index = Math.floor(key < 0 ? copy.length + key : key);
    if (index < 0) throw new JqError('Out of bounds negative array index');
    bounded(8 * index, () => undefined);
    while (copy.length < index) copy.push(null);
    copy[index] = inner;
    return copy;
  }
  if (isObject(key)) {
    if (value !== null && !Array.isArray(value))
      throw new JqError(`Cannot update field at object index of ${typeOf(value)}`);
    if (!Array.isArray(inner)) throw new JqError('A slice of an array can only be assigned another array');
    return spliced(value ?? [], key, inner, own);
  }
  const copy = own.has(value) ? (value as Json) : { ...((value as Json | null) ?? {}) };
  own.add(copy);
  // Not by assignment, to which one name means something else.
  Object.defineProperty(copy, String(key), { value: inner, writable: true, enumerable: true, configurable: true });
  return copy;
}

/** A copy without what is at a path. */
export function deleteAt(value: unknown, path: readonly unknown[], own: Own = new Set()): unknown {
  const [key, ...rest] = path;
  if (value === null || path.length === 0) return null;
  if (rest.length > 0) {
    const inner = deleteAt(at(value, key), rest, own);
    return setAt(value, [key], inner, own);
  }
  if (Array.isArray(value)) {
    if (isObject(key)) return spliced(value, key, [], own);
    const index = Number(key) < 0 ? value.length + Number(key) : Number(key);
    if (!(index in value)) return value;
    const copy = ownArray(value, own);
    copy.splice(index, 1);
    return copy;
  }
  const { [String(key)]: _gone, ...others } = value as Json;
  return others;
}

/** A copy in which a slice is another one. */
function spliced(value: readonly unknown[], slice: Json, items: readonly unknown[], own: Own): unknown[] {
  const copy = ownArray(value, own);
  const [from, to] = [slice['start'] ?? 0, slice['end'] ?? copy.length].map((place) =>
    Math.min(Math.max(Number(place) < 0 ? copy.length + Number(place) : Number(place), 0), copy.length),
  );
  const behind = copy.splice(Math.max(to ?? 0, from ?? 0));
  copy.length = from ?? 0;
  for (const item of [...items, ...behind]) copy.push(item);
  return copy;
}

function ownArray(value: readonly unknown[], own: Own): unknown[] {
  const copy = own.has(value) ? (value as unknown[]) : [...value];
  own.add(copy);
  return copy;
}

/** @throws {JqError} */
export function arithmetic(operator: string, a: unknown, b: unknown): unknown {
  const numbers = typeof a === 'number' && typeof b === 'number' ? ([a, b] as const) : undefined;
  const cannot = (verb: string): never => {
    throw new JqError(`${typeOf(a)} (${show(a)}) and ${typeOf(b)} (${show(b)}) cannot be ${verb}`);
  };
  switch (operator) {
    case '+':
      if (a === null) return b;
      if (b === null) return a;
      if (numbers !== undefined) return numbers[0] + numbers[1];
      if (typeof a === 'string' && typeof b === 'string') return bounded(a.length + b.length, () => a + b);
      if (Array.isArray(a) && Array.isArray(b)) return bounded(8 * (a.length + b.length), () => [...a, ...b]);
      return isObject(a) && isObject(b) ? { ...a, ...b } : cannot('added');
    case '-':
      if (numbers !== undefined) return numbers[0] - numbers[1];
      return Array.isArray(a) && Array.isArray(b) ? without(a, b) : cannot('subtracted');
    case '*':
      if (numbers !== undefined) return numbers[0] * numbers[1];
      if (typeof a === 'string' && typeof b === 'number')
        return b > 0 ? bounded(a.length * b, () => a.repeat(Math.max(1, Math.floor(b)))) : null;
      return isObject(a) && isObject(b) ? merge(a, b) : cannot('multiplied');
    case '/':
      if (numbers !== undefined)
        return numbers[1] === 0 ? cannot('divided because the divisor is zero') : numbers[0] / numbers[1];
      return typeof a === 'string' && typeof b === 'string' ? a.split(b) : cannot('divided');
    default:
      if (numbers === undefined) return cannot('divided');
      return Math.trunc(numbers[1]) === 0
        ? cannot('divided because the divisor is zero')
        : Math.trunc(numbers[0]) % Math.trunc(numbers[1]);
  }
}

/** What an array has that another one has not. */
function without(array: readonly unknown[], gone: readonly unknown[]): unknown[] {
  const sorted = [...gone].sort(compare);
  return array.filter((item) => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compare(sorted[middle], item) < 0) from = middle + 1;
      else to = middle;
    }
    return from === sorted.length || compare(sorted[from], item) !== 0;
  });
}

/** @throws {JqError} of what would become too large to be held */
export function bounded<T>(bytes: number, value: () => T): T {
  if (bytes > LONGEST_TEXT) throw new JqError('out of memory');
  return value();
}

function merge(a: Json, b: Json): Json {
  const merged: Json = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const old = merged[key];
    merged[key] = isObject(old) && isObject(value) ? merge(old, value) : value;
  }
  return merged;
}
