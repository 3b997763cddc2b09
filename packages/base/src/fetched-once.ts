import type { Clock } from './clock.ts';

/**
 * What a world needs from some moment on and the host must fetch for it: code, mostly. Whoever needs it first waits while virtual time
 * stands still; from then on it is at hand. Every world waits once, also where the host has fetched it long ago for another one:
 * two runs must not differ by what ran before them.
 *
 * A fetch that fails is told to all who wait for it, and tried again when it is next needed.
 */
export function fetchedOnce<T extends object>(
  clock: Pick<Clock, 'hold'>,
  fetch: () => Promise<T>,
): () => T | Promise<T> {
  let fetched: T | undefined;
  let fetching: Promise<T> | undefined;
  const begin = async (): Promise<T> => {
    try {
      fetched = await clock.hold(fetch());
      return fetched;
    } finally {
      fetching = undefined;
    }
  };
  return () => {
    if (fetched !== undefined) return fetched;
    fetching ??= begin();
    return fetching;
  };
}
