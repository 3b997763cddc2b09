import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { LeaseId, Store } from '@tabernetes/storage';

/** Objects that expire share leases: those of one minute go together. */
export interface LeasePool {
  /** A lease that ends in `ttlMs`, or at most a minute later. */
  lease(ttlMs: number): Promise<LeaseId>;
}

const SHARED_MS = 60_000;

export function leasePool(store: Store<KubeObject>, clock: Clock): LeasePool {
  const open = new Map<number, { readonly untilMs: number; readonly id: Promise<LeaseId> }>();
  return {
    lease(ttlMs) {
      const now = clock.now();
      const known = open.get(ttlMs);
      if (known !== undefined && now < known.untilMs) return known.id;
      const id = store.grantLease(ttlMs + SHARED_MS);
      open.set(ttlMs, { untilMs: now + SHARED_MS, id });
      return id;
    },
  };
}
