/** The one source of chance: seeded, so that a run can be repeated. Not for secrets. */
export interface Rng {
  /** Uniform in 0 … 2^32-1. */
  uint32(): number;
  /** Uniform in [0, 1). */
  float(): number;
  /** Uniform in 0 … n-1. */
  int(n: number): number;
  /** A version 4 UUID. */
  uuid(): string;
  /** `length` characters of `alphabet`. */
  text(length: number, alphabet: string): string;
  /** An independent stream that depends only on this stream's seed and the label, so that components do not disturb each other. */
  fork(label: string): Rng;
}
