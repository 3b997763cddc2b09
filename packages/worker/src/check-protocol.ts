/**
 * Checks: sentences about the cluster that a page wants to see come true. The host tells how they stand whenever that
 * changes; it looks at every single write, so that a moment between two frames is not missed.
 */
export interface CheckState {
  /** The expectation as it was given. */
  readonly text: string;
  /**
   * - `waiting`: not true now
   * - `met`: true now
   * - `broken`: was to stay true and did not; it stays broken
   * - `invalid`: not understood, {@link detail} says why
   */
  readonly state: 'waiting' | 'met' | 'broken' | 'invalid';
  /** How it stands: `2 of 3 ready`. */
  readonly detail: string;
  /** What {@link detail} says, for those who say it in another language; without it, `detail` is the server's or the parser's. */
  readonly standing?: CheckStanding;
  /** Virtual milliseconds since the epoch at which the state was entered. */
  readonly sinceMs: number;
}

/** How many objects there are, or are ready; of conditions and fields, how many of `all` have what is claimed. */
export interface CheckStanding {
  readonly is: 'ready' | 'there' | 'gone' | 'missing' | 'part';
  readonly count: number;
  readonly all: number;
}

/** All checks, whenever one of them changed. */
export interface CheckBatch {
  readonly type: 'checks';
  readonly checks: readonly CheckState[];
}
