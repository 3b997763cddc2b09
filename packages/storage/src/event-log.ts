import type { StoreEvent } from './store.ts';

/**
 * What happened, one batch per revision: the events of a transaction.
 *
 *   forgotten 41         ┌────────┬────────┬────────┬────────┐
 *                   …    │   42   │   43   │   44   │   45   │ ◄─ append
 *                 forget └────────┴────────┴────────┴────────┘
 *                                                   revision 45
 *
 * Every event carries what was there before, so that history is also the way back: the state at revision 43 is the
 * current one with 45 and 44 undone.
 */
export class EventLog<V> {
  /** Behind `#head` lie batches already forgotten; they are cut off in strides. */
  #batches: (readonly StoreEvent<V>[])[] = [];
  #sizes: number[] = [];
  #head = 0;
  #forgotten: number;
  #bytes = 0;
  readonly #sizeOf: ((value: V) => number) | undefined;

  /** `forgotten`: the revision before the first batch. */
  constructor(forgotten: number, sizeOf: ((value: V) => number) | undefined) {
    this.#forgotten = forgotten;
    this.#sizeOf = sizeOf;
  }

  /** The last revision whose events are gone. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** The last revision with a batch. */
  get revision(): number {
    return this.#forgotten + this.#batches.length - this.#head;
  }

  /** Size of the values that only history holds; 0 without `sizeOf`. */
  get bytes(): number {
    return this.#bytes;
  }

  append(batch: readonly StoreEvent<V>[]): void {
    // A copy has no room to grow, which is most of an array of one event.
    this.#batches.push(batch.slice());
    if (this.#sizeOf === undefined) return;
    let size = 0;
    for (const { previous } of batch) if (previous !== undefined) size += this.#sizeOf(previous.value);
    this.#sizes.push(size);
    this.#bytes += size;
  }

  /** The events of one revision that is not forgotten. */
  at(revision: number): readonly StoreEvent<V>[] {
    return this.#batches[this.#head + revision - this.#forgotten - 1] ?? NONE;
  }

  /** The batches of a revision and all after it. */
  from(revision: number): readonly (readonly StoreEvent<V>[])[] {
    return this.#batches.slice(this.#head + revision - this.#forgotten - 1);
  }

  /** Drops the batches up to and including `revision`. */
  forgetThrough(revision: number): void {
    while (this.#forgotten < revision) {
      this.#bytes -= this.#sizes[this.#head] ?? 0;
      this.#batches[this.#head] = NONE;
      this.#head++;
      this.#forgotten++;
    }
    if (this.#head < STRIDE || this.#head * 2 < this.#batches.length) return;
    this.#batches = this.#batches.slice(this.#head);
    this.#sizes = this.#sizes.slice(this.#head);
    this.#head = 0;
  }
}

const STRIDE = 1024;
const NONE: readonly never[] = [];
