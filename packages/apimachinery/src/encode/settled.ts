/**
 * Values that are canonical already: frozen all the way down, their keys in Go's order. Whoever makes values that many
 * objects share (entries of managedFields) says so once, and {@link canonical} takes them as they are.
 *
 * They carry the mark themselves, as a private member: that is no property, so nobody sees it and no copy has it. A WeakSet
 * would say the same, but to add to one takes ten times as long as to make the object.
 *
 * @param value canonical, what is in it frozen; frozen itself and given back
 */
export function settle<T extends object>(value: T): T {
  new Settled(value);
  return Object.freeze(value);
}

/** Asking whether it is frozen first is cheap, and true of few parts of a draft. */
export const isSettled = (value: object): boolean => Object.isFrozen(value) && Settled.has(value);

/** A class whose instances are the objects that it is given. */
export const Given = itself as unknown as new (value: object) => object;

/** Only such a function can be a class: what its constructor gives back is the instance. */
function itself(value: object): object {
  return value;
}

class Settled extends Given {
  readonly #mark = true;

  static has(value: object): boolean {
    return #mark in value;
  }
}
