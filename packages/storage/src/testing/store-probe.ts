import { afterEach, beforeEach } from 'vitest';
import type { LeaseId, Store, StoreEvent, TxnResult } from '../store.ts';

export interface StoreFixture {
  /** Empty, at revision 1, with room for some thousand revisions of history. */
  readonly store: Store<string>;
  /** Lets so much of the store's time go by. */
  pass(ms: number): Promise<void>;
}

/** A fresh store for each test of the enclosing suite, with short words for what the tests do most. */
export interface StoreProbe extends StoreFixture {
  put(key: string, value: string, lease?: LeaseId): Promise<TxnResult<string>>;
  del(key: string): Promise<TxnResult<string>>;
  keys(prefix: string, options?: { readonly startKey?: string }): Promise<readonly string[]>;
  /** Watches and notes `+key=value@revision` and `-key@revision`, a batch per line. */
  record(prefix: string, startRevision?: number): { readonly lines: readonly string[]; dispose(): void };
}

export function storeProbe(make: () => Promise<StoreFixture> | StoreFixture): StoreProbe {
  let fixture: StoreFixture | undefined;
  beforeEach(async () => {
    fixture = await make();
  });
  afterEach(() => fixture?.store.dispose());

  function current(): StoreFixture {
    if (fixture === undefined) throw new Error('there is a store only within a test');
    return fixture;
  }

  return {
    get store() {
      return current().store;
    },
    pass: (ms) => current().pass(ms),
    put: (key, value, lease) =>
      current().store.txn({ compare: [], success: [{ type: 'put', key, value, ...(lease && { lease }) }] }),
    del: (key) => current().store.txn({ compare: [], success: [{ type: 'delete', key }] }),
    keys: async (prefix, options) => (await current().store.range(prefix, options)).kvs.map((kv) => kv.key),
    record(prefix, startRevision) {
      const lines: string[] = [];
      const onEvents = (events: readonly StoreEvent<string>[]) => lines.push(events.map(showEvent).join(' '));
      const watch = current().store.watch({ prefix, startRevision, onEvents });
      return { lines, dispose: () => watch.dispose() };
    },
  };
}

/** `+key=value@revision`, or `-key=lastValue@revision` for a deletion. */
export const showEvent = ({ type, kv }: StoreEvent<string>): string =>
  `${type === 'put' ? '+' : '-'}${kv.key}=${kv.value}@${kv.modRevision}`;
