import { type KubeObject, objectKey } from '@tabernetes/apimachinery';

/** Reads what an informer has seen. Lists are in no promised order. */
export interface Lister<T extends KubeObject> {
  get(name: string, namespace?: string): T | undefined;
  /** `namespace/name`, or `name` for cluster-scoped objects. */
  byKey(key: string): T | undefined;
  list(namespace?: string): readonly T[];
  /** The objects that an index files under a value. @throws {Error} for an index that was not added */
  byIndex(index: string, value: string): readonly T[];
  readonly size: number;
}

export type IndexFunction<T> = (object: T) => readonly string[];
/** The part of an object from which an index is worked out: while it is the same, the index is not asked. */
export type IndexSource<T> = (object: T) => unknown;

/**
 * Objects by key, and the keys by what the index functions say of them.
 *
 *   objects      demo/web-1 → Pod          indexes.node    node-1 → { demo/web-1, demo/web-2 }
 *                demo/web-2 → Pod          indexes.ns      demo   → { demo/web-1, demo/web-2 }
 *
 * A change touches the entries of the object that changed, and nothing else.
 */
export class Indexer<T extends KubeObject> implements Lister<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();

  constructor() {
    this.addIndex(
      NAMESPACE_INDEX,
      ({ metadata }) => [metadata.namespace ?? ''],
      ({ metadata }) => metadata.namespace,
    );
  }

  get size(): number {
    return this.#objects.size;
  }
  get(name: string, namespace?: string): T | undefined {
    return this.#objects.get(namespace ? `${namespace}/${name}` : name);
  }
  byKey(key: string): T | undefined {
    return this.#objects.get(key);
  }
  list(namespace?: string): readonly T[] {
    return namespace === undefined ? [...this.#objects.values()] : this.byIndex(NAMESPACE_INDEX, namespace);
  }
  byIndex(index: string, value: string): readonly T[] {
    const found = this.#indexes.get(index);
    if (found === undefined) throw new Error(`no index ${index} was added to this informer`);
    const keys = found.keys.get(value);
    if (keys === undefined) return [];
    const objects: T[] = [];
    for (const key of keys) {
      const object = this.#objects.get(key);
      if (object !== undefined) objects.push(object);
    }
    return objects;
  }
  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  addIndex(name: string, values: IndexFunction<T>, from?: IndexSource<T>): void {
    if (this.#indexes.has(name)) return;
    const index: Index<T> = { values, from, keys: new Map() };
    for (const [key, object] of this.#objects) file(index, key, values(object));
    this.#indexes.set(name, index);
  }
  /** Returns what was there before. */
  set(object: T): T | undefined {
    const key = objectKey(object);
    const old = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      const { from } = index;
      if (old !== undefined && from !== undefined && from(old) === from(object)) continue;
      const next = index.values(object);
      if (old !== undefined) {
        const before = index.values(old);
        if (sameTexts(before, next)) continue;
        unfile(index, key, before);
      }
      file(index, key, next);
    }
    return old;
  }
  delete(key: string): T | undefined {
    const old = this.#objects.get(key);
    if (old === undefined) return undefined;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) unfile(index, key, index.values(old));
    return old;
  }
}

const NAMESPACE_INDEX = 'namespace';

interface Index<T> {
  readonly values: IndexFunction<T>;
  readonly from: IndexSource<T> | undefined;
  readonly keys: Map<string, Set<string>>;
}

function file<T>(index: Index<T>, key: string, values: readonly string[]): void {
  for (const value of values) {
    const keys = index.keys.get(value);
    if (keys) keys.add(key);
    else index.keys.set(value, new Set([key]));
  }
}

function unfile<T>(index: Index<T>, key: string, values: readonly string[]): void {
  for (const value of values) {
    const keys = index.keys.get(value);
    if (keys?.delete(key) && keys.size === 0) index.keys.delete(value);
  }
}

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i]);
