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
 * @param look what there is to do, found out step by step; a step that fails keeps no other from being done
 * @param onError is told of steps that fail; the next change has it look again
 */
export function upkeep(look: () => Iterable<() => Promise<void>>, onError: (error: unknown) => void): Upkeep {
  let running: Promise<void> | undefined;
  let again = false;
  let over = false;
  const run = async (): Promise<void> => {
    // The write that brought us here is answered first.
    await Promise.resolve();
    do {
      again = false;
      for (const step of look()) {
        if (over) break;
        try {
          await step();
        } catch (error) {
          onError(error);
        }
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
