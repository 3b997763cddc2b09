import type { Chunk } from '@tabernetes/node-api';

/*
 * What a program of a user sends is data of any shape: it is looked at before one of ours takes it. All throw TypeErrors, for the program.
 */

export function text(value: unknown, what = 'a text'): string {
  if (typeof value !== 'string') throw new TypeError(`${what} is wanted, not ${typeof value}`);
  return value;
}

export function number(value: unknown, what = 'a number'): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(`${what} is wanted`);
  return value;
}

/** A whole number from 0. */
export function whole(value: unknown, what = 'a whole number'): number {
  const n = number(value, what);
  if (!Number.isInteger(n) || n < 0) throw new TypeError(`${what} is wanted, not ${n}`);
  return n;
}

export function chunk(value: unknown): Chunk {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) throw new TypeError('a text or bytes are wanted');
  return value;
}

export function texts(value: unknown, what = 'a list of texts'): readonly string[] {
  if (!Array.isArray(value)) throw new TypeError(`${what} is wanted`);
  return value.map((each) => text(each, what));
}

/** An object, or nothing, which is an empty one. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new TypeError('an object is wanted');
  return value as Readonly<Record<string, unknown>>;
}

/** Texts by name; numbers and truth values are written out. */
export function textMembers(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(members(value))
      .filter(([, each]) => each !== undefined && each !== null)
      .map(([name, each]) => [name, typeof each === 'object' ? text(each, name) : String(each)]),
  );
}

/** Nothing, or what `read` makes of it. */
export function maybe<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

/** The members that are there: options without `undefined` in them. */
export function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
