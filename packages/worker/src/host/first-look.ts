import { systemHost } from '@tabernetes/base';

/** How long at most, in milliseconds of the host. */
const PATIENCE_MS = 400;

/** The time in which those who look at a new cluster for the first time have the worker to themselves. */
export interface FirstLook {
  /** Resolves when they have seen it, or have had time enough. */
  readonly over: Promise<void>;
  /** They have seen it, or want something done. */
  end(): void;
}

export function firstLook(): FirstLook {
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    const cancel = systemHost().alarm(PATIENCE_MS, resolve);
    end = () => {
      cancel();
      resolve();
    };
  });
  return { over, end: () => end() };
}
