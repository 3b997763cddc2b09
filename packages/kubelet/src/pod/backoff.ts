/** How long to wait before the next try: doubles with every failure, forgotten after twice the longest. */
export interface Backoff {
  /** Milliseconds of the current wait. */
  get(key: string): number;
  /** Whether the wait that began at `sinceMs` is still on. */
  waiting(key: string, sinceMs: number, nowMs: number): boolean;
  /** As {@link waiting}, since the last failure. */
  waitingSinceUpdate(key: string, nowMs: number): boolean;
  /** When that wait ends. */
  endsMs(key: string, sinceMs: number): number;
  endsSinceUpdateMs(key: string): number;
  /** A failure: the next wait is twice as long. `sinceMs`: when it happened. */
  next(key: string, sinceMs: number, nowMs: number): void;
  /** Drops all keys that begin so. */
  forget(prefix: string): void;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/staging/src/k8s.io/client-go/util/flowcontrol/backoff.go */
export function createBackoff({
  initialMs = 10_000,
  maxMs = 300_000,
}: {
  readonly initialMs?: number;
  readonly maxMs?: number;
} = {}): Backoff {
  const entries = new Map<string, { waitMs: number; updatedMs: number }>();
  const expired = (sinceMs: number, updatedMs: number): boolean => sinceMs - updatedMs > maxMs * 2;
  return {
    get: (key) => entries.get(key)?.waitMs ?? 0,
    waiting(key, sinceMs, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined || expired(sinceMs, entry.updatedMs)) return false;
      return nowMs - sinceMs < entry.waitMs;
    },
    waitingSinceUpdate(key, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined || expired(nowMs, entry.updatedMs)) return false;
      return nowMs - entry.updatedMs < entry.waitMs;
    },
    endsMs: (key, sinceMs) => sinceMs + (entries.get(key)?.waitMs ?? 0),
    endsSinceUpdateMs(key) {
      const entry = entries.get(key);
      return entry === undefined ? 0 : entry.updatedMs + entry.waitMs;
    },
    next(key, sinceMs, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined || expired(sinceMs, entry.updatedMs)) {
        entries.set(key, { waitMs: initialMs, updatedMs: nowMs });
        return;
      }
      entry.waitMs = Math.min(entry.waitMs * 2, maxMs);
      entry.updatedMs = nowMs;
    },
    forget(prefix) {
      for (const key of entries.keys()) if (key.startsWith(prefix)) entries.delete(key);
    },
  };
}
