/** Small tools for decoded JSON. Inputs may be frozen and may hold any key, `__proto__` and `constructor` included. */

export type JsonMap = Readonly<Record<string, unknown>>;
export type MutableMap = Record<string, unknown>;

export const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** The member, never anything inherited; undefined when there is none. */
export const member = (map: JsonMap, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : undefined);

/** Sets a member. Assignment to `__proto__` would change the prototype instead. */
export function put(map: MutableMap, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  } else map[key] = value;
}

/** Equal as JSON: the order of keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}

/**
 * `next`, with every subtree that equals the same place of `previous` replaced by that very subtree; `previous` itself
 * when all is equal. Neither is changed. Stops where both are the same reference, so it costs what the patch touched.
 */
export function shareUnchanged(previous: unknown, next: unknown): unknown {
  if (previous === next) return previous;
  if (isList(next)) return isList(previous) ? shareList(previous, next) : next;
  return isMap(next) && isMap(previous) ? shareMap(previous, next) : next;
}

function shareList(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  let equal = previous.length === next.length;
  let shared: unknown[] | undefined;
  for (const [i, item] of next.entries()) {
    const before = i < previous.length ? previous[i] : undefined;
    const kept = shareUnchanged(before, item);
    if (kept !== before) equal = false;
    if (kept !== item) {
      shared ??= next.slice();
      shared[i] = kept;
    }
  }
  return equal ? previous : (shared ?? next);
}

function shareMap(previous: JsonMap, next: JsonMap): JsonMap {
  const keys = Object.keys(next);
  let equal = keys.length === Object.keys(previous).length;
  let shared: MutableMap | undefined;
  for (const key of keys) {
    const item = next[key];
    const before = member(previous, key);
    const kept = shareUnchanged(before, item);
    if (kept !== before) equal = false;
    if (kept !== item) {
      shared ??= { ...next };
      put(shared, key, kept);
    }
  }
  return equal ? previous : (shared ?? next);
}
