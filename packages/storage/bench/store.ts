import { virtualClock } from '@tabernetes/base';
import { memoryStore, type Store } from '../src/index.ts';

export interface BenchRow {
  readonly name: string;
  readonly n: number;
  readonly value: number;
  readonly unit: string;
}

interface Value {
  readonly name: string;
  readonly generation: number;
}

const N = 50_000;
const KEYS = 5_000;

/**
 * Writes per second with and without watchers at N, 2N and 4N (a store that scales gives one figure three times), reading
 * in pages, and the heap after a million updates of one key. Run node with `--expose-gc` for a quiet heap figure.
 */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  await updates(newStore(), N); // warm up
  for (const n of [N, 2 * N, 4 * N]) {
    const rate = async (name: string, store: Store<Value>, write = updates, count = n): Promise<void> => {
      const from = performance.now();
      await write(store, count);
      report({ name, n: count, value: Math.round((count / (performance.now() - from)) * 1000), unit: 'txn/s' });
      store.dispose();
    };
    await rate('update, no watchers', newStore());
    await rate('create and delete, no watchers', newStore(), churn);
    await rate(
      'update, 10 watchers of the prefix',
      watched(10, () => '/registry/pods/'),
    );
    await rate(
      'update, 1,000 watchers of other prefixes',
      watched(1000, (i) => `/registry/other-${i}/`),
    );
    // A thousand deliveries per transaction: fewer of them.
    await rate(
      'update, 1,000 watchers of the prefix',
      watched(1000, () => '/registry/pods/'),
      updates,
      n / 20,
    );
  }
  for (const n of [N, 2 * N, 4 * N]) await pages(n, report);
  await heap(report);
}

const newStore = (): Store<Value> => memoryStore<Value>({ clock: virtualClock({ startMs: 0 }) });

function watched(count: number, prefix: (i: number) => string): Store<Value> {
  const store = newStore();
  let seen = 0;
  for (let i = 0; i < count; i++) store.watch({ prefix: prefix(i), onEvents: (events) => (seen += events.length) });
  return store;
}

/** Compare-and-swap updates of some thousand keys, as the API server writes. */
async function updates(store: Store<Value>, n: number): Promise<void> {
  const revisions = new Array<number>(KEYS).fill(0);
  for (let i = 0; i < n; i++) {
    const at = i % KEYS;
    const key = `/registry/pods/namespace-${at % 50}/pod-${at}`;
    const value: Value = { name: key, generation: i };
    const result = await store.txn({
      compare: [{ key, modRevision: revisions[at] ?? 0 }],
      success: [{ type: 'put', key, value }],
    });
    if (!result.succeeded) throw new Error('nobody else writes here');
    revisions[at] = result.revision;
  }
}

async function churn(store: Store<Value>, n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    const key = (at: number): string => `/registry/pods/namespace-${at % 50}/pod-${at}`;
    const created = i - Math.floor(i / KEYS) * KEYS;
    const value: Value = { name: 'churn', generation: i };
    const success =
      Math.floor(i / KEYS) % 2 === 0
        ? { type: 'put' as const, key: key(created), value }
        : { type: 'delete' as const, key: key(created) };
    await store.txn({ compare: [], success: [success] });
  }
}

async function pages(n: number, report: (row: BenchRow) => void): Promise<void> {
  const store = newStore();
  for (let i = 0; i < n; i++) {
    const key = `/registry/pods/${String(i).padStart(7, '0')}`;
    await store.txn({ compare: [], success: [{ type: 'put', key, value: { name: key, generation: 0 } }] });
  }
  const { revision } = await store.status();
  for (let i = 0; i < 1000; i++) {
    const key = `/registry/pods/${String(i * 7).padStart(7, '0')}`;
    await store.txn({ compare: [], success: [{ type: 'delete', key }] });
  }
  for (const [name, at] of [
    ['read all in pages of 500', undefined],
    ['the same at a revision 1,000 writes ago', revision],
  ] as const) {
    const from = performance.now();
    let read = 0;
    for (let startKey: string | undefined = '/registry/pods/'; startKey !== undefined; ) {
      const { kvs, count }: { kvs: readonly { key: string }[]; count: number } = await store.range('/registry/pods/', {
        limit: 500,
        startKey,
        ...(at !== undefined && { revision: at }),
      });
      read += kvs.length;
      startKey = count > kvs.length ? `${kvs.at(-1)?.key}\0` : undefined;
    }
    report({ name, n: read, value: Math.round((read / (performance.now() - from)) * 1000), unit: 'keys/s' });
  }
  store.dispose();
}

async function heap(report: (row: BenchRow) => void): Promise<void> {
  const store = memoryStore<Value>({ clock: virtualClock({ startMs: 0 }), budget: { revisions: 1000 } });
  const write = async (n: number): Promise<void> => {
    for (let generation = 0; generation < n; generation++) {
      const value = { name: 'one', generation };
      await store.txn({ compare: [], success: [{ type: 'put', key: '/registry/pods/one', value }] });
    }
  };
  const collect = (globalThis as { readonly gc?: () => void }).gc;
  await write(10_000);
  collect?.();
  const before = process.memoryUsage().heapUsed;
  await write(1_000_000);
  collect?.();
  const grownKiB = Math.round((process.memoryUsage().heapUsed - before) / 1024);
  report({ name: 'heap grown by updates of one key', n: 1_000_000, value: grownKiB, unit: 'KiB' });
  store.dispose();
}
