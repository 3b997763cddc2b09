import type { ClockControl } from '../clock.ts';
import { type Flow, Timeline } from '../timeline.ts';
import { type Host, systemHost } from './host.ts';
import { hostTurns } from './turns.ts';

export interface RealClockOptions {
  /** Virtual milliseconds per real millisecond, above 0. Default 1. */
  readonly speed?: number;
  /** Where time begins, in milliseconds since the Unix epoch. Default: the host's time. */
  readonly startMs?: number;
  /**
   * Told of what a timer's callback throws while time flows by itself. Default: thrown again as an error that nobody
   * catches, so that a test or a process fails by it.
   */
  readonly onError?: (error: unknown) => void;
  /**
   * How far time may fall behind, in real milliseconds, before the rest is dropped: after a night with the lid closed
   * nobody wants eight hours of probes at once. Default 10,000.
   */
  readonly maxLagMs?: number;
  /**
   * Real time that passes while a hold is open is lag: it is caught up once the hold is over, so that the clock agrees with the host's
   * in the long run. Default false: time stood still, as for who watches a cluster of their own.
   */
  readonly keepsUp?: boolean;
}

/**
 * A clock that flows by itself: virtual time = start + real time elapsed × speed, less the time that it stood still
 * (paused, or held: see `keepsUp`). `advance` and `step` work at any time, paused or not; `idle` waits at the clock's own pace.
 *
 * `now()` never runs ahead of a timer that is due: a host that comes late fires overdue timers in order, and each sees
 * the time for which it was set. A run at real pace is so the same as a virtual run with the same inputs at the same
 * virtual times.
 */
export function realClock(options: RealClockOptions = {}, host: Host = systemHost()): ClockControl {
  const { speed = 1, startMs = host.epochMs(), maxLagMs = 10_000, keepsUp = false, onError } = options;
  return new Timeline(
    { turns: hostTurns(), flow: new RealFlow(host, speed, { maxLagMs, keepsUp }), onError },
    { startMs: Math.floor(startMs) },
  );
}

/**
 *   virtual
 *      │            ╱  slope: speed
 *      │   ┄┄┄┄┄┄┄┄●  (startedAtMs, fromMs): moved by every stop, start and change of speed
 *      └──────────────── real
 */
class RealFlow implements Flow {
  readonly #host: Host;
  readonly #maxRealLagMs: number;
  readonly #keepsUp: boolean;
  #speed: number;
  #fromMs = 0;
  #startedAtMs: number | undefined;
  #cancelAlarm: (() => void) | undefined;

  constructor(host: Host, speed: number, { maxLagMs, keepsUp }: { maxLagMs: number; keepsUp: boolean }) {
    this.#host = host;
    this.#speed = checkedSpeed(speed);
    this.#maxRealLagMs = maxLagMs;
    this.#keepsUp = keepsUp;
  }

  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    checkedSpeed(speed);
    this.#fromMs = this.reachedMs();
    if (this.#startedAtMs !== undefined) this.#startedAtMs = this.#host.elapsedMs();
    this.#speed = speed;
  }

  get maxLagMs(): number {
    return this.#maxRealLagMs * this.#speed;
  }

  reachedMs(): number {
    if (this.#startedAtMs === undefined) return this.#fromMs;
    return this.#fromMs + (this.#host.elapsedMs() - this.#startedAtMs) * this.#speed;
  }

  start(fromMs: number): void {
    this.#fromMs = fromMs;
    this.#startedAtMs = this.#host.elapsedMs();
  }

  stop(): void {
    this.#fromMs = this.reachedMs();
    this.#startedAtMs = undefined;
    this.#forgetAlarm();
  }

  suspend(): void {
    if (this.#keepsUp) this.#forgetAlarm();
    else this.stop();
  }

  #forgetAlarm(): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
  }

  alarm(dueMs: number, wake: () => void): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm = this.#host.alarm((dueMs - this.reachedMs()) / this.#speed, wake);
  }

  throwLater(error: unknown): void {
    this.#host.alarm(0, () => {
      throw error;
    });
  }
}

function checkedSpeed(speed: number): number {
  if (!(speed > 0 && speed < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`a clock's speed must be above 0 and finite, not ${speed}; use pause() to stop it`);
  }
  return speed;
}
