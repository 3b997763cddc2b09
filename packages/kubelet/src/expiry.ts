import type { Clock } from '@tabernetes/base';

/** What is said once a time limit has passed. */
export const PASSED = Symbol('passed');

/** A time limit to race something else against. */
export interface Expiry {
  readonly passed: Promise<typeof PASSED>;
  dispose(): void;
}

/**
 * @param delayMs from now on
 * @param options `background`: it is nothing that `idle()` waits for
 */
export function expiry(clock: Clock, delayMs: number, options?: { readonly background: boolean }): Expiry {
  let pass: (value: typeof PASSED) => void = () => undefined;
  const passed = new Promise<typeof PASSED>((resolve) => {
    pass = resolve;
  });
  const timer = clock.setTimer(Math.max(delayMs, 0), () => pass(PASSED), options);
  return { passed, dispose: () => timer.dispose() };
}
