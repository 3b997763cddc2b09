import { StatusError } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import { createWorkQueue, type WorkQueue } from '@tabernetes/client';
import type { ControllerContext } from './context.ts';

/**
 * What a reconciler says when it is done: nothing more to do until something changes, or look again after a while.
 * `background`: it waits for somebody who may never come, so that `idle()` does not wait for it.
 */
export type Result = { readonly requeueAfterMs?: number; readonly background?: boolean };
export const DONE: Result = {};

/** Not done, for a reason that is nobody's mistake: the key is tried again with back-off. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}

/**
 * Brings the object behind a key closer to what it should be. It is told a key, never an event: it reads the world from
 * caches and decides anew. What it throws is retried with back-off; a Conflict is a normal outcome.
 *
 * The runtime calls it for one key at a time, and only when the caches have seen what was written last for any key.
 */
export type Reconciler = (key: string, signal: AbortSignal) => Promise<Result>;

export type ControllerDeps = Pick<ControllerContext, 'clock' | 'onError' | 'caughtUp' | 'batchMs'>;

export interface ControllerOptions {
  /** As kube-controller-manager names it: `namespace-controller`. */
  readonly name: string;
  readonly reconcile: Reconciler;
  /** What must be synced before the first key is reconciled. */
  readonly informers: readonly Synced[];
  /** First wait of the back-off for what fails, in milliseconds. Default 5. */
  readonly baseDelayMs?: number;
  /** Its longest wait, in milliseconds. Default 1,000,000. */
  readonly maxDelayMs?: number;
  /** How often a key is tried again; then nothing happens until it changes. Default: for ever. */
  readonly maxRetries?: number;
  /** Called once when the caches are synced: adds keys that nothing will announce. */
  readonly onSynced?: (queue: Pick<WorkQueue, 'add'>) => void;
  /** Hooks the informers up: adds keys to the queue when something changes. */
  readonly watch: (queue: Pick<WorkQueue, 'add' | 'addAfter'>) => readonly Disposable[];
}

/** The part of an informer that says whether its cache can be trusted yet. */
export type Synced = { start(): Promise<void> };

export interface Controller extends Disposable {
  readonly name: string;
  /** Resolves when its caches are synced and the first keys are under way. */
  start(): Promise<void>;
}

/** Runs one reconciler over the keys of its queue, one key at a time, in the order in which they came. */
export function createController(
  { clock, onError, caughtUp, batchMs = 0 }: ControllerDeps,
  options: ControllerOptions,
): Controller {
  const { name, reconcile, informers, watch, maxRetries = Number.POSITIVE_INFINITY, onSynced } = options;
  const { baseDelayMs, maxDelayMs } = options;
  const stop = new AbortController();
  let running = false;
  let started = false;
  const queue = createWorkQueue(clock, {
    onReady: () => void drain(),
    ...(baseDelayMs !== undefined && { baseDelayMs }),
    ...(maxDelayMs !== undefined && { maxDelayMs }),
  });
  let hooks: readonly Disposable[] = [];
  // Of each key the requeue that its last reconcile asked for: the next one decides anew, so that what was waited for
  // and has come in the meantime leaves no timer behind.
  const requeues = new Map<string, Disposable>();
  const recent = new Recent(batchMs);
  const announced: Pick<WorkQueue, 'add' | 'addAfter'> = {
    add: (key) => queue.addAfter(key, recent.waitMs(key, clock.now())),
    addAfter: (key, delayMs, timing) => queue.addAfter(key, delayMs, timing),
  };

  function requeue(key: string, { requeueAfterMs, background = false }: Result): void {
    if (requeueAfterMs === undefined) return;
    const again = (): void => {
      requeues.delete(key);
      queue.add(key);
    };
    requeues.set(key, clock.setTimer(requeueAfterMs, again, { background }));
  }

  async function drain(): Promise<void> {
    if (running || !started) return;
    running = true;
    while (queue.length > 0 && !stop.signal.aborted) {
      // A turn of the host, in which no time passes: what comes together, as a thousand Pods that become ready, is then
      // looked at together. Without it every one of them would cost a look at all.
      await clock.hold(SETTLED);
      const key = queue.tryGet();
      if (key !== undefined) await one(key);
    }
    running = false;
  }
  async function one(key: string): Promise<void> {
    try {
      requeues.get(key)?.dispose();
      requeues.delete(key);
      recent.began(key, clock.now());
      const result = await reconcile(key, stop.signal);
      if (stop.signal.aborted) return;
      queue.forget(key);
      requeue(key, result);
    } catch (error) {
      if (stop.signal.aborted) return;
      if (!(error instanceof StatusError) && !(error instanceof TryAgain))
        onError(new Error(`${name}: ${key}`, { cause: error }));
      if (queue.failures(key) < maxRetries) queue.addRateLimited(key);
      else queue.forget(key);
    } finally {
      await caughtUp();
      queue.done(key);
    }
  }

  return {
    name,
    async start() {
      hooks = watch(announced);
      await Promise.all(informers.map((informer) => informer.start()));
      onSynced?.(queue);
      started = true;
      void drain();
    },
    dispose() {
      stop.abort();
      for (const hook of hooks) hook.dispose();
      for (const timer of requeues.values()) timer.dispose();
      queue.dispose();
    },
  };
}

/** Keys that were reconciled less than a batch ago, oldest first. */
class Recent {
  readonly #batchMs: number;
  readonly #atMs = new Map<string, number>();

  constructor(batchMs: number) {
    this.#batchMs = batchMs;
  }

  began(key: string, nowMs: number): void {
    if (this.#batchMs === 0) return;
    for (const [old, atMs] of this.#atMs) {
      if (atMs + this.#batchMs > nowMs) break;
      this.#atMs.delete(old);
    }
    this.#atMs.delete(key);
    this.#atMs.set(key, nowMs);
  }

  /** How long until the key may be looked at again. */
  waitMs(key: string, nowMs: number): number {
    const atMs = this.#atMs.get(key);
    return atMs === undefined ? 0 : Math.max(atMs + this.#batchMs - nowMs, 0);
  }
}

const SETTLED: Promise<void> = Promise.resolve();
