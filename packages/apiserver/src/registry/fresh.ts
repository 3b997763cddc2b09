import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import { tooLargeResourceVersion } from '../errors.ts';

/** How long a read waits for a revision that is still to come, in milliseconds. */
const FRESH_TIMEOUT_MS = 3000;

/**
 * What `read` gives, at `revision` or later. A revision that has not been written is waited for, three seconds by the
 * clock: it may have been read from a server that is ahead of this one.
 * @throws {StatusError} Timeout
 * @see staging/src/k8s.io/apiserver/pkg/storage/cacher/watch_cache.go waitUntilFreshAndBlock
 */
export async function readAtLeast<R extends { readonly revision: number }>(
  deps: { readonly store: Store<KubeObject>; readonly clock: Clock },
  revision: number,
  signal: AbortSignal | undefined,
  read: () => Promise<R>,
): Promise<R> {
  const first = await read();
  if (first.revision >= revision) return first;
  await reached(deps, revision, first.revision, signal);
  return read();
}

function reached(
  { store, clock }: { readonly store: Store<KubeObject>; readonly clock: Clock },
  revision: number,
  current: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let last = current;
    const settle = (act: () => void) => (): void => {
      timer.dispose();
      watch.dispose();
      signal?.removeEventListener('abort', fail);
      act();
    };
    const fail = settle(() => reject(tooLargeResourceVersion(revision, last)));
    const done = settle(resolve);
    const timer = clock.setTimer(FRESH_TIMEOUT_MS, fail);
    const watch = store.watch({
      prefix: '',
      startRevision: current + 1,
      onEvents([event]) {
        last = event?.revision ?? last;
        // Not before the watch is there to be disposed: events may come while it begins.
        if (last >= revision) void Promise.resolve().then(done);
      },
    });
    signal?.addEventListener('abort', fail, { once: true });
  });
}
