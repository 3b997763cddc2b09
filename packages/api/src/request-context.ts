import type { UserInfo } from '@tabernetes/apimachinery';
import type { Rng } from '@tabernetes/base';

/** What a kind may know of the request that it serves. */
export interface RequestContext {
  readonly user: UserInfo;
  /** The cluster's time, RFC 3339 with seconds, as metadata wants it. */
  readonly now: string;
  /** The same in milliseconds since the epoch. */
  readonly nowMs: number;
  readonly rng: Rng;
  readonly dryRun: boolean;
  readonly allocators: Allocators;
  /** Adds a Warning header: for what is known only while the object is prepared. */
  warn?(text: string): void;
}

/** Ranges that the whole cluster shares. `peek` on dry runs: they check and choose, but take nothing. */
export interface Allocators {
  readonly clusterIPs: Allocator<string>;
  readonly nodePorts: Allocator<number>;
}

export interface Allocator<K> {
  /** What is handed out, as text for messages: `10.96.0.0/12`, `30000-32767`. */
  readonly range: string;
  contains(value: K): boolean;
  /** Takes this one. False: taken already. */
  take(value: K): boolean;
  /** Takes any free one; undefined: the range is full. */
  takeNext(): K | undefined;
  has(value: K): boolean;
  release(value: K): void;
}
