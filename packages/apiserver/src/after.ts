/**
 * Goes on with a value: at once where it is at hand, else when it comes. Most of what a write needs is at hand, and to wait for it all
 * the same (a promise, a frame that is kept, a turn of the queue) costs more than much of what is done with it.
 */
export const after = <A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> =>
  value instanceof Promise ? value.then(next) : next(value);
