/**
 * Values that are canonical already: frozen all the way down, their keys in Go's order. Whoever makes values that many
 * objects share (entries of managedFields) says so once, and {@link canonical} takes them as they are.
 */
const settled = new WeakSet<object>();

/** @param value canonical and deeply frozen; given back */
export function settle<T extends object>(value: T): T {
  settled.add(value);
  return value;
}

/** Asking whether it is frozen first is cheap, and true of few parts of a draft. */
export const isSettled = (value: object): boolean => Object.isFrozen(value) && settled.has(value);
