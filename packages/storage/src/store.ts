/**
 * etcd's data model, as an interface: drivers are memory (embedded) and, later, a real etcd v3 cluster.
 *
 *   revision 7   one counter for the whole store; every transaction that writes adds one
 *   /registry/pods/demo/web   createRevision 3, modRevision 7, version 5 (writes since creation)
 *
 * Values are opaque, immutable references: the store never looks into one, never copies one. Keys are byte-ordered
 * text. @see https://etcd.io/docs/v3.5/learning/data_model/
 */
export interface Store<V> {
  /** Current revision and the revision below which history is gone. */
  status(): Promise<StoreStatus>;
  /** One key, now or at a kept revision. @throws {StoreError} compacted, futureRevision */
  get(key: string, options?: { readonly revision?: number }): Promise<GetResult<V>>;
  /** Keys with a prefix in key order, now or at a kept revision. @throws {StoreError} compacted, futureRevision */
  range(prefix: string, options?: RangeOptions): Promise<RangeResult<V>>;
  /**
   * Compares, then writes `success` or `failure` under one new revision (none when nothing is written). All or nothing.
   * @throws {StoreError} duplicateKey, leaseNotFound
   */
  txn(txn: Txn<V>): Promise<TxnResult<V>>;
  /**
   * Events of all keys with a prefix, from `startRevision` on (default: after the current one).
   * `onEvents` is called with the events of one transaction at a time, synchronously in the commit (before `txn`
   * resolves); history is delivered synchronously before `watch` returns. Watchers are called in the order in which
   * they were added. A `txn` from within `onEvents` is committed at once and delivered after the events at hand, so
   * that every watcher sees revisions in order. `onEvents` must not throw. @throws {StoreError} compacted
   */
  watch(options: WatchOptions<V>): StoreWatch;
  /**
   * Forgets history below `revision` (what was current at it stays readable, its own events stay watchable).
   * @throws {StoreError} compacted when it is not above the last one, futureRevision
   */
  compact(revision: number): Promise<void>;
  /** Keys put with the lease are deleted, under one revision, when it is not kept alive for `ttlMs`. */
  grantLease(ttlMs: number): Promise<LeaseId>;
  /** The full time again. @throws {StoreError} leaseNotFound */
  keepAlive(lease: LeaseId): Promise<void>;
  /** Deletes the lease's keys, as expiry does. @throws {StoreError} leaseNotFound */
  revokeLease(lease: LeaseId): Promise<void>;
  /** Everything that is current, for {@link Store} drivers' `restore` option. Revisions are kept. */
  snapshot(): Promise<StoreSnapshot<V>>;
  dispose(): void;
}

export type LeaseId = number & { readonly __lease: true };

export interface StoreStatus {
  readonly revision: number;
  readonly compactRevision: number;
}

export interface KeyValue<V> {
  readonly key: string;
  readonly value: V;
  readonly createRevision: number;
  readonly modRevision: number;
  /** 1 at creation, plus one for every write. */
  readonly version: number;
  readonly lease?: LeaseId;
}

export interface GetResult<V> {
  readonly revision: number;
  readonly kv: KeyValue<V> | undefined;
}

export interface RangeOptions {
  readonly revision?: number;
  /** At most so many keys; default all. */
  readonly limit?: number;
  /** First key to return (inclusive); default the prefix itself. */
  readonly startKey?: string;
}

export interface RangeResult<V> {
  /** The store's revision when it was read (`options.revision` if given). */
  readonly revision: number;
  readonly kvs: readonly KeyValue<V>[];
  /** Keys in the whole range from `startKey` on, whatever the limit. */
  readonly count: number;
}

export interface Compare {
  readonly key: string;
  /** 0: the key must not exist. */
  readonly modRevision: number;
}

/** One transaction may delete a key twice, but not put one twice, nor put and delete it. */
export type Op<V> =
  | {
      readonly type: 'put';
      readonly key: string;
      readonly value: V | ((revision: number) => V);
      readonly lease?: LeaseId;
    }
  | { readonly type: 'delete'; readonly key: string };

export interface Txn<V> {
  readonly compare: readonly Compare[];
  readonly success: readonly Op<V>[];
  readonly failure?: readonly Op<V>[];
}

export interface TxnResult<V> {
  readonly succeeded: boolean;
  readonly revision: number;
  /** The key values that the operations wrote (put) or removed (delete, the last value), in order. */
  readonly kvs: readonly (KeyValue<V> | undefined)[];
  /** When a comparison failed: the compared keys as they were found, so that the caller need not read again. */
  readonly current: readonly (KeyValue<V> | undefined)[];
}

export interface StoreEvent<V> {
  readonly type: 'put' | 'delete';
  /** For delete: the last value, with `modRevision` of the deletion. */
  readonly kv: KeyValue<V>;
  /** What was there before; undefined at creation. */
  readonly previous: KeyValue<V> | undefined;
  readonly revision: number;
}

export interface WatchOptions<V> {
  readonly prefix: string;
  /** First revision to deliver. */
  readonly startRevision?: number;
  readonly onEvents: (events: readonly StoreEvent<V>[]) => void;
}

export interface StoreWatch {
  dispose(): void;
}

export interface StoreSnapshot<V> {
  readonly revision: number;
  readonly kvs: readonly KeyValue<V>[];
  readonly leases: readonly { readonly id: LeaseId; readonly ttlMs: number; readonly remainingMs: number }[];
}

export type StoreErrorCode = 'compacted' | 'futureRevision' | 'leaseNotFound' | 'duplicateKey' | 'disposed';

/** The store's own refusals; the API server alone maps them to Status. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  /** For `compacted`: the lowest revision that can be read. For `futureRevision`: the current one. */
  readonly revision: number;
  constructor(code: StoreErrorCode, message: string, revision = 0) {
    super(message);
    this.code = code;
    this.revision = revision;
  }
}
