import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import { keyOf, keyRoot, prefixOfKey } from './registry/keys.ts';

/**
 * What was read of the store, kept until something of its kind is written: for what is asked often and written seldom. Objects are named
 * by namespace (empty: none, and of lists all) and name, so that asking makes no key.
 */
export interface ListCache extends Disposable {
  /** @param prefix of all objects of the kind, see storagePrefix */
  list(prefix: string, namespace: string): Promise<readonly KubeObject[]>;
  get(prefix: string, namespace: string, name: string): Promise<KubeObject | undefined>;
  /** The same where it is at hand, without waiting; undefined: it has to be asked for. */
  listNow(prefix: string, namespace: string): readonly KubeObject[] | undefined;
  getNow(prefix: string, namespace: string, name: string): Found | undefined;
}

/** An object, or that there is none. */
export interface Found {
  readonly object: KubeObject | undefined;
}

/** What is known below one prefix. */
interface Kept {
  readonly asked: Map<string, Promise<readonly KubeObject[]>>;
  readonly lists: Map<string, readonly KubeObject[]>;
  /** By namespace and name. */
  readonly objects: Map<string, Map<string, Found>>;
  /** How many objects. */
  size: number;
  /** Grows with every write: what was asked before one is not kept after it. */
  writes: number;
}

/** Names that nobody has can be asked for as well, and there are many. */
const MAX_OBJECTS = 10_000;

/**
 * The store tells of a write before the write's promise resolves, and tells this cache first of all that are watching through its
 * server, which is why it watches everything from the beginning. So nobody who has seen a write, in whatever way, is answered from
 * before it.
 *
 *   watch of all ──► "/registry/core/limitranges/": forget all of these ──► lists    "demo" ──► []
 *                                                                       ──► objects  "demo" ──► "bounds" ──► { … }
 */
export function listCache(store: Store<KubeObject>): ListCache {
  const byPrefix = new Map<string, Kept>();
  const watch = store.watch({
    prefix: '',
    onEvents(events) {
      for (const { kv } of events) {
        const kept = byPrefix.get(prefixOfKey(kv.key));
        if (kept !== undefined) forget(kept);
      }
    },
  });

  const below = (prefix: string): Kept => {
    let kept = byPrefix.get(prefix);
    if (kept === undefined) {
      kept = { asked: new Map(), lists: new Map(), objects: new Map(), size: 0, writes: 0 };
      byPrefix.set(prefix, kept);
    }
    return kept;
  };

  return {
    list(prefix, namespace) {
      const kept = below(prefix);
      let list = kept.asked.get(namespace);
      if (list === undefined) {
        const { writes } = kept;
        list = store.range(keyRoot({ prefix }, namespace)).then(({ kvs }) => {
          const values = kvs.map(({ value }) => value);
          if (kept.writes === writes) kept.lists.set(namespace, values);
          return values;
        });
        list.catch(() => kept.asked.delete(namespace)); // who asked is told; the next one asks again
        kept.asked.set(namespace, list);
      }
      return list;
    },
    async get(prefix, namespace, name) {
      const kept = below(prefix);
      const { writes } = kept;
      const object = (await store.get(keyOf({ prefix }, namespace, name))).kv?.value;
      if (kept.writes === writes) keep(kept, namespace, name, object);
      return object;
    },
    listNow: (prefix, namespace) => byPrefix.get(prefix)?.lists.get(namespace),
    getNow: (prefix, namespace, name) => byPrefix.get(prefix)?.objects.get(namespace)?.get(name),
    dispose: () => watch.dispose(),
  };
}

function keep(kept: Kept, namespace: string, name: string, object: KubeObject | undefined): void {
  if (kept.size >= MAX_OBJECTS) {
    kept.objects.clear();
    kept.size = 0;
  }
  let byName = kept.objects.get(namespace);
  if (byName === undefined) {
    byName = new Map();
    kept.objects.set(namespace, byName);
  }
  if (!byName.has(name)) kept.size++;
  byName.set(name, { object });
}

function forget(kept: Kept): void {
  kept.writes++;
  kept.asked.clear();
  kept.lists.clear();
  kept.objects.clear();
  kept.size = 0;
}
