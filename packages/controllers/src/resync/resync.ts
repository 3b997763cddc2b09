import type { Clock, Disposable } from '@tabernetes/base';
import type { WorkQueue } from '@tabernetes/client';

type Queue = Pick<WorkQueue, 'add'>;

/** Looks again, every so often, at what is not settled: what failed, and what waits for something that nobody announces. */
export interface Resync extends Disposable {
  readonly settled: (key: string) => void;
  readonly unsettled: (key: string) => void;
  /** Something came that the unsettled may have waited for: the next look is worth waiting for. */
  readonly news: () => void;
  readonly start: (queue: Queue) => void;
}

/**
 * @param periodMs what upstream calls the sync period: it looks at everything, here only what is unsettled is looked at,
 * at the same times
 */
export function createResync(clock: Clock, periodMs: number): Resync {
  const keys = new Set<string>();
  let queue: Queue | undefined;
  let timer: Disposable | undefined;
  let awaited = false;
  const startMs = clock.now();

  function schedule(): void {
    if (timer !== undefined || queue === undefined || keys.size === 0) return;
    const delayMs = periodMs - ((clock.now() - startMs) % periodMs);
    timer = clock.setTimer(delayMs, look, { background: !awaited });
  }
  function look(): void {
    timer = undefined;
    awaited = false;
    for (const key of keys) queue?.add(key);
    schedule();
  }
  return {
    settled(key) {
      keys.delete(key);
    },
    unsettled(key) {
      keys.add(key);
      schedule();
    },
    news() {
      if (awaited || keys.size === 0) return;
      awaited = true;
      timer?.dispose();
      timer = undefined;
      schedule();
    },
    start(to) {
      queue = to;
      schedule();
    },
    dispose() {
      timer?.dispose();
      keys.clear();
    },
  };
}
