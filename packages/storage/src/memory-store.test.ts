import { virtualClock } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import { memoryStore } from './memory-store.ts';
import type { Store, StoreEvent } from './store.ts';
import { storeContract } from './testing/index.ts';

storeContract('memory', () => {
  const clock = virtualClock({ startMs: 0 });
  return { store: memoryStore<string>({ clock }), pass: (ms) => clock.advance(ms) };
});

const clock = virtualClock({ startMs: 0 });
const put = <V>(store: Store<V>, key: string, value: V) =>
  store.txn({ compare: [], success: [{ type: 'put', key, value }] });

describe('memory store', () => {
  test('STO-40 keeps as many revisions as its budget says', async () => {
    const store = memoryStore<string>({ clock, budget: { revisions: 10 } });
    for (let i = 0; i < 5000; i++) {
      await put(store, `/${i % 3}`, `${i}`);
      const { revision, compactRevision } = await store.status();
      expect(revision - compactRevision).toBe(Math.min(i + 1, 10));
    }
    const { compactRevision } = await store.status();
    expect((await store.get('/0', { revision: compactRevision })).kv?.modRevision).toBeLessThanOrEqual(compactRevision);
    const seen: number[] = [];
    store.watch({ prefix: '', startRevision: compactRevision, onEvents: ([e]) => seen.push(e?.revision ?? 0) });
    expect(seen).toEqual(Array.from({ length: 11 }, (_, i) => compactRevision + i));
  });

  test('STO-40 keeps as many bytes of history as its budget says; what is current costs nothing', async () => {
    const budget = { bytes: 1000 };
    const store = memoryStore<string>({ clock, budget, sizeOf: (value) => value.length });
    for (let i = 0; i < 50; i++) await put(store, `/new/${i}`, 'x'.repeat(100));
    expect(await store.status()).toEqual({ revision: 51, compactRevision: 1 });
    for (let i = 0; i < 50; i++) await put(store, `/new/${i}`, '');
    expect(await store.status()).toEqual({ revision: 101, compactRevision: 92 });
    for (let i = 0; i < 50; i++) await put(store, '/a', 'x'.repeat(2000));
    expect(await store.status()).toEqual({ revision: 151, compactRevision: 151 });
    expect(() => memoryStore({ clock, budget })).toThrow(TypeError);
  });

  test('STO-41 a snapshot restores what is current, revisions and the rest of leases', async () => {
    const time = virtualClock({ startMs: 0 });
    const store = memoryStore<string>({ clock: time });
    const lease = await store.grantLease(10_000);
    await put(store, '/b', '1');
    await put(store, '/b', '2');
    await put(store, '/gone', '1');
    await store.txn({
      compare: [],
      success: [
        { type: 'put', key: '/a', value: '1', lease },
        { type: 'delete', key: '/gone' },
      ],
    });
    await time.advance(4000);
    const snapshot = await store.snapshot();
    expect(snapshot).toEqual({
      revision: 5,
      kvs: [
        { key: '/a', value: '1', createRevision: 5, modRevision: 5, version: 1, lease },
        { key: '/b', value: '2', createRevision: 2, modRevision: 3, version: 2 },
      ],
      leases: [{ id: lease, ttlMs: 10_000, remainingMs: 6000 }],
    });
    store.dispose();

    const later = virtualClock({ startMs: 1_000_000 });
    const restored = memoryStore<string>({ clock: later, restore: JSON.parse(JSON.stringify(snapshot)) });
    expect(await restored.snapshot()).toEqual(snapshot);
    expect(await restored.status()).toEqual({ revision: 5, compactRevision: 5 });
    // What happened at revision 5 is not in a snapshot, so a watch may not pretend to tell.
    expect(() => restored.watch({ prefix: '', startRevision: 5, onEvents: () => undefined })).toThrow('compacted');
    const revisions: number[] = [];
    restored.watch({ prefix: '', startRevision: 6, onEvents: ([e]) => revisions.push(e?.revision ?? 0) });
    expect((await put(restored, '/b', '3')).kvs[0]).toMatchObject({ createRevision: 2, modRevision: 6, version: 3 });
    expect(await restored.grantLease(1000)).toBe(lease + 1);
    await later.advance(6000);
    expect((await restored.range('')).kvs.map((kv) => kv.key)).toEqual(['/b']);
    expect(revisions).toEqual([6, 7]);
  });

  test('STO-42 values are passed on by reference, never copied', async () => {
    const store = memoryStore<object>({ clock });
    const value = Object.freeze({ a: 1 });
    const events: StoreEvent<object>[] = [];
    store.watch({ prefix: '', onEvents: (batch) => events.push(...batch) });
    await put(store, '/a', value);
    expect((await store.get('/a')).kv?.value).toBe(value);
    expect((await store.range('')).kvs[0]?.value).toBe(value);
    expect((await store.snapshot()).kvs[0]?.value).toBe(value);
    expect(events[0]?.kv.value).toBe(value);
  });

  test('STO-43 a watcher that throws harms neither the write nor other watchers', async () => {
    const errors: unknown[] = [];
    const store = memoryStore<string>({ clock, onWatchError: (error) => errors.push(error) });
    const seen: string[] = [];
    const error = new Error('broken watcher');
    store.watch({
      prefix: '',
      onEvents: () => {
        throw error;
      },
    });
    store.watch({ prefix: '', onEvents: ([event]) => seen.push(event?.kv.key ?? '') });
    expect((await put(store, '/a', '1')).succeeded).toBe(true);
    await put(store, '/b', '1');
    expect([seen, errors]).toEqual([
      ['/a', '/b'],
      [error, error],
    ]);
  });

  test('STO-44 a lease does not keep its cluster from being idle', async () => {
    const time = virtualClock({ startMs: 0 });
    const store = memoryStore<string>({ clock: time });
    await store.grantLease(3_600_000);
    await time.idle();
    expect(time.now()).toBe(0);
    await expect(store.grantLease(0)).rejects.toThrow(RangeError);
  });

  test('STO-6 a value made by a function that writes to the store is refused', async () => {
    const store = memoryStore<string>({ clock });
    const value = (): string => {
      void put(store, '/inner', 'x');
      return 'outer';
    };
    const outer = store.txn({ compare: [], success: [{ type: 'put', key: '/outer', value }] });
    await expect(outer).rejects.toThrow('writes to the store');
    expect((await store.range('')).kvs.map((kv) => kv.key)).toEqual(['/inner']);
  });
});
