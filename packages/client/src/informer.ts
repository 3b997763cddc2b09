import { type KubeObject, type ObjectEvent, objectKey, StatusError } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { ListOptions, ResourceClient } from './client.ts';
import { Indexer, type IndexFunction, type IndexSource, type Lister } from './indexer.ts';
import { compareResourceVersions } from './resource-version.ts';

export interface InformerHandler<T> {
  onAdd?(object: T): void;
  onUpdate?(object: T, old: T): void;
  /** The last state that was seen; after a broken watch it may not be the very last one that there was. */
  onDelete?(object: T): void;
}

/**
 * A cache that follows one kind by list and watch, shared by everyone who needs it. What it guarantees:
 *  - handlers see every object that was there at the end of the first list, then every change, in order, once;
 *  - the cache has changed before a handler hears of it;
 *  - in process, it has seen a write before the write's promise resolves;
 *  - after a lost watch (closed, compacted, network) it catches up by itself, with the changes that it missed.
 *
 * Handlers must not throw; what they throw goes to `onError`, and the next handler is called all the same.
 */
export interface Informer<T extends KubeObject> extends Disposable {
  readonly lister: Lister<T>;
  /** Adds an index that `lister.byIndex` can ask; the same name twice is one index. @param from default: the whole object */
  addIndex(name: string, values: IndexFunction<T>, from?: IndexSource<T>): void;
  /** The objects that are there already are delivered as additions at once. */
  addHandler(handler: InformerHandler<T>): Disposable;
  /** Begins to follow; resolves when the first list is in the cache. Later calls wait for the same list. */
  start(): Promise<void>;
  readonly synced: boolean;
  /** Resolves when the cache has seen this resourceVersion, or the informer is disposed. */
  waitFor(resourceVersion: string): Promise<void>;
}

export interface InformerDeps<T extends KubeObject> {
  readonly client: ResourceClient<T>;
  readonly clock: Clock;
  /** Told of what handlers throw and of lists and watches that fail (they are tried again). Default: ignored. */
  readonly onError?: (error: unknown) => void;
}

export function createInformer<T extends KubeObject>(
  { client, clock, onError = () => undefined }: InformerDeps<T>,
  options: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'> = {},
): Informer<T> {
  const cache = new Indexer<T>();
  const handlers = new Set<Told<T>>();
  const waiting = new Set<{ readonly resourceVersion: string; readonly resolve: () => void }>();
  let resourceVersion = '';
  let synced = false;
  let started: Promise<void> | undefined;
  let stopWatch: (() => void) | undefined;
  let retry: Disposable | undefined;
  let failures = 0;
  let disposed = false;

  const tell = (call: Tell<T>, object: T, old: T): void => {
    for (const handler of handlers) {
      try {
        call(handler, object, old);
      } catch (error) {
        onError(error);
      }
    }
  };
  const saw = (version: string | undefined): void => {
    if (version === undefined || version === '') return;
    resourceVersion = version;
    for (const waiter of waiting) {
      if (compareResourceVersions(version, waiter.resourceVersion) < 0) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  };
  const upsert = (object: T): void => {
    const old = cache.set(object);
    if (old === undefined) tell(ADDED, object, object);
    else if (old !== object) tell(UPDATED, object, old);
  };
  const remove = (key: string): void => {
    const old = cache.delete(key);
    if (old !== undefined) tell(DELETED, old, old);
  };
  /** Deletions first, so that a handler never sees an old and a new object of one name at once. */
  const replace = (items: readonly T[]): void => {
    const kept = new Set(items.map(objectKey));
    for (const key of [...cache.keys()]) if (!kept.has(key)) remove(key);
    for (const object of items) {
      const old = cache.byKey(objectKey(object));
      // Deleted and made again while we were not looking.
      if (old !== undefined && old.metadata.uid !== object.metadata.uid) remove(objectKey(object));
      if (old?.metadata.resourceVersion !== object.metadata.resourceVersion) upsert(object);
    }
  };

  const list = async (): Promise<void> => {
    const { items, metadata } = await client.list(options);
    if (disposed) return;
    replace(items);
    synced = true;
    saw(metadata.resourceVersion);
    await watch();
  };
  const watch = async (): Promise<void> => {
    const source = await client.watch({ ...options, resourceVersion, allowWatchBookmarks: true });
    if (disposed) return;
    // A watch ends once: by an ERROR event, by its server, or by us.
    let over = false;
    const stop = source.start({
      next(event) {
        if (over) return;
        if (event.type === 'ERROR') {
          over = true;
          stopWatch?.();
          failed(new StatusError(event.object));
          return;
        }
        failures = 0;
        receive(event as ObjectEvent<T>);
      },
      end() {
        if (over) return;
        over = true;
        again(watch);
      },
    });
    if (over) stop();
    else stopWatch = stop;
  };
  const receive = ({ type, object }: ObjectEvent<T>): void => {
    if (type === 'DELETED') remove(objectKey(object));
    else if (type !== 'BOOKMARK') upsert(object);
    saw(object.metadata.resourceVersion);
  };
  /** What is too old to be watched from is listed anew; anything else is watched again from where we were. */
  const failed = (error: unknown): void => {
    if (disposed) return;
    const gone = error instanceof StatusError && (error.reason === 'Expired' || error.reason === 'Gone');
    if (!gone) onError(error);
    failures++;
    again(gone || !synced ? list : watch);
  };
  const again = (step: () => Promise<void>): void => {
    stopWatch = undefined;
    if (disposed) return;
    const delayMs = failures === 0 ? 0 : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS);
    retry = clock.setTimer(delayMs, () => void step().catch(failed));
  };

  return {
    lister: cache,
    get synced() {
      return synced;
    },
    addIndex: (name, values, from) => cache.addIndex(name, values, from),
    addHandler(handler) {
      const told = toldOf(handler);
      handlers.add(told);
      for (const object of cache.list()) {
        try {
          handler.onAdd?.(object);
        } catch (error) {
          onError(error);
        }
      }
      return { dispose: () => void handlers.delete(told) };
    },
    start() {
      started ??= list().catch(
        (error) =>
          new Promise<void>((resolve) => {
            // Nobody tries again once it is over, and nobody waits for it.
            if (disposed) return resolve();
            waiting.add({ resourceVersion: '', resolve });
            failed(error);
          }),
      );
      return started;
    },
    waitFor(version) {
      if (disposed || (synced && compareResourceVersions(resourceVersion, version) >= 0)) return Promise.resolve();
      return new Promise((resolve) => waiting.add({ resourceVersion: version, resolve }));
    },
    dispose() {
      disposed = true;
      stopWatch?.();
      retry?.dispose();
      for (const { resolve } of waiting) resolve();
      waiting.clear();
    },
  };
}

/** A handler with all that can be told: handlers have all kinds of layouts, which are slow to read from at every event. */
type Told<T> = Required<InformerHandler<T>>;
type Tell<T> = (told: Told<T>, object: T, old: T) => void;

const ADDED: Tell<unknown> = (told, object) => told.onAdd(object);
const UPDATED: Tell<unknown> = (told, object, old) => told.onUpdate(object, old);
const DELETED: Tell<unknown> = (told, object) => told.onDelete(object);

const toldOf = <T>(handler: InformerHandler<T>): Told<T> => ({
  onAdd: handler.onAdd?.bind(handler) ?? NOTHING,
  onUpdate: handler.onUpdate?.bind(handler) ?? NOTHING,
  onDelete: handler.onDelete?.bind(handler) ?? NOTHING,
});

const NOTHING = (): void => undefined;

/** Reflector's back-off. */
const FIRST_RETRY_MS = 800;
const LAST_RETRY_MS = 30_000;
