import type { Clock, Disposable } from '@tabernetes/base';

/** Collects what has changed in a turn, and works each off once in the next. */
export interface DirtyKeys extends Disposable {
  add(key: string): void;
}

export function dirtyKeys(
  { clock, onError }: { readonly clock: Clock; readonly onError: (error: unknown) => void },
  work: (key: string) => void,
): DirtyKeys {
  const keys = new Set<string>();
  let timer: Disposable | undefined;
  const flush = (): void => {
    timer = undefined;
    const due = [...keys];
    keys.clear();
    for (const key of due) {
      try {
        work(key);
      } catch (error) {
        onError(error);
      }
    }
  };
  return {
    add(key) {
      keys.add(key);
      timer ??= clock.setTimer(0, flush);
    },
    dispose: () => timer?.dispose(),
  };
}
