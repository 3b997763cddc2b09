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
  listNow(prefix: string, root: string): readonly KubeObject[] | undefined;
  getNow(prefix: string, key: string): Found | undefined;
}

/** An object, or that there is none. */
export interface Found {
  readonly object: KubeObject | undefined;
}

/** What is known below one prefix. */
interface Kept {
  readonly asked: Map<string, Promise<readonly KubeObject[]>>;
  readonly lists: Map<string, readonly KubeObject[]>;
  readonly objects: Map<string, Found>;
  /** Grows with every write: what was asked before one is not kept after it. */
  writes: number;
}

/** Names that nobody has can be asked for as well, and there are many. */
const MAX_OBJECTS = 10_000;

/**
 * The store tells of a write before the write's promise resolves, so nobody who has seen a write reads a list without it.
 *
 *   "/registry/core/limitranges/" ──► watch: forget all of these
 *                                 ──► "/registry/core/limitranges/demo/" ──► []
 */
export function listCache(store: Store<KubeObject>): ListCache {
  const byPrefix = new Map<string, Kept>();
  const watches: Disposable[] = [];

  const below = (prefix: string): Kept => {
    const found = byPrefix.get(prefix);
    if (found !== undefined) return found;
    const kept: Kept = { asked: new Map(), lists: new Map(), objects: new Map(), writes: 0 };
    const forget = (): void => {
      kept.writes++;
      kept.asked.clear();
      kept.lists.clear();
      kept.objects.clear();
    };
    watches.push(store.watch({ prefix, onEvents: forget }));
    byPrefix.set(prefix, kept);
    return kept;
  };

  return {
    list(prefix, root) {
      const kept = below(prefix);
      let list = kept.asked.get(root);
      if (list === undefined) {
        const { writes } = kept;
        list = store.range(root).then(({ kvs }) => {
          const values = kvs.map(({ value }) => value);
          if (kept.writes === writes) kept.lists.set(root, values);
          return values;
        });
        list.catch(() => kept.asked.delete(root)); // who asked is told; the next one asks again
        kept.asked.set(root, list);
      }
      return list;
    },
    async get(prefix, key) {
      const kept = below(prefix);
      const { writes } = kept;
      const object = (await store.get(key)).kv?.value;
      if (kept.writes !== writes) return object;
      if (kept.objects.size >= MAX_OBJECTS) kept.objects.clear();
      kept.objects.set(key, { object });
      return object;
    },
    listNow: (prefix, root) => byPrefix.get(prefix)?.lists.get(root),
    getNow: (prefix, key) => byPrefix.get(prefix)?.objects.get(key),
    dispose() {
      for (const watch of watches) watch.dispose();
    },
  };
}
