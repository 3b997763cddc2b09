import type { Disposable } from './disposable.ts';

/**
 * The one source of time. Components read `now`, sleep and set timers here and nowhere else, so that a cluster can be
 * paused, stepped, sped up and run until idle, and so that two runs with one seed are the same to the byte.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, whole. */
  now(): number;
  /**
   * Calls back once after `delayMs` (0 means: in the next turn). Timers that fall due together fire in the order in
   * which they were set; promises settle between two timers.
   */
  setTimer(delayMs: number, callback: () => void, options?: TimerOptions): Disposable;
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted. */
  sleep(delayMs: number, signal?: AbortSignal, options?: TimerOptions): Promise<void>;
  /**
   * Freezes virtual time until the promise settles: for waiting whose length the host decides (a lazy import,
   * WebCrypto, a user's Worker). Holds settle in the order in which they began. Returns the promise's result. The
   * promise must not itself wait for the clock: that would be for ever.
   */
  hold<T>(promise: Promise<T>): Promise<T>;
}

export interface TimerOptions {
  /**
   * True of the endless: heartbeats, lease renewals, resyncs, periodic probes. `idle()` does not wait for these.
   * Default false.
   */
  readonly background?: boolean;
  /**
   * Fires after all others of its moment, those that they set among them: for what comes from outside, which thus meets
   * a moment at rest however long the host took to get there. Default false.
   */
  readonly last?: boolean;
}

/** What the owner of a cluster may do with its time. */
export interface ClockControl extends Clock {
  /**
   * Moves virtual time by milliseconds or a duration text (`'10m'`), firing due timers in order. Rejects with what a
   * callback throws, and with a {@link ClockError} when over `maxTimers` (default 1,000,000) fall due at one millisecond.
   */
  advance(duration: number | string, options?: { readonly maxTimers?: number }): Promise<void>;
  /**
   * Fires the next due timer, whatever its time, and lets promises settle. False when there is none. Rejects with what
   * the callback throws.
   */
  step(): Promise<boolean>;
  /**
   * Resolves when nothing is due but background timers and no hold is open; on a virtual clock it advances through
   * everything else, at real pace it waits. Fails past `maxTimers` (default 1,000,000) instead of hanging.
   */
  idle(options?: { readonly maxTimers?: number }): Promise<void>;
  /**
   * Counts a piece of work, a write to the API say. Undefined: go on. Else this turn of the host has had enough: resolves in one of the next,
   * before which time stands still; who asks is served in order. What a page wants to do comes between two turns.
   */
  breath(): Promise<void> | undefined;
  /** Stops time that flows by itself; `advance` and `step` still move it. Nothing changes on a virtual clock. */
  pause(): void;
  resume(): void;
  readonly paused: boolean;
  /** Virtual milliseconds per real millisecond; 1 is real pace. Only a real-pace clock has one to change; else Infinity. */
  speed: number;
  /** Stops every timer for good: sleeps never end, `advance`, `step` and `idle` reject with a {@link ClockError}. */
  dispose(): void;
}

export type ClockErrorCode = 'disposed' | 'tooManyTimers';

/** Why time could not be moved: the clock is gone, or timers keep setting timers without end. */
export class ClockError extends Error {
  override readonly name = 'ClockError';
  readonly code: ClockErrorCode;
  constructor(code: ClockErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
