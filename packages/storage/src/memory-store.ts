import { type Clock, prefixEnd, SortedMap } from '@tabernetes/base';
import { EventLog } from './event-log.ts';
import { Leases } from './leases.ts';
import {
  type GetResult,
  type KeyValue,
  type LeaseId,
  type Op,
  type RangeOptions,
  type RangeResult,
  type Store,
  StoreError,
  type StoreEvent,
  type StoreSnapshot,
  type StoreStatus,
  type StoreWatch,
  type Txn,
  type TxnResult,
  type WatchOptions,
} from './store.ts';
import { Watchers } from './watchers.ts';

export interface MemoryStoreOptions<V> {
  /** For leases. */
  readonly clock: Clock;
  readonly budget?: HistoryBudget;
  /** Bytes that a value takes; asked when it is overwritten or deleted. Needed for `budget.bytes`. */
  readonly sizeOf?: (value: V) => number;
  /** What another store's `snapshot()` gave. Revisions go on from there; history before is compacted. */
  readonly restore?: StoreSnapshot<V>;
  /** Told of what `onEvents` of a watcher throws. Must not throw. Default: thrown again where nobody catches it. */
  readonly onWatchError?: (error: unknown) => void;
}

/** How much history is kept; the store compacts itself beyond it. */
export interface HistoryBudget {
  /** Revisions that can be read besides the current one. Default 10,000. */
  readonly revisions?: number;
  /** Bytes of values that only history holds. Default 64 MiB if there is a `sizeOf`. */
  readonly bytes?: number;
}

/**
 * The embedded driver. Guarantees:
 *
 * - A transaction runs in one stroke: no other comes between its comparisons, its writes and their delivery.
 * - Every watcher sees every event of its prefix from its start on exactly once, in the order of revisions, a
 *   transaction at a time, whatever other watchers do meanwhile (write, dispose, watch).
 * - Memory is what is current plus a history within its budget, however many writes there were.
 *
 * Costs, with n keys now and h revisions since the one that is read: a write O(log n) for a new or deleted key and O(1)
 * otherwise, plus the watchers concerned; reading now O(log n + result); reading then O(h) more. The `count` of a
 * limited range is taken from the leaves of the tree, a step for a hundred keys and more, and only if the limit is reached.
 *
 * @see https://github.com/etcd-io/etcd/blob/v3.5.16/server/storage/mvcc/kvstore.go for the semantics
 */
export function memoryStore<V>(options: MemoryStoreOptions<V>): Store<V> {
  return new MemoryStore(options);
}

/**
 *   #byKey    hash  ─► entry { kv }   ◄─ #inOrder, a B+ tree       what is current; an update changes the entry alone
 *                         │
 *   #log      rev 43 [put /a, before: kv 12] rev 44 [delete /b, before: kv 43] …     what happened, and the way back
 *                         │
 *   #watchers prefix ─► audience                                    whom it concerns
 */
class MemoryStore<V> implements Store<V> {
  readonly #byKey = new Map<string, Entry<V>>();
  readonly #inOrder = new SortedMap<string, Entry<V>>();
  readonly #log: EventLog<V>;
  readonly #leases: Leases;
  readonly #watchers: Watchers<V>;
  readonly #maxRevisions: number;
  readonly #maxBytes: number;
  #revision: number;
  #compactRevision: number;
  #disposed = false;

  constructor({ clock, budget = {}, sizeOf, restore, onWatchError = throwLater }: MemoryStoreOptions<V>) {
    if (budget.bytes !== undefined && sizeOf === undefined) throw new TypeError('budget.bytes needs sizeOf');
    this.#maxRevisions = budget.revisions ?? 10_000;
    this.#maxBytes = budget.bytes ?? 64 * 2 ** 20;
    this.#watchers = new Watchers(onWatchError);
    this.#leases = new Leases(clock, (lease) => this.#endLease(lease));
    this.#revision = restore?.revision ?? FIRST_REVISION;
    this.#compactRevision = this.#revision;
    this.#log = new EventLog(restore?.revision ?? 0, sizeOf);
    // An empty store knows all that happened at its first revision: nothing.
    if (restore === undefined) this.#log.append([]);
    for (const lease of restore?.leases ?? []) this.#leases.restore(lease);
    for (const kv of restore?.kvs ?? []) this.#insert(kv);
  }

  async status(): Promise<StoreStatus> {
    this.#assertOpen();
    return { revision: this.#revision, compactRevision: this.#compactRevision };
  }

  async get(key: string, options?: { readonly revision?: number }): Promise<GetResult<V>> {
    const revision = this.#readable(options?.revision);
    const kv = this.#byKey.get(key)?.kv;
    if (revision === this.#revision || (kv !== undefined && kv.modRevision <= revision)) return { revision, kv };
    // The first change since then tells what was there before it.
    for (let later = revision + 1; later <= this.#revision; later++) {
      for (const event of this.#log.at(later)) if (event.kv.key === key) return { revision, kv: event.previous };
    }
    return { revision, kv };
  }

  async range(prefix: string, options: RangeOptions = {}): Promise<RangeResult<V>> {
    const revision = this.#readable(options.revision);
    const { startKey = prefix, limit = 0 } = options;
    const from = startKey > prefix ? startKey : prefix;
    const to = prefixEnd(prefix);
    const past = revision === this.#revision ? undefined : this.#undo(revision, from, to);
    const kvs: KeyValue<V>[] = [];
    const full = limit > 0 ? () => kvs.length >= limit : never;
    const revived = past?.revived.values();
    let next = revived?.next();
    const takeRevived = (before: string | undefined): void => {
      for (; next?.done === false && !full(); next = revived?.next()) {
        if (before !== undefined && next.value.key > before) return;
        kvs.push(next.value);
      }
    };
    this.#inOrder.scan(from, to, ({ kv }, key) => {
      takeRevived(key);
      if (full()) return false;
      const then = kv.modRevision <= revision ? kv : past?.before.get(key);
      if (then !== undefined) kvs.push(then);
      return !full();
    });
    takeRevived(undefined);
    const count = full() ? this.#inOrder.count(from, to) + (past?.countChange ?? 0) : kvs.length;
    return { revision, kvs, count };
  }

  async txn({ compare, success, failure = NONE }: Txn<V>): Promise<TxnResult<V>> {
    this.#assertOpen();
    const succeeded = compare.every(({ key, modRevision }) => this.#modRevision(key) === modRevision);
    const current = succeeded ? NONE : compare.map(({ key }) => this.#byKey.get(key)?.kv);
    const kvs = this.#write(succeeded ? success : failure);
    return { succeeded, revision: this.#revision, kvs, current };
  }

  watch({ prefix, startRevision, onEvents }: WatchOptions<V>): StoreWatch {
    this.#assertOpen();
    const nextRevision = this.#revision + 1;
    const start = startRevision ?? nextRevision;
    if (start <= this.#log.forgotten) throw this.#compacted();
    const history = start < nextRevision ? this.#log.from(start) : NONE;
    return this.#watchers.watch({ prefix, fromRevision: Math.max(start, nextRevision), onEvents }, history);
  }

  async compact(revision: number): Promise<void> {
    this.#assertOpen();
    if (revision > this.#revision) throw this.#future();
    if (revision <= this.#compactRevision) throw this.#compacted();
    this.#compactTo(revision);
  }

  async grantLease(ttlMs: number): Promise<LeaseId> {
    this.#assertOpen();
    return this.#leases.grant(ttlMs);
  }

  async keepAlive(lease: LeaseId): Promise<void> {
    this.#assertOpen();
    this.#leases.keepAlive(lease);
  }

  async revokeLease(lease: LeaseId): Promise<void> {
    this.#assertOpen();
    this.#endLease(lease);
  }

  async snapshot(): Promise<StoreSnapshot<V>> {
    const { revision, kvs } = await this.range('');
    return { revision, kvs, leases: this.#leases.list() };
  }

  dispose(): void {
    this.#disposed = true;
    this.#leases.dispose();
    this.#watchers.dispose();
  }

  /** All or nothing: what can be refused is refused before anything is changed. */
  #write(ops: readonly Op<V>[]): readonly (KeyValue<V> | undefined)[] {
    if (ops.length === 0) return NONE;
    const revision = this.#revision + 1;
    const events: StoreEvent<V>[] = [];
    const kvs: (KeyValue<V> | undefined)[] = [];
    const seen = ops.length > 1 ? new Map<string, Op<V>['type']>() : undefined;
    for (const op of ops) {
      const { key, type } = op;
      const before = seen?.get(key);
      if (before !== undefined && (before === 'put' || type === 'put')) throw duplicateKey(key);
      seen?.set(key, type);
      const previous = before === undefined ? this.#byKey.get(key)?.kv : undefined;
      if (op.type === 'put') {
        if (op.lease !== undefined) this.#leases.assert(op.lease);
        const kv = newVersion(op, previous, revision);
        kvs.push(kv);
        events.push({ type, kv, previous, revision });
      } else {
        kvs.push(previous);
        if (previous === undefined) continue;
        events.push({ type, kv: lastVersion(previous, revision), previous, revision });
      }
    }
    if (this.#revision + 1 !== revision) throw new Error('a value was made by a function that writes to the store');
    if (events.length > 0) this.#commit(events, revision);
    return kvs;
  }

  #commit(events: readonly StoreEvent<V>[], revision: number): void {
    for (const { type, kv, previous } of events) {
      if (previous?.lease !== undefined && previous.lease !== kv.lease) this.#leases.detach(previous.lease, kv.key);
      if (type === 'delete') this.#remove(kv);
      else if (previous === undefined) this.#insert(kv);
      else this.#replace(kv, previous);
    }
    this.#revision = revision;
    this.#log.append(events);
    this.#compactToBudget();
    this.#watchers.publish(events);
  }

  #insert(kv: KeyValue<V>): void {
    const entry: Entry<V> = { kv };
    this.#byKey.set(kv.key, entry);
    this.#inOrder.set(kv.key, entry);
    if (kv.lease !== undefined) this.#leases.attach(kv.lease, kv.key);
  }

  #replace(kv: KeyValue<V>, previous: KeyValue<V>): void {
    const entry = this.#byKey.get(kv.key);
    if (entry !== undefined) entry.kv = kv;
    if (kv.lease !== undefined && kv.lease !== previous.lease) this.#leases.attach(kv.lease, kv.key);
  }

  #remove({ key, lease }: KeyValue<V>): void {
    this.#byKey.delete(key);
    this.#inOrder.delete(key);
    if (lease !== undefined) this.#leases.detach(lease, key);
  }

  #endLease(lease: LeaseId): void {
    this.#write(this.#leases.end(lease).map((key) => ({ type: 'delete', key })));
  }

  /** What differed at a past revision, for keys from `from` to `to`. */
  #undo(revision: number, from: string, to: string | undefined): Past<V> {
    const before = new Map<string, KeyValue<V> | undefined>();
    for (let later = revision + 1; later <= this.#revision; later++) {
      for (const { kv, previous } of this.#log.at(later)) {
        const { key } = kv;
        if (key >= from && (to === undefined || key < to) && !before.has(key)) before.set(key, previous);
      }
    }
    const revived: KeyValue<V>[] = [];
    let countChange = 0;
    for (const [key, kv] of before) {
      const isLive = this.#byKey.has(key);
      if (kv !== undefined && !isLive) revived.push(kv);
      countChange += Number(kv !== undefined) - Number(isLive);
    }
    revived.sort((a, b) => (a.key < b.key ? -1 : 1));
    return { before, revived, countChange };
  }

  #compactToBudget(): void {
    let keepFrom = Math.max(this.#compactRevision, this.#revision - this.#maxRevisions);
    if (keepFrom > this.#compactRevision) this.#compactTo(keepFrom);
    while (this.#log.bytes > this.#maxBytes && keepFrom < this.#revision) this.#compactTo(++keepFrom);
  }

  #compactTo(revision: number): void {
    this.#compactRevision = revision;
    this.#log.forgetThrough(revision - 1);
  }

  #modRevision(key: string): number {
    return this.#byKey.get(key)?.kv.modRevision ?? 0;
  }

  #readable(revision = this.#revision): number {
    this.#assertOpen();
    if (revision > this.#revision) throw this.#future();
    if (revision < this.#compactRevision) throw this.#compacted();
    return revision;
  }

  #assertOpen(): void {
    if (this.#disposed) throw new StoreError('disposed', 'the store was disposed');
  }

  #compacted(): StoreError {
    return new StoreError('compacted', 'required revision has been compacted', this.#compactRevision);
  }

  #future(): StoreError {
    return new StoreError('futureRevision', 'required revision is a future revision', this.#revision);
  }
}

/** One object per living key, shared by hash and tree, so that an update need not touch either. */
interface Entry<V> {
  kv: KeyValue<V>;
}

interface Past<V> {
  /** Keys changed since, with what they held; undefined: they did not exist. */
  readonly before: ReadonlyMap<string, KeyValue<V> | undefined>;
  /** What existed then and does not now, in key order. */
  readonly revived: readonly KeyValue<V>[];
  /** To be added to today's count. */
  readonly countChange: number;
}

/** As in etcd, whose empty store is at revision 1: 0 means "no revision" in comparisons and in Kubernetes. */
const FIRST_REVISION = 1;
const NONE: readonly never[] = [];
const never = (): boolean => false;

function newVersion<V>(
  { key, value, lease }: Op<V> & { readonly type: 'put' },
  previous: KeyValue<V> | undefined,
  revision: number,
): KeyValue<V> {
  return {
    key,
    value: typeof value === 'function' ? (value as (revision: number) => V)(revision) : value,
    createRevision: previous?.createRevision ?? revision,
    modRevision: revision,
    version: (previous?.version ?? 0) + 1,
    lease,
  };
}

/** What a deletion tells. Written out, so that all key values have one shape: spreading costs their readers dearly. */
const lastVersion = <V>(
  { key, value, createRevision, version, lease }: KeyValue<V>,
  modRevision: number,
): KeyValue<V> => ({ key, value, createRevision, modRevision, version, lease });

const duplicateKey = (key: string): StoreError =>
  new StoreError('duplicateKey', `duplicate key given in txn request: ${key}`);

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
