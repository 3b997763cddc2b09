import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';

/** What was read of the store, kept until something below its kind's prefix is written: for what is asked often and written seldom. */
export interface ListCache extends Disposable {
  /** @param prefix of all objects of the kind. @param root what is listed: the prefix, or a namespace below it */
  list(prefix: string, root: string): Promise<readonly KubeObject[]>;
  /** One object by its key. */
  get(prefix: string, key: string): Promise<KubeObject | undefined>;
  /** The same where it is at hand, without waiting; undefined: it has to be asked for. */
  listNow(root: string): readonly KubeObject[] | undefined;
  getNow(key: string): Found | undefined;
}

/** An object, or that there is none. */
export interface Found {
  readonly object: KubeObject | undefined;
}

/** What is known below one prefix. */
interface Kept {
  readonly lists: Map<string, Promise<readonly KubeObject[]>>;
  /** Keys of {@link Kept.lists} and objects whose values are at hand, so that they can be forgotten with them. */
  readonly known: Set<string>;
  /** Grows with every write: what was asked before one is not kept after it. */
  writes: number;
}

/**
 * The store tells of a write before the write's promise resolves, so nobody who has seen a write reads a list without it.
 *
 *   "/registry/core/limitranges/" ──► watch: forget all of these
 *                                 ──► "/registry/core/limitranges/demo/" ──► []
 */
export function listCache(store: Store<KubeObject>): ListCache {
  const byPrefix = new Map<string, Kept>();
  const listsNow = new Map<string, readonly KubeObject[]>();
  const objectsNow = new Map<string, Found>();
  const watches: Disposable[] = [];

  const below = (prefix: string): Kept => {
    const found = byPrefix.get(prefix);
    if (found !== undefined) return found;
    const kept: Kept = { lists: new Map(), known: new Set(), writes: 0 };
    const forget = (): void => {
      kept.writes++;
      kept.lists.clear();
      for (const key of kept.known) {
        listsNow.delete(key);
        objectsNow.delete(key);
      }
      kept.known.clear();
    };
    watches.push(store.watch({ prefix, onEvents: forget }));
    byPrefix.set(prefix, kept);
    return kept;
  };

  return {
    list(prefix, root) {
      const kept = below(prefix);
      let list = kept.lists.get(root);
      if (list === undefined) {
        const { writes } = kept;
        list = store.range(root).then(({ kvs }) => {
          const values = kvs.map(({ value }) => value);
          if (kept.writes === writes) {
            kept.known.add(root);
            listsNow.set(root, values);
          }
          return values;
        });
        list.catch(() => kept.lists.delete(root)); // who asked is told; the next one asks again
        kept.lists.set(root, list);
      }
      return list;
    },
    async get(prefix, key) {
      const kept = below(prefix);
      const { writes } = kept;
      const object = (await store.get(key)).kv?.value;
      if (kept.writes === writes) {
        if (kept.known.size >= MAX_KNOWN) {
          for (const known of kept.known) objectsNow.delete(known);
        }
        kept.known.add(key);
        objectsNow.set(key, { object });
      }
      return object;
    },
    listNow: (root) => listsNow.get(root),
    getNow: (key) => objectsNow.get(key),
    dispose() {
      for (const watch of watches) watch.dispose();
    },
  };
}

/** Names that nobody has can be asked for as well, and there are many. */
const MAX_KNOWN = 10_000;
