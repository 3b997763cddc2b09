/** Who waits for what: keys of Pods by the names of what they need. */
export interface WaitingList {
  /** The key waits for these, and for nothing else any more. */
  set(key: string, needs: readonly string[]): void;
  /** Who waits for this, in the order in which they came. */
  of(need: string): Iterable<string>;
}

export function waitingList(): WaitingList {
  const keysOf = new Map<string, Set<string>>();
  const needsOf = new Map<string, readonly string[]>();
  return {
    set(key, needs) {
      for (const need of needsOf.get(key) ?? []) {
        const keys = keysOf.get(need);
        if (keys?.delete(key) && keys.size === 0) keysOf.delete(need);
      }
      if (needs.length === 0) {
        needsOf.delete(key);
        return;
      }
      needsOf.set(key, needs);
      for (const need of needs) {
        const keys = keysOf.get(need);
        if (keys === undefined) keysOf.set(need, new Set([key]));
        else keys.add(key);
      }
    },
    of: (need) => [...(keysOf.get(need) ?? [])],
  };
}
