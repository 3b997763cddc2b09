import type { Clock, Disposable } from '@tabernetes/base';
import { type LeaseId, StoreError, type StoreSnapshot } from './store.ts';

/**
 * Leases and the keys that hang on them.
 *
 *   lease 3   ttl 60 s, expires 12:01:00   keys /events/a, /events/b
 *
 * One timer per lease. Keeping a lease alive only moves `expiresAtMs`; the timer, when it comes, finds that out and is
 * set again. Timers are background timers: a cluster is idle while its Events wait to expire.
 */
export class Leases {
  readonly #clock: Clock;
  readonly #expire: (lease: LeaseId) => void;
  readonly #leases = new Map<LeaseId, Lease>();
  #lastId = 0;

  /** `expire` is called when a lease's time is over; it is to {@link end} the lease and delete the keys. */
  constructor(clock: Clock, expire: (lease: LeaseId) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  grant(ttlMs: number): LeaseId {
    if (!(ttlMs > 0 && Number.isFinite(ttlMs))) throw new RangeError(`a lease lives for some time, not ${ttlMs} ms`);
    const id = (this.#lastId + 1) as LeaseId;
    this.#add(id, ttlMs, ttlMs);
    return id;
  }

  restore({ id, ttlMs, remainingMs }: StoreSnapshot<unknown>['leases'][number]): void {
    this.#add(id, ttlMs, remainingMs);
  }

  keepAlive(id: LeaseId): void {
    const lease = this.#find(id);
    lease.expiresAtMs = this.#clock.now() + lease.ttlMs;
  }

  /** @throws {StoreError} leaseNotFound */
  assert(id: LeaseId): void {
    this.#find(id);
  }

  attach(id: LeaseId, key: string): void {
    this.#leases.get(id)?.keys.add(key);
  }

  detach(id: LeaseId, key: string): void {
    this.#leases.get(id)?.keys.delete(key);
  }

  /** Forgets the lease and returns its keys in order. @throws {StoreError} leaseNotFound */
  end(id: LeaseId): readonly string[] {
    const lease = this.#find(id);
    lease.timer.dispose();
    this.#leases.delete(id);
    return [...lease.keys].sort();
  }

  list(): StoreSnapshot<unknown>['leases'] {
    const nowMs = this.#clock.now();
    return [...this.#leases].map(([id, { ttlMs, expiresAtMs }]) => ({ id, ttlMs, remainingMs: expiresAtMs - nowMs }));
  }

  dispose(): void {
    for (const { timer } of this.#leases.values()) timer.dispose();
    this.#leases.clear();
  }

  #find(id: LeaseId): Lease {
    const lease = this.#leases.get(id);
    if (lease === undefined) throw new StoreError('leaseNotFound', `lease ${id} not found`);
    return lease;
  }

  #add(id: LeaseId, ttlMs: number, remainingMs: number): void {
    this.#lastId = Math.max(this.#lastId, id);
    const expiresAtMs = this.#clock.now() + remainingMs;
    this.#leases.set(id, { ttlMs, expiresAtMs, keys: new Set(), timer: this.#timer(id, remainingMs) });
  }

  #timer(id: LeaseId, delayMs: number): Disposable {
    return this.#clock.setTimer(
      delayMs,
      () => {
        const lease = this.#find(id);
        const leftMs = lease.expiresAtMs - this.#clock.now();
        if (leftMs > 0) lease.timer = this.#timer(id, leftMs);
        else this.#expire(id);
      },
      { background: true },
    );
  }
}

interface Lease {
  readonly ttlMs: number;
  expiresAtMs: number;
  readonly keys: Set<string>;
  timer: Disposable;
}
