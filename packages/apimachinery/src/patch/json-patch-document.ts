import { encodeJson } from '../encode/json.ts';
import { byteLength } from '../validation/characters.ts';
import { isList, isMap, type JsonMap, type MutableMap, put, shareUnchanged } from './json-tree.ts';
import { PatchProblem, wouldPanic } from './patch-problem.ts';
import { openedText } from './patched-text.ts';

/**
 * What a place in the document holds, as the Go library sees it. It keeps three kinds of null apart, and its answers
 * to later operations of the same patch differ:
 *
 *   null       a null that was there, or no such member   cannot be entered, equals a null of the patch
 *   ADDED_NULL a null that this patch put there            entering it panics
 *   EMPTY_NULL a copy of an added null                     entered like {}, adding to it panics
 */
type Place = unknown;
export const ADDED_NULL = Symbol('null added by the patch');
const EMPTY_NULL = Symbol('copy of a null added by the patch');

type Container = JsonMap | readonly unknown[] | typeof EMPTY_NULL;

/**
 * A document under a JSON patch. The document given is never changed: containers are copied when first written to and
 * edited in place after that, so ten thousand operations on one list cost ten thousand steps.
 */
export class JsonPatchDocument {
  readonly #original: unknown;
  #root: unknown;
  readonly #owned = new Set<object>();
  /** Containers that were looked into: Go prints those with sorted keys, and the others as they were written. */
  readonly #opened = new Set<unknown>();
  readonly #maxCopyBytes: number;
  #copiedBytes = 0;

  constructor(document: unknown, maxCopyBytes = Number.POSITIVE_INFINITY) {
    this.#original = document;
    this.#root = document;
    this.#opened.add(document);
    this.#maxCopyBytes = maxCopyBytes;
  }

  /** The patched document; it shares what did not change with the original. */
  result(): unknown {
    for (const container of this.#owned) clearMarks(container as MutableMap | unknown[]);
    return shareUnchanged(this.#original, this.#root);
  }

  /** The {@link result} as Go prints it. */
  text(): string {
    return openedText(this.#root, this.#opened);
  }

  replaceRoot(value: unknown): void {
    this.#root = value;
    this.#opened.add(value);
  }

  /** Whether the whole document equals a value of the patch. */
  rootEquals(value: unknown): boolean {
    return equalsPlace(this.#root, value, this.#opened);
  }

  equals(place: Place, value: unknown): boolean {
    return equalsPlace(place, value, this.#opened);
  }

  /** The container that the path's last step is about, if the steps before it can be walked. */
  find(
    path: string,
  ): { readonly container: Container; readonly tokens: readonly string[]; readonly key: string } | undefined {
    const [, ...tokens] = path.split('/');
    const last = tokens.pop();
    if (last === undefined || !isContainer(this.#root)) return undefined;
    let container: Container = this.#root;
    for (const [i, token] of tokens.entries()) {
      const key = unescaped(token);
      tokens[i] = key;
      const next = enter(container, key);
      if (next === undefined) return undefined;
      container = next;
      this.#opened.add(container);
    }
    return { container, tokens, key: unescaped(last) };
  }

  /** Copies the containers along the path as needed; the last of them may be written to. */
  open(tokens: readonly string[]): MutableMap | unknown[] {
    let container = this.#own(this.#root);
    this.#root = container;
    for (const token of tokens) {
      const key = isList(container) ? String(position(container, token)) : token;
      const next = this.#own(read(container, key));
      write(container, key, next);
      container = next;
    }
    return container;
  }

  /**
   * A value that may be put in a second place: later edits of one of them do not show in the other.
   * @throws {PatchProblem} the copies of this patch have become too large
   */
  copyOf(place: Place): Place {
    if (this.#maxCopyBytes !== Number.POSITIVE_INFINITY) this.#count(place);
    if (place === ADDED_NULL || place === EMPTY_NULL) return EMPTY_NULL;
    return this.#copy(place);
  }

  #count(place: Place): void {
    if (place === null) return;
    this.#copiedBytes += byteLength(encodeJson(typeof place === 'symbol' ? null : place));
    if (this.#copiedBytes <= this.#maxCopyBytes) return;
    const size = `${this.#copiedBytes}, exceeding the limit ${this.#maxCopyBytes}`;
    throw new PatchProblem(422, `Unable to complete the copy, the accumulated size increase of copy is ${size}`);
  }

  #copy(value: unknown): unknown {
    if (typeof value === 'symbol') return null;
    if (typeof value !== 'object' || value === null || !this.#owned.has(value)) return value;
    if (isList(value)) return value.map((item) => this.#copy(item));
    const copy: MutableMap = {};
    for (const [key, item] of Object.entries(value)) put(copy, key, this.#copy(item));
    return copy;
  }

  #own(value: unknown): MutableMap | unknown[] {
    if (!isList(value) && !isMap(value)) throw wouldPanic('a null that the patch itself copied is written to');
    if (this.#owned.has(value)) return value as MutableMap | unknown[];
    const copy = isList(value) ? value.slice() : { ...value };
    this.#owned.add(copy);
    this.#opened.add(copy);
    return copy;
  }
}

const isContainer = (value: unknown): value is Container => isList(value) || isMap(value) || value === EMPTY_NULL;

function enter(container: Container, key: string): Container | undefined {
  if (isList(container) && indexOrUndefined(container, key) === undefined) return undefined;
  const next = getPlace(container, key);
  if (next === ADDED_NULL) throw wouldPanic('a null that the patch itself added is walked through');
  return isContainer(next) ? next : undefined;
}

/** What the key names; null when a map has no such member. @throws {PatchProblem} a list has no such index */
export function getPlace(container: Container, key: string): Place {
  if (container === EMPTY_NULL) return null;
  return isList(container)
    ? container[position(container, key)]
    : Object.hasOwn(container, key)
      ? container[key]
      : null;
}

/** The index that a token names among what is there. Negative indices count from the end. */
export function position(list: readonly unknown[], token: string): number {
  return indexWithin(token, list.length, list.length - 1);
}

/** The index at which `add` inserts: up to the length itself; -1 appends. */
export function insertPosition(list: readonly unknown[], token: string): number {
  if (token === '-') return list.length;
  return indexWithin(token, list.length + 1, list.length);
}

function indexWithin(token: string, length: number, last: number): number {
  const index = atoi(token);
  if (index > last || index < -length)
    throw new PatchProblem(422, `Unable to access invalid index: ${index}: invalid index referenced`);
  return index < 0 ? index + length : index;
}

function indexOrUndefined(list: readonly unknown[], token: string): number | undefined {
  try {
    return position(list, token);
  } catch (error) {
    if (error instanceof PatchProblem) return undefined;
    throw error;
  }
}

/** Go's strconv.Atoi: a sign and leading zeros are fine, nothing else is. */
function atoi(token: string): number {
  const problem = (why: string) => new PatchProblem(422, `strconv.Atoi: parsing ${JSON.stringify(token)}: ${why}`);
  if (!/^[+-]?[0-9]+$/.test(token)) throw problem('invalid syntax');
  const value = Number(token);
  if (Math.abs(value) > 2 ** 63 - 1) throw problem('value out of range');
  return value;
}

const unescaped = (token: string): string =>
  token.includes('~') ? token.replace(/~[01]/g, (pair) => (pair === '~1' ? '/' : '~')) : token;

function read(container: MutableMap | readonly unknown[], key: string): unknown {
  return isList(container) ? container[Number(key)] : (container as JsonMap)[key];
}

function write(container: MutableMap | unknown[], key: string, value: unknown): void {
  if (Array.isArray(container)) container[Number(key)] = value;
  else put(container, key, value);
}

function clearMarks(container: MutableMap | unknown[]): void {
  if (Array.isArray(container)) {
    for (const [i, item] of container.entries()) if (typeof item === 'symbol') container[i] = null;
    return;
  }
  for (const key of Object.keys(container)) if (typeof container[key] === 'symbol') put(container, key, null);
}

/**
 * The library's equality, with the place on the left and the patch's value on the right. It compares maps without
 * order and does not stand nulls inside lists.
 */
function equalsPlace(place: Place, value: unknown, opened: Set<unknown>): boolean {
  if (place === null) throw wouldPanic('a null inside a list is compared');
  if (place === EMPTY_NULL) return isMap(value) && Object.keys(value).length === 0;
  if (place === ADDED_NULL) return value === ADDED_NULL;
  if (isList(place)) {
    opened.add(place);
    if (!isList(value) || place.length !== value.length) return false;
    return place.every((item, i) => {
      if (value[i] === null) throw wouldPanic('a null inside a list is compared');
      return equalsPlace(item, value[i], opened);
    });
  }
  if (!isMap(place)) return place === value;
  opened.add(place);
  if (!isMap(value)) return false;
  const keys = Object.keys(place);
  if (keys.length !== Object.keys(value).length) return false;
  return keys.every((key) => {
    if (!Object.hasOwn(value, key)) return false;
    const left = place[key];
    const right = value[key];
    return left === null || right === null ? left === right : equalsPlace(left, right, opened);
  });
}
