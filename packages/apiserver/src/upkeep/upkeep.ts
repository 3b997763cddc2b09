import type { Disposable } from '@tabernetes/base';

export interface Upkeep extends Disposable {
  /** Something has changed. */
  wake(): void;
  /** Resolves when there is nothing to do. */
  settled(): Promise<void>;
}

/**
 * Keeps something as it should be: looks now and after every `wake()`, at one time only; what changes while it looks has it look once
 * more.
 *
 * @param look brings everything in order; `isOver` tells it to stop in between
 * @param onError is told what `look` throws; the next change has it look again
 */
export function upkeep(look: (isOver: () => boolean) => Promise<void>, onError: (error: unknown) => void): Upkeep {
  let running: Promise<void> | undefined;
  let again = false;
  let over = false;
  const isOver = (): boolean => over;
  const run = async (): Promise<void> => {
    // The write that brought us here is answered first.
    await Promise.resolve();
    do {
      again = false;
      try {
        await look(isOver);
      } catch (error) {
        onError(error);
      }
    } while (again && !over);
    running = undefined;
  };
  const wake = (): void => {
    if (over) return;
    again = true;
    running ??= run();
  };
  wake();
  return {
    wake,
    settled: async () => running,
    dispose() {
      over = true;
    },
  };
}
