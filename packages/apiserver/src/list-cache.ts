import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';

/** Lists of stored objects, read once and kept until something below their kind's prefix is written. */
export interface ListCache extends Disposable {
  /** @param prefix of all objects of the kind. @param root what is listed: the prefix, or a namespace below it */
  list(prefix: string, root: string): Promise<readonly KubeObject[]>;
}

/**
 * The store tells of a write before the write's promise resolves, so nobody who has seen a write reads a list without it.
 *
 *   "/registry/core/limitranges/" ──► watch: forget all of these
 *                                 ──► "/registry/core/limitranges/demo/" ──► []
 */
export function listCache(store: Store<KubeObject>): ListCache {
  const byPrefix = new Map<string, Map<string, Promise<readonly KubeObject[]>>>();
  const watches: Disposable[] = [];

  const listsBelow = (prefix: string): Map<string, Promise<readonly KubeObject[]>> => {
    let lists = byPrefix.get(prefix);
    if (lists === undefined) {
      const known = new Map<string, Promise<readonly KubeObject[]>>();
      watches.push(store.watch({ prefix, onEvents: () => known.clear() }));
      byPrefix.set(prefix, known);
      lists = known;
    }
    return lists;
  };

  return {
    list(prefix, root) {
      const lists = listsBelow(prefix);
      let list = lists.get(root);
      if (list === undefined) {
        list = store.range(root).then(({ kvs }) => kvs.map(({ value }) => value));
        list.catch(() => lists.delete(root)); // who asked is told; the next one asks again
        lists.set(root, list);
      }
      return list;
    },
    dispose() {
      for (const watch of watches) watch.dispose();
    },
  };
}
