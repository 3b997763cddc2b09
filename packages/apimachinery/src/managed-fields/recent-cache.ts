/**
 * A bounded cache in two generations: what has not been asked for during the last `limit` insertions is forgotten.
 * Cheaper than a list of recent use, and good enough where a miss only costs the work again.
 */
export interface RecentCache<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

export function recentCache<V>(limit: number): RecentCache<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const keep = (key: string, value: V): void => {
    if (young.size >= limit) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const aged = old.get(key);
      if (aged !== undefined) keep(key, aged);
      return aged;
    },
    set: keep,
  };
}
