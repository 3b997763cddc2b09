import { prefixEnd, SortedMap } from '@tabernetes/base';

/** What the index knows of a watcher. */
export interface Watching {
  /** Counts up: the order in which watchers are called. */
  readonly id: number;
  readonly prefix: string;
}

/**
 * Watchers by prefix, so that a write costs only the watchers that it concerns.
 *
 *   prefixes in key order     parent: the longest other prefix that begins this one
 *     /pods/                  ─
 *     /pods/a/                /pods/
 *     /pods/a/web             /pods/a/
 *     /services/              ─
 *
 * All prefixes of a key are ancestors of the greatest prefix not above the key (or that itself): whatever lies in order
 * between a prefix of the key and the key begins with that prefix too. So for `/pods/b/db` we find `/pods/a/web`, walk up
 * past `/pods/a/`, and `/pods/` matches; from there on upwards everything does.
 */
export class WatcherIndex<W extends Watching> {
  readonly #nodes = new SortedMap<string, Node<W>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(watcher: W): void {
    this.#size++;
    const { prefix } = watcher;
    const node = this.#nodes.get(prefix) ?? this.#insert(prefix);
    node.watchers.add(watcher);
    this.#below(prefix, forgetAudience);
  }

  remove(watcher: W): void {
    const { prefix } = watcher;
    const node = this.#nodes.get(prefix);
    if (node === undefined || !node.watchers.delete(watcher)) return;
    this.#size--;
    if (node.watchers.size === 0) {
      this.#nodes.delete(prefix);
      this.#below(prefix, (other) => {
        if (other.parent === node) other.parent = node.parent;
      });
    }
    this.#below(prefix, forgetAudience);
  }

  /** Whom a write of this key concerns, by id. The array is never changed afterwards. */
  audience(key: string): readonly W[] {
    const node = this.#matching(key);
    return node === undefined ? NOBODY : audienceOf(node);
  }

  clear(): void {
    this.#nodes.clear();
    this.#size = 0;
  }

  /** The longest prefix that begins the key. */
  #matching(key: string): Node<W> | undefined {
    let node = this.#nodes.floor(key)?.[1];
    while (node !== undefined && !key.startsWith(node.prefix)) node = node.parent;
    return node;
  }

  #insert(prefix: string): Node<W> {
    const parent = this.#matching(prefix);
    const node: Node<W> = { prefix, parent, watchers: new Set(), audience: undefined };
    this.#below(prefix, (other) => {
      if (other.parent === parent) other.parent = node;
    });
    this.#nodes.set(prefix, node);
    return node;
  }

  #below(prefix: string, visit: (node: Node<W>) => void): void {
    this.#nodes.scan(prefix, prefixEnd(prefix), visit);
  }
}

interface Node<W> {
  readonly prefix: string;
  parent: Node<W> | undefined;
  readonly watchers: Set<W>;
  /** Own watchers and all ancestors', by id; made when first needed. */
  audience: readonly W[] | undefined;
}

function audienceOf<W extends Watching>(node: Node<W>): readonly W[] {
  if (node.audience === undefined) {
    const inherited = node.parent === undefined ? NOBODY : audienceOf(node.parent);
    const all = [...node.watchers, ...inherited];
    node.audience = inherited.length === 0 ? all : all.sort((a, b) => a.id - b.id);
  }
  return node.audience;
}

const NOBODY: readonly never[] = [];

const forgetAudience = (node: Node<Watching>): void => {
  node.audience = undefined;
};
