import { type ClockControl, ClockError, type TimerOptions } from './clock.ts';
import type { Disposable } from './disposable.ts';
import { parseDuration } from './duration.ts';
import type { Turns } from './real/turns.ts';
import { type Timer, TimerHeap } from './timer-heap.ts';
import { TurnBudget } from './turn-budget.ts';

/** The pace at which time passes by itself. A virtual clock has none. */
export interface Flow {
  speed: number;
  /** How far behind `reachedMs` a timer may be fired, in virtual milliseconds, before the lag is dropped. */
  readonly maxLagMs: number;
  /** Where time has got to, in virtual milliseconds, not rounded. */
  reachedMs(): number;
  start(fromMs: number): void;
  /** Stands still where it is, and forgets the alarm. */
  stop(): void;
  /** Forgets the alarm while somebody holds time; what passes meanwhile is lost, or is lag to be caught up. */
  suspend(): void;
  /** Calls `wake` about when `dueMs` is reached. Replaces the alarm before. */
  alarm(dueMs: number, wake: () => void): void;
  /** Throws where nobody catches. */
  throwLater(error: unknown): void;
}

export interface TimelineDeps {
  readonly turns: Turns;
  readonly flow?: Flow;
  /** Told of callbacks' errors that no advance, step or idle is there to throw. Default: the flow throws them later. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Both clocks. Guarantees:
 *
 * - Timers fire by due time, equal ones in the order in which they were set (those that are the last of a moment after
 *   all others); `now()` in a callback, and in all that its promises do before the next timer, is the time for which
 *   the timer was set.
 * - One timer per turn of the host, so promises settle between two timers.
 * - While a hold is open nothing fires. Holds are released one per turn, in the order in which they began.
 * - `advance`, `step` and `idle` are served one after another; each begins and ends with a turn.
 *
 * A turn does the first of these that there is to do, and posts the next turn; with nothing to do the clock is quiet:
 *
 *   release a hold ─► serve the drive (advance, step, idle) in front ─► resolve idle waiters ─► fire what the flow reached
 *   (open hold: stand still)                                            └──── real pace only ────┘
 */
export class Timeline implements ClockControl {
  readonly #turns: Turns;
  readonly #flow: Flow | undefined;
  readonly #onError: ((error: unknown) => void) | undefined;
  readonly #heap = new TimerHeap(() => this.#cancelled());
  readonly #holds: Hold[] = [];
  readonly #budget = new TurnBudget(PIECES_PER_TURN, () =>
    this.hold(new Promise((resolve) => this.#turns.post(resolve))),
  );
  readonly #drives: Drive[] = [];
  #waiters: IdleWaiter[] = [];
  #nowMs: number;
  #paused = false;
  #posted = false;
  /** A timer has just fired and its promises have yet to settle: time stays at its due time. */
  #settling = false;
  #disposed = false;

  constructor({ turns, flow, onError }: TimelineDeps, { startMs }: { readonly startMs: number }) {
    this.#turns = turns;
    this.#flow = flow;
    this.#onError = onError;
    this.#nowMs = wholeMs(startMs, 'a start');
    flow?.start(startMs);
  }

  now(): number {
    const flow = this.#running();
    if (flow === undefined || this.#settling) return this.#nowMs;
    const dueMs = this.#heap.peek()?.dueMs ?? Number.POSITIVE_INFINITY;
    return Math.max(this.#nowMs, Math.min(Math.floor(flow.reachedMs()), dueMs));
  }

  setTimer(delayMs: number, callback: () => void, options?: TimerOptions): Disposable {
    if (this.#disposed) return INERT;
    const dueMs = this.now() + Math.max(0, wholeMs(delayMs, 'a delay'));
    const timer = this.#heap.add(dueMs, callback, options);
    if (this.#heap.peek() === timer) this.#rearm();
    return timer;
  }

  sleep(delayMs: number, signal?: AbortSignal, options?: TimerOptions): Promise<void> {
    if (signal === undefined) return new Promise((resolve) => this.setTimer(delayMs, resolve, options));
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        timer.dispose();
        reject(signal.reason);
      };
      const timer = this.setTimer(
        delayMs,
        () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
        options,
      );
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  hold<T>(promise: Promise<T>): Promise<T> {
    if (this.#disposed) return promise;
    this.#stop();
    const hold: Hold = { release: undefined };
    this.#holds.push(hold);
    return new Promise((resolve, reject) => {
      const settled = (release: () => void): void => {
        hold.release = release;
        if (this.#disposed) release();
        else if (this.#holds[0] === hold) this.#post();
      };
      promise.then(
        (value) => settled(() => resolve(value)),
        (error) => settled(() => reject(error)),
      );
    });
  }

  breath(): Promise<void> | undefined {
    return this.#budget.take();
  }

  async advance(
    duration: number | string,
    { maxTimers = MAX_TIMERS }: { readonly maxTimers?: number } = {},
  ): Promise<void> {
    const byMs = wholeMs(typeof duration === 'string' ? parseDuration(duration) : duration, 'a duration');
    if (byMs < 0) throw new RangeError(`time cannot go back by ${-byMs} ms`);
    await this.#drive({ kind: 'advance', byMs, maxTimers });
  }

  step(): Promise<boolean> {
    return this.#drive({ kind: 'step', byMs: Number.POSITIVE_INFINITY, maxTimers: 1 });
  }

  async idle({ maxTimers = MAX_TIMERS }: { readonly maxTimers?: number } = {}): Promise<void> {
    if (this.#flow === undefined) {
      await this.#drive({ kind: 'idle', byMs: Number.POSITIVE_INFINITY, maxTimers });
      return;
    }
    this.#assertUsable();
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push({ resolve, reject, maxTimers, fired: 0 });
      this.#post();
    });
  }

  pause(): void {
    this.#stop();
    // A hold may have suspended it only.
    if (!this.#paused) this.#flow?.stop();
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#start();
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Infinity on a virtual clock, which goes as fast as the host when it is driven. */
  get speed(): number {
    return this.#flow?.speed ?? Number.POSITIVE_INFINITY;
  }

  set speed(speed: number) {
    if (this.#flow === undefined) throw new TypeError('a virtual clock has no pace: use advance()');
    this.#flow.speed = speed;
    this.#rearm();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#stop();
    this.#disposed = true;
    this.#heap.clear();
    this.#turns.dispose();
    const error = new ClockError('disposed', 'the clock was disposed');
    for (const waiting of [...this.#drives.splice(0), ...this.#waiters.splice(0)]) waiting.reject(error);
    for (const hold of this.#holds.splice(0)) hold.release?.();
    this.#budget.release();
  }

  /** The flow, when time passes by itself right now. */
  #running(): Flow | undefined {
    const still = this.#paused || this.#holds.length > 0 || this.#drives.length > 0 || this.#disposed;
    return still ? undefined : this.#flow;
  }

  /** To be called before whatever makes time stand still. */
  #stop(): void {
    const flow = this.#running();
    if (flow === undefined) return;
    this.#nowMs = this.now();
    flow.suspend();
  }

  /** To be called after whatever made time stand still is over. Lag from before is kept, to be caught up. */
  #start(): void {
    const flow = this.#running();
    if (flow === undefined) return;
    flow.start(Math.max(flow.reachedMs(), this.#nowMs));
    this.#post();
  }

  #rearm(): void {
    const dueMs = this.#heap.peek()?.dueMs;
    const flow = this.#running();
    if (flow === undefined || dueMs === undefined || this.#posted) return;
    if (dueMs <= flow.reachedMs()) this.#post();
    else flow.alarm(dueMs, this.#wake);
  }

  #post(): void {
    if (this.#posted || this.#disposed) return;
    this.#posted = true;
    this.#turns.post(this.#turn);
  }

  readonly #wake = (): void => {
    if (!this.#posted) this.#turn();
  };

  readonly #turn = (): void => {
    this.#posted = false;
    this.#settling = false;
    if (this.#disposed) return;
    if (this.#holds.length > 0) {
      this.#releaseHold();
      return;
    }
    const drive = this.#drives[0];
    if (drive !== undefined) {
      this.#serve(drive);
      return;
    }
    if (this.#waiters.length > 0 && this.#heap.foreground === 0) {
      for (const waiter of this.#waiters.splice(0)) waiter.resolve();
      // What they do next belongs to this moment.
      this.#post();
      return;
    }
    this.#fireReached();
  };

  #releaseHold(): void {
    const release = this.#holds[0]?.release;
    if (release === undefined) return; // still open; its promise will post
    this.#holds.shift();
    this.#settling = true;
    release();
    this.#start();
    this.#post();
  }

  #drive(request: DriveRequest): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#assertUsable();
      this.#stop();
      this.#drives.push({ ...request, untilMs: undefined, fired: 0, atMs: Number.NaN, resolve, reject });
      this.#post();
    });
  }

  #serve(drive: Drive): void {
    drive.untilMs ??= this.#nowMs + drive.byMs;
    const timer = this.#heap.peek();
    const idle = drive.kind === 'idle' && this.#heap.foreground === 0;
    const stepped = drive.kind === 'step' && drive.fired > 0;
    if (timer === undefined || timer.dueMs > drive.untilMs || idle || stepped) {
      if (drive.kind === 'advance') this.#nowMs = Math.max(this.#nowMs, drive.untilMs);
      this.#leave(() => drive.resolve(drive.fired > 0));
      return;
    }
    // advance ends by itself unless time stands still, so only timers of one millisecond count against it.
    if (drive.kind === 'advance' && timer.dueMs !== drive.atMs) drive.fired = 0;
    drive.atMs = timer.dueMs;
    if (drive.fired++ >= drive.maxTimers) {
      this.#leave(() => drive.reject(this.#tooManyTimers(drive.kind, drive.maxTimers)));
      return;
    }
    try {
      this.#fire(timer);
      this.#post();
    } catch (error) {
      this.#leave(() => drive.reject(error));
    }
  }

  /** Ends the drive in front. */
  #leave(settle: () => void): void {
    this.#drives.shift();
    this.#settling = true;
    settle();
    this.#start();
    this.#post();
  }

  #fireReached(): void {
    const flow = this.#running();
    const timer = this.#heap.peek();
    if (flow === undefined || timer === undefined) return;
    const lagMs = flow.reachedMs() - timer.dueMs;
    if (lagMs < 0) {
      flow.alarm(timer.dueMs, this.#wake);
      return;
    }
    if (lagMs > flow.maxLagMs) flow.start(timer.dueMs);
    try {
      this.#fire(timer);
    } catch (error) {
      this.#report(error, flow);
    }
    for (const waiter of this.#waiters) {
      if (++waiter.fired < waiter.maxTimers) continue;
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      waiter.reject(this.#tooManyTimers('idle', waiter.maxTimers));
    }
    this.#post();
  }

  #fire(timer: Timer): void {
    this.#heap.take(timer);
    this.#budget.refill();
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    this.#settling = true;
    timer.callback();
  }

  #report(error: unknown, flow: Flow): void {
    const waiters = this.#waiters.splice(0);
    for (const waiter of waiters) waiter.reject(error);
    if (this.#onError !== undefined) this.#onError(error);
    else if (waiters.length === 0) flow.throwLater(error);
  }

  #cancelled(): void {
    if (this.#waiters.length > 0 && this.#heap.foreground === 0) this.#post();
  }

  #tooManyTimers(what: string, fired: number): ClockError {
    const left = `${this.#heap.foreground} are pending besides ${this.#heap.size - this.#heap.foreground} in the background`;
    return new ClockError('tooManyTimers', `${what}: ${fired} timers have fired and ${left}`);
  }

  #assertUsable(): void {
    if (this.#disposed) throw new ClockError('disposed', 'the clock was disposed');
  }
}

interface Hold {
  /** Set once the promise has settled: passes the outcome on. */
  release: (() => void) | undefined;
}

interface DriveRequest {
  readonly kind: 'advance' | 'step' | 'idle';
  readonly byMs: number;
  readonly maxTimers: number;
}

interface Drive extends DriveRequest {
  /** Set when its turn has come: drives before it have moved time. */
  untilMs: number | undefined;
  fired: number;
  /** When the last timer that it fired was due. */
  atMs: number;
  resolve(fired: boolean): void;
  reject(error: unknown): void;
}

interface IdleWaiter {
  readonly maxTimers: number;
  fired: number;
  resolve(): void;
  reject(error: unknown): void;
}

const MAX_TIMERS = 1_000_000;
/** A write to the API, with all that follows from it, takes a fraction of a millisecond; a turn is to take a few. */
const PIECES_PER_TURN = 16;
const INERT: Disposable = { dispose: () => undefined };

/** Rounded up, so that nothing comes early. */
function wholeMs(milliseconds: number, what: string): number {
  if (!Number.isFinite(milliseconds)) throw new RangeError(`${what} must be finite, not ${milliseconds}`);
  return Math.ceil(milliseconds);
}
