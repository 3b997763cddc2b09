/**
 * How much may be done in one turn of the host, counted in pieces. Counting, and not a watch, decides when a turn has had enough, so that
 * every run with the same inputs takes the same turns.
 *
 *   take ── some are left ──► at once                    take ── none left, or others wait ──► waits ── next turn ──► in order
 */
export class TurnBudget {
  readonly #pieces: number;
  readonly #nextTurn: () => Promise<void>;
  #waiting: (() => void)[] = [];
  #left: number;

  /** `nextTurn` resolves in a turn of its own. */
  constructor(pieces: number, nextTurn: () => Promise<void>) {
    this.#pieces = pieces;
    this.#nextTurn = nextTurn;
    this.#left = pieces;
  }

  /** Undefined: go on. */
  take(): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#left > 0) {
      this.#left--;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#later();
    });
  }

  /** A turn begins. */
  refill(): void {
    if (this.#waiting.length === 0) this.#left = this.#pieces;
  }

  /** Nobody waits any more. */
  release(): void {
    this.#left = Number.POSITIVE_INFINITY;
    for (const go of this.#waiting.splice(0)) go();
  }

  #later(): void {
    void this.#nextTurn().then(() => {
      const next = this.#waiting.slice(0, this.#pieces);
      this.#waiting = this.#waiting.slice(this.#pieces);
      if (this.#left !== Number.POSITIVE_INFINITY) this.#left = this.#pieces - next.length;
      for (const go of next) go();
      if (this.#waiting.length > 0) this.#later();
    });
  }
}
