import type { ClockControl } from './clock.ts';
import { hostTurns } from './real/turns.ts';
import { Timeline } from './timeline.ts';

export interface VirtualClockOptions {
  /** Where time begins, in milliseconds since the Unix epoch, whole. */
  readonly startMs: number;
}

/**
 * A clock that stands still until `advance`, `step` or `idle` moves it. Every timer has a turn of the host to itself,
 * before which all promises have settled; nothing else of the host's time shows.
 */
export function virtualClock({ startMs }: VirtualClockOptions): ClockControl {
  return new Timeline({ turns: hostTurns() }, { startMs });
}
