import type { Clock, Disposable } from '@tabernetes/base';

/**
 * Work that shares the processors of a machine: as many pieces as there are processors go at full pace, more of them
 * go slower together. So ten Pods that come at once are not up as soon as one is.
 *
 *   attained ──▶ work that each piece has had by now; a piece ends when that reaches where it stood at its begin + its size
 */
export class SharedWork implements Disposable {
  readonly #clock: Clock;
  readonly #processors: number;
  /** By where they end. */
  readonly #pieces: { readonly end: number; readonly done: () => void }[] = [];
  #attained = 0;
  #sinceMs = 0;
  #timer: Disposable | undefined;

  constructor(clock: Clock, processors: number) {
    this.#clock = clock;
    this.#processors = Math.max(1, processors);
  }

  /** Resolves when so much work is done; `workMs`: what it takes alone; `waitMs`: what is waited for afterwards. */
  do(workMs: number, waitMs = 0): Promise<void> {
    if (workMs <= 0) return Promise.resolve();
    this.#catchUp();
    const end = this.#attained + workMs;
    const worked = new Promise<void>((done) => {
      let at = this.#pieces.length;
      while (at > 0 && (this.#pieces[at - 1]?.end ?? 0) > end) at--;
      this.#pieces.splice(at, 0, { end, done });
      this.#arm();
    });
    return waitMs > 0 ? worked.then(() => this.#clock.sleep(waitMs)) : worked;
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#pieces.length = 0;
  }

  get #pace(): number {
    const { length } = this.#pieces;
    return length <= this.#processors ? 1 : (this.#processors / length) * CROWD_PACE;
  }

  #catchUp(): void {
    const now = this.#clock.now();
    this.#attained = this.#pieces.length === 0 ? 0 : this.#attained + (now - this.#sinceMs) * this.#pace;
    this.#sinceMs = now;
  }

  #arm(): void {
    this.#timer?.dispose();
    const [first] = this.#pieces;
    if (first === undefined) return;
    const delayMs = Math.max(0, Math.ceil((first.end - this.#attained) / this.#pace));
    this.#timer = this.#clock.setTimer(delayMs, () => this.#look());
  }

  #look(): void {
    this.#catchUp();
    const ended = this.#pieces.filter(({ end }) => end <= this.#attained + ROUNDING_MS);
    this.#pieces.splice(0, ended.length);
    for (const { done } of ended) done();
    this.#arm();
  }
}

/** What is left to work with where pieces take turns: so that batches of four to eight Pods are up when nodes were seen to have them up. */
const CROWD_PACE = 0.5;
/** Timers count whole milliseconds. */
const ROUNDING_MS = 0.01;
