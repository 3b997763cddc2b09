import type { Clock, Disposable } from '@tabernetes/base';

/**
 * When what happens in the runtime is seen: at once, or at the next of the regular looks (upstream's PLEG). Between looks
 * at which there is nothing to see no timer runs.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/pleg/generic.go
 */
export interface Relist extends Disposable {
  /** Something has happened to a Pod: `see` is called at the next look. */
  changed(uid: string, see: () => void): void;
  /** Whether there was a look since. */
  lookedSince(ms: number): boolean;
  /** Resolves after the next look. */
  next(): Promise<void>;
  /** When Pods are looked at again that were to be after `delayMs`: those that are due are taken once in a period. */
  dueAfter(delayMs: number): number;
}

export function createRelist(clock: Clock, periodMs: number): Relist {
  const madeMs = clock.now();
  const startMs = madeMs + LOOK_PHASE_MS - periodMs;
  const waiting = new Map<string, () => void>();
  const nexts: (() => void)[] = [];
  let timer: Disposable | undefined;

  const look = (): void => {
    timer = undefined;
    const due = [...waiting.values()];
    waiting.clear();
    for (const see of due) see();
    for (const resolve of nexts.splice(0)) resolve();
  };
  const arm = (): void => {
    const sinceMs = (clock.now() - startMs) % Math.max(periodMs, 1);
    timer ??= clock.setTimer(periodMs === 0 ? 0 : periodMs - sinceMs, look);
  };
  return {
    changed(uid, see) {
      if (periodMs === 0) {
        see();
        return;
      }
      waiting.set(uid, see);
      arm();
    },
    lookedSince(ms) {
      if (periodMs === 0) return true;
      const now = clock.now();
      return now - ((now - startMs) % periodMs) > ms;
    },
    next() {
      if (periodMs === 0) return Promise.resolve();
      arm();
      return new Promise((resolve) => nexts.push(resolve));
    },
    dueAfter(delayMs) {
      if (periodMs === 0) return delayMs;
      const sinceMs = clock.now() - madeMs + delayMs - TICK_PHASE_MS;
      return delayMs + ((periodMs - (sinceMs % periodMs)) % periodMs);
    },
    dispose() {
      timer?.dispose();
      waiting.clear();
    },
  };
}

/**
 * The looks of a kubelet do not go by the Pods; these do, to be the same every time. A container of a Pod that is alone is up after some
 * 460 ms, those of several within a second: no look falls into the time in which sandboxes and containers are made, for what that one sees
 * is looked at once more afterwards, and a back-off is told a second later instead of ten. Most recorded sessions agree with this phase.
 */
const LOOK_PHASE_MS = 140;
/** The two rounds of a kubelet do not begin at the same time. */
const TICK_PHASE_MS = 100;
