import type { Clock, Disposable, TimerOptions } from '@tabernetes/base';

/**
 * A queue of keys for reconcilers. What it guarantees:
 *  - fair: keys come out in the order in which they were added;
 *  - stingy: a key that is added many times before it is processed is processed once;
 *  - one at a time per key: a key added while it is being processed comes out again after `done`, never beside it;
 *  - delayed: `addAfter` and `addRateLimited` put a key in later, on the clock; the earliest time wins.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/client-go/util/workqueue/doc.go
 */
export interface WorkQueue<K extends string = string> extends Disposable {
  add(key: K): void;
  /** `delayMs` on the clock. */
  addAfter(key: K, delayMs: number, timing?: TimerOptions): void;
  /**
   * After a delay that doubles with every call for the key until `forget`: 5 ms up to 1,000 s. What has failed ten times
   * (waits of 5 s and more) is tried again in the background: `idle()` would else wait for what may never succeed.
   */
  addRateLimited(key: K): void;
  forget(key: K): void;
  /** How often `addRateLimited` has been called since `forget`. */
  failures(key: K): number;
  /** The next key, or undefined once the queue is disposed and empty. */
  get(): Promise<K | undefined>;
  /** The next key if there is one now. */
  tryGet(): K | undefined;
  /** Says that a key that came out has been processed. */
  done(key: K): void;
  readonly length: number;
}

export interface WorkQueueOptions {
  /** Default 5. */
  readonly baseDelayMs?: number;
  /** Default 1,000,000. */
  readonly maxDelayMs?: number;
  /** Called whenever a key becomes ready: lets an owner drain with `tryGet` instead of awaiting `get`. */
  readonly onReady?: () => void;
}

export function createWorkQueue<K extends string = string>(clock: Clock, options: WorkQueueOptions = {}): WorkQueue<K> {
  const { baseDelayMs = 5, maxDelayMs = 1_000_000, onReady } = options;
  // Insertion order is queue order; deleting the first is O(1).
  const ready = new Set<K>();
  const processing = new Set<K>();
  const dirty = new Set<K>();
  const failures = new Map<K, number>();
  const delayed = new Map<K, { readonly atMs: number; readonly timer: Disposable }>();
  const waiters: ((key: K | undefined) => void)[] = [];
  let disposed = false;

  const take = (): K | undefined => {
    const [key] = ready;
    if (key === undefined) return undefined;
    ready.delete(key);
    processing.add(key);
    return key;
  };
  const add = (key: K): void => {
    if (disposed) return;
    if (processing.has(key)) {
      dirty.add(key);
      return;
    }
    if (ready.has(key)) return;
    ready.add(key);
    const waiter = waiters.shift();
    if (waiter) waiter(take());
    else onReady?.();
  };
  const addAfter = (key: K, delayMs: number, timing?: TimerOptions): void => {
    if (disposed) return;
    if (delayMs <= 0) {
      add(key);
      return;
    }
    const atMs = clock.now() + delayMs;
    const waiting = delayed.get(key);
    if (waiting !== undefined) {
      if (waiting.atMs <= atMs) return;
      waiting.timer.dispose();
    }
    const timer = clock.setTimer(
      delayMs,
      () => {
        delayed.delete(key);
        add(key);
      },
      timing,
    );
    delayed.set(key, { atMs, timer });
  };

  return {
    add,
    addAfter,
    addRateLimited(key) {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      addAfter(key, Math.min(baseDelayMs * 2 ** count, maxDelayMs), { background: count >= PATIENCE });
    },
    forget: (key) => void failures.delete(key),
    failures: (key) => failures.get(key) ?? 0,
    get() {
      const key = take();
      if (key !== undefined || disposed) return Promise.resolve(key);
      return new Promise((resolve) => waiters.push(resolve));
    },
    tryGet: take,
    done(key) {
      processing.delete(key);
      if (dirty.delete(key)) add(key);
    },
    get length() {
      return ready.size;
    },
    dispose() {
      disposed = true;
      for (const { timer } of delayed.values()) timer.dispose();
      delayed.clear();
      ready.clear();
      for (const waiter of waiters.splice(0)) waiter(undefined);
    },
  };
}

/** Failures in a row after which a key may wait in the background. */
const PATIENCE = 10;
