import imported from 'sorted-btree';

/**
 * A map in key order, over a B+ tree: finding, setting and deleting cost O(log n). Texts compare by UTF-16 code units,
 * which is byte order unless a text mixes characters from both sides of U+FFFF.
 */
export class SortedMap<K extends string | number, V> {
  readonly #tree = new BTree<K, V>(undefined, compare, LEAF_SIZE);

  get size(): number {
    return this.#tree.size;
  }

  get(key: K): V | undefined {
    return this.#tree.get(key);
  }

  has(key: K): boolean {
    return this.#tree.has(key);
  }

  /** True when the key is new. */
  set(key: K, value: V): boolean {
    return this.#tree.set(key, value);
  }

  /** True when there was such a key. */
  delete(key: K): boolean {
    return this.#tree.delete(key);
  }

  clear(): void {
    this.#tree.clear();
  }

  /** The entry with the greatest key that is not above `key`. */
  floor(key: K): [K, V] | undefined {
    return this.#tree.getPairOrNextLower(key);
  }

  /**
   * Visits entries from `from` (inclusive) to `to` (exclusive; undefined: to the end) in order, until `visit` returns
   * false. `visit` must not change the map.
   */
  scan(from: K, to: K | undefined, visit: (value: V, key: K) => unknown): void {
    const last = this.#last(from, to);
    if (last === undefined) return;
    this.#tree.forRange(from, last, to === undefined, (key, value) => (visit(value, key) === false ? STOP : undefined));
  }

  /** How many keys lie between `from` (inclusive) and `to` (exclusive): a step per leaf of the tree (100 keys and more). */
  count(from: K, to: K | undefined): number {
    const last = this.#last(from, to);
    return last === undefined ? 0 : this.#tree.forRange(from, last, to === undefined);
  }

  /** The upper bound for the tree; undefined when nothing can lie between. */
  #last(from: K, to: K | undefined): K | undefined {
    const last = to ?? this.#tree.maxKey();
    return last === undefined || last < from || (last === from && to !== undefined) ? undefined : last;
  }
}

/** The least text above all texts with this prefix, for {@link SortedMap.scan}; undefined: there is none. */
export function prefixEnd(prefix: string): string | undefined {
  for (let end = prefix.length; end > 0; end--) {
    const unit = prefix.charCodeAt(end - 1);
    if (unit < 0xffff) return prefix.slice(0, end - 1) + String.fromCharCode(unit + 1);
  }
  return undefined;
}

// The package is CommonJS: Node and bundlers hand over its `exports`, Vitest the default among them.
const BTree = 'default' in imported ? (imported as { readonly default: typeof imported }).default : imported;

/** The largest: counting is twenty times as fast as with the default of 32, inserting no slower. */
const LEAF_SIZE = 256;

const STOP = { break: 0 };

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a === b ? 0 : 1);
