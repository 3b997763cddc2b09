import { type Clock, fetchedOnce } from '@tabernetes/base';

/** What a kubelet needs for Pods, and does without on a node that has none. */
export type PodParts = typeof import('./pod-parts.ts');

/** Fetches {@link PodParts} for the first Pod of a process. */
export const fetchedPodParts = (clock: Clock): (() => PodParts | Promise<PodParts>) =>
  fetchedOnce(clock, () => import('./pod-parts.ts'));

/** Does things in their order, as soon as `fetched` is at hand: at once, but for the first. */
export function inOrderOnce<T extends object>(
  fetched: () => T | Promise<T>,
  onError: (error: unknown) => void,
): (act: (got: T) => void) => void {
  let waiting: ((got: T) => void)[] | undefined;
  return (act) => {
    if (waiting !== undefined) {
      waiting.push(act);
      return;
    }
    const got = fetched();
    if (!(got instanceof Promise)) {
      act(got);
      return;
    }
    const queue = [act];
    waiting = queue;
    const done = (late: T): void => {
      // What is asked for meanwhile comes behind what was asked for before; what fails takes nothing else with it.
      for (const each of queue) {
        try {
          each(late);
        } catch (error) {
          onError(error);
        }
      }
      waiting = undefined;
    };
    got.then(done, (error: unknown) => {
      waiting = undefined;
      onError(error);
    });
  };
}
