import type { TimerOptions } from './clock.ts';
import type { Disposable } from './disposable.ts';

/**
 * Timers by due time, a binary heap in an array; equal times keep the order in which they were set (`sequence`), those
 * that are the last of their moment after all others.
 * Every timer knows its place, so that cancelling costs O(log n) and lets go of the callback at once.
 *
 *            [0] due 10 #4
 *        ┌───────┴───────┐
 *   [1] due 10 #7   [2] due 30 #1          children of i: 2i+1, 2i+2
 */
export class TimerHeap {
  readonly #timers: Timer[] = [];
  readonly #onCancel: () => void;
  #sequence = 0;
  #foreground = 0;

  /** `onCancel` is called after a timer was cancelled, not when one is taken to be fired. */
  constructor(onCancel: () => void) {
    this.#onCancel = onCancel;
  }

  get size(): number {
    return this.#timers.length;
  }

  /** Pending timers that are not background. */
  get foreground(): number {
    return this.#foreground;
  }

  /** The timer to fire next. */
  peek(): Timer | undefined {
    return this.#timers[0];
  }

  add(dueMs: number, callback: () => void, { background = false, last = false }: TimerOptions = {}): Timer {
    const sequence = this.#sequence++ + (last ? LAST : 0);
    const timer = new Timer(this, dueMs, sequence, callback, background);
    if (!background) this.#foreground++;
    this.#timers.push(timer);
    this.#siftUp(timer, this.#timers.length - 1);
    return timer;
  }

  /** Takes a timer out in order to fire it. */
  take(timer: Timer): void {
    const last = this.#timers.pop();
    if (!timer.background) this.#foreground--;
    const at = timer.index;
    timer.index = -1;
    if (last === undefined || last === timer) return;
    if (at > 0 && before(last, this.#timers[(at - 1) >> 1] as Timer)) this.#siftUp(last, at);
    else this.#siftDown(last, at);
  }

  cancel(timer: Timer): void {
    if (timer.index < 0) return;
    this.take(timer);
    timer.callback = NOTHING;
    this.#onCancel();
  }

  clear(): void {
    for (const timer of this.#timers) {
      timer.index = -1;
      timer.callback = NOTHING;
    }
    this.#timers.length = 0;
    this.#foreground = 0;
  }

  #siftUp(timer: Timer, from: number): void {
    const timers = this.#timers;
    let at = from;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = timers[parentAt] as Timer;
      if (!before(timer, parent)) break;
      timers[at] = parent;
      parent.index = at;
      at = parentAt;
    }
    timers[at] = timer;
    timer.index = at;
  }

  #siftDown(timer: Timer, from: number): void {
    const timers = this.#timers;
    const size = timers.length;
    let at = from;
    for (let childAt = 2 * at + 1; childAt < size; childAt = 2 * at + 1) {
      let child = timers[childAt] as Timer;
      const right = timers[childAt + 1];
      if (right !== undefined && before(right, child)) {
        child = right;
        childAt++;
      }
      if (!before(child, timer)) break;
      timers[at] = child;
      child.index = at;
      at = childAt;
    }
    timers[at] = timer;
    timer.index = at;
  }
}

/** One pending call. Disposing after it has fired is harmless. */
export class Timer implements Disposable {
  readonly dueMs: number;
  readonly sequence: number;
  readonly background: boolean;
  callback: () => void;
  /** Place in the heap; -1 once fired or cancelled. */
  index = -1;
  readonly #heap: TimerHeap;

  constructor(heap: TimerHeap, dueMs: number, sequence: number, callback: () => void, background: boolean) {
    this.#heap = heap;
    this.dueMs = dueMs;
    this.sequence = sequence;
    this.callback = callback;
    this.background = background;
  }

  dispose(): void {
    this.#heap.cancel(this);
  }
}

/** More than all timers that are ever set. */
const LAST = 2 ** 52;

const NOTHING = (): void => undefined;

const before = (a: Timer, b: Timer): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
