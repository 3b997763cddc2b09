import { StatusError, type WatchEvent } from '@tabernetes/apimachinery';
import type { Rng } from '@tabernetes/base';
import type { CommandContext } from '../command.ts';

export interface WatchUntilOptions {
  readonly query: Readonly<Record<string, string>>;
  /** Milliseconds; 0 or less: for ever. */
  readonly timeoutMs: number;
  /** Whether an event is what was waited for. What it throws ends the watch. */
  readonly isMet: (event: WatchEvent) => boolean | Promise<boolean>;
}

/**
 * Watches a collection until an event is what was waited for. Undefined when time is up or the server ends the watch.
 *
 * @throws {StatusError} when the watch is refused; what `isMet` throws
 */
export async function watchUntil(
  { api, process, clock }: Pick<CommandContext, 'api' | 'process' | 'clock'>,
  path: string,
  { query, timeoutMs, isMet }: WatchUntilOptions,
): Promise<WatchEvent | undefined> {
  const { body } = await api().request('GET', path, { query: { ...query, watch: 'true' }, signal: process.signal });
  if (body.kind !== 'watch') throw new Error('the server did not answer with a watch');
  const { watch } = body;
  return new Promise((resolve, reject) => {
    let queue: Promise<void> = Promise.resolve();
    let isOver = false;
    let stop = (): void => undefined;
    const over = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      timer?.dispose();
      process.signal.removeEventListener('abort', aborted);
      // A watch may deliver before start() has returned.
      queueMicrotask(() => stop());
      settle();
    };
    const aborted = (): void => over(() => reject(process.signal.reason));
    // Longer than a day is as good as for ever, and some hosts count no further.
    const timer =
      timeoutMs > 0
        ? clock.setTimer(Math.min(timeoutMs, 2 ** 31 - 1), () => over(() => resolve(undefined)))
        : undefined;
    process.signal.addEventListener('abort', aborted);
    stop = watch.start({
      next(event) {
        queue = queue.then(async () => {
          if (isOver || !(await isMet(event))) return;
          over(() => resolve(event));
        });
        queue.catch((error: unknown) => over(() => reject(error)));
      },
      // What went wrong with an event has been said where it came.
      end: () =>
        void queue.then(
          () => over(() => resolve(undefined)),
          () => undefined,
        ),
    });
  });
}

/** Where kubectl has its informers from. @see k8s.io/client-go/tools/cache/reflector.go */
const FROM = 'from k8s.io/client-go/tools/watch/informerwatcher.go:146';
const UNTYPED = '*unstructured.Unstructured';

/** Runs what lists and watches, and tells that it begins and ends; `type` is what Go holds the objects as. */
export async function asInformer<T>(
  { trace }: Pick<CommandContext, 'trace'>,
  run: () => Promise<T>,
  type = UNTYPED,
): Promise<T> {
  trace(3, 'reflector.go:313', `Starting reflector ${type} (0s) ${FROM}`);
  try {
    return await run();
  } finally {
    trace(3, 'reflector.go:319', `Stopping reflector ${type} (0s) ${FROM}`);
  }
}

/** How client-go's informers list at first: from what the server has at hand. @throws {StatusError} */
export async function informerList<T>(
  { api, trace }: Pick<CommandContext, 'api' | 'trace'>,
  path: string,
  query: Readonly<Record<string, string>>,
  type = UNTYPED,
): Promise<T> {
  trace(3, 'reflector.go:349', `Listing and watching ${type} ${FROM}`);
  const list = await api().object<T>('GET', path, { query: { ...query, limit: '500', resourceVersion: '0' } });
  trace(2, 'reflector.go:376', `Caches populated for ${type} ${FROM}`);
  return list;
}

/** Informers watch for this long, up to twice that, before they ask again. */
const MIN_WATCH_SECONDS = 300;

/** How they watch from then on. */
export const informerWatch = (rng: Rng, resourceVersion: string): Readonly<Record<string, string>> => ({
  allowWatchBookmarks: 'true',
  resourceVersion,
  timeoutSeconds: String(Math.floor(MIN_WATCH_SECONDS * (1 + rng.float()))),
});

/**
 * The real one's informer watches whatever the list said: it has asked by the time that nothing is left to wait for.
 * Who may not watch has seen all there is to see.
 */
export async function glance(
  { api }: Pick<CommandContext, 'api'>,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await api()
    .request('GET', path, { query: { ...query, watch: 'true' } })
    .catch((error: unknown) => {
      if (error instanceof StatusError) return undefined;
      throw error;
    });
  if (answer?.body.kind === 'watch') answer.body.watch.start({ next: () => undefined, end: () => undefined })();
}
