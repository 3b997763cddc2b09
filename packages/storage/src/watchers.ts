import type { StoreEvent, StoreWatch } from './store.ts';
import { WatcherIndex } from './watcher-index.ts';

type Batch<V> = readonly StoreEvent<V>[];

/**
 * Tells watchers what was committed. Guarantees: a watcher gets each batch once, in the order of revisions, whatever is
 * written, watched or disposed from within `onEvents`.
 *
 *   publish(7) ─► undelivered [7] ─► watcher a: writes ─► publish(8) ─► undelivered [7, 8]     (we are delivering: wait)
 *                                    watcher b: is told 7
 *                              [8] ─► a, b are told 8
 */
export class Watchers<V> {
  readonly #index = new WatcherIndex<Watcher<V>>();
  /** Committed, not yet delivered. Not empty only while `#delivering`. */
  readonly #undelivered: Batch<V>[] = [];
  readonly #onError: (error: unknown) => void;
  #lastId = 0;
  #delivering = false;
  #disposed = false;

  /** `onError` is told of what `onEvents` throws. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Delivers the events of one transaction, now or, from within a delivery, after those at hand. */
  publish(batch: Batch<V>): void {
    if (this.#index.size === 0) return;
    this.#undelivered.push(batch);
    if (!this.#delivering) this.#deliverAll();
  }

  /**
   * Tells the new watcher `history`, all batches up to `request.fromRevision`. What is written meanwhile waits, for it
   * as for all others.
   */
  watch({ prefix, fromRevision, onEvents }: WatchRequest<V>, history: readonly Batch<V>[]): StoreWatch {
    const watcher: Watcher<V> = { id: ++this.#lastId, prefix, fromRevision, onEvents, disposed: false };
    this.#index.add(watcher);
    if (history.length > 0) this.#replay(watcher, history);
    return {
      dispose: () => {
        watcher.disposed = true;
        this.#index.remove(watcher);
      },
    };
  }

  dispose(): void {
    this.#disposed = true;
    this.#index.clear();
  }

  #deliverAll(): void {
    this.#delivering = true;
    // Watchers that write add to the array that we walk.
    for (const batch of this.#undelivered) this.#deliver(batch);
    this.#undelivered.length = 0;
    this.#delivering = false;
  }

  #deliver(batch: Batch<V>): void {
    const [first] = batch;
    if (first === undefined) return;
    if (batch.length === 1) {
      for (const watcher of this.#index.audience(first.kv.key)) this.#tell(watcher, batch, first.revision);
      return;
    }
    const concerned = new Map<Watcher<V>, StoreEvent<V>[]>();
    for (const event of batch) {
      for (const watcher of this.#index.audience(event.kv.key)) {
        const events = concerned.get(watcher);
        if (events === undefined) concerned.set(watcher, [event]);
        else events.push(event);
      }
    }
    const inOrder = [...concerned].sort(([a], [b]) => a.id - b.id);
    for (const [watcher, events] of inOrder) this.#tell(watcher, events, first.revision);
  }

  #tell(watcher: Watcher<V>, events: Batch<V>, revision: number): void {
    // Who was added while we deliver has been told this as history, or did not ask for it.
    if (revision >= watcher.fromRevision) this.#call(watcher, events);
  }

  #replay(watcher: Watcher<V>, history: readonly Batch<V>[]): void {
    const nested = this.#delivering;
    this.#delivering = true;
    for (const batch of history) {
      const events = batch.filter((event) => event.kv.key.startsWith(watcher.prefix));
      if (events.length > 0) this.#call(watcher, events);
    }
    if (!nested) this.#deliverAll();
  }

  #call(watcher: Watcher<V>, events: Batch<V>): void {
    if (watcher.disposed || this.#disposed) return;
    try {
      watcher.onEvents(events);
    } catch (error) {
      this.#onError(error);
    }
  }
}

export interface WatchRequest<V> {
  readonly prefix: string;
  /** First revision to be delivered by `publish`. */
  readonly fromRevision: number;
  readonly onEvents: (events: Batch<V>) => void;
}

interface Watcher<V> extends WatchRequest<V> {
  readonly id: number;
  disposed: boolean;
}
