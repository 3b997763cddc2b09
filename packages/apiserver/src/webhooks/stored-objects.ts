import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import { storagePrefix } from '../registry/keys.ts';

/** All stored objects of a kind, sorted by name; follows the store, so that reading costs nothing. */
export interface StoredObjects<T extends KubeObject> extends Disposable {
  list(): readonly T[];
}

/**
 * Resolves when what is stored has been read.
 * @param onChange told after every change
 */
export async function storedObjects<T extends KubeObject>(
  store: Store<KubeObject>,
  kind: { readonly group: string; readonly plural: string },
  onChange?: () => void,
): Promise<StoredObjects<T>> {
  const prefix = storagePrefix(kind);
  const objects = new Map<string, T>();
  let sorted: readonly T[] | undefined;
  const { revision, kvs } = await store.range(prefix);
  for (const { key, value } of kvs) objects.set(key, value as T);
  const watch = store.watch({
    prefix,
    startRevision: revision + 1,
    onEvents(events) {
      for (const { type, kv } of events) {
        if (type === 'put') objects.set(kv.key, kv.value as T);
        else objects.delete(kv.key);
      }
      sorted = undefined;
      onChange?.();
    },
  });
  return {
    list() {
      sorted ??= [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
      return sorted;
    },
    dispose: () => watch.dispose(),
  };
}
