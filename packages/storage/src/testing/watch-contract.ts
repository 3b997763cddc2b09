import { expect, test } from 'vitest';
import type { StoreEvent } from '../store.ts';
import { type StoreProbe, showEvent } from './store-probe.ts';

/** What watchers may rely on. */
export function watchContract(t: StoreProbe): void {
  const { put, del, record } = t;

  test('STO-10 a watch sees its prefix from now on, a transaction at a time, before the write resolves', async () => {
    await put('/p/a', '0');
    const { lines } = record('/p/');
    await put('/p/a', '1');
    expect(lines).toEqual(['+/p/a=1@3']);
    await t.store.txn({
      compare: [],
      success: [
        { type: 'put', key: '/p/b', value: '2' },
        { type: 'put', key: '/q/b', value: '2' },
        { type: 'delete', key: '/p/a' },
      ],
    });
    await put('/p', 'outside');
    expect(lines).toEqual(['+/p/a=1@3', '+/p/b=2@4 -/p/a=1@4']);
  });

  test('STO-11 events carry what was there before', async () => {
    const events: StoreEvent<string>[] = [];
    t.store.watch({ prefix: '/', onEvents: (batch) => events.push(...batch) });
    await put('/a', '1');
    await put('/a', '2');
    await del('/a');
    const first = { key: '/a', value: '1', createRevision: 2, modRevision: 2, version: 1 };
    const second = { key: '/a', value: '2', createRevision: 2, modRevision: 3, version: 2 };
    expect(events).toEqual([
      { type: 'put', revision: 2, kv: first, previous: undefined },
      { type: 'put', revision: 3, kv: second, previous: first },
      { type: 'delete', revision: 4, kv: { ...second, modRevision: 4 }, previous: second },
    ]);
  });

  test('STO-12 a watch from the past is told the past first, from the future only the future', async () => {
    await put('/a', '1');
    await put('/b', '1');
    await put('/a', '2');
    expect(record('/a', 2).lines).toEqual(['+/a=1@2', '+/a=2@4']);
    expect(record('/a', 3).lines).toEqual(['+/a=2@4']);
    const future = record('/a', 6);
    await put('/a', '3');
    await put('/a', '4');
    expect(future.lines).toEqual(['+/a=4@6']);
    await t.store.compact(5);
    expect(record('/', 5).lines).toEqual(['+/a=3@5', '+/a=4@6']);
  });

  test('STO-13 nested prefixes each get their own, in the order in which they were added', async () => {
    const order: string[] = [];
    for (const prefix of ['/a/b/c', '', '/a/', '/a/b/', '/x/', '/a/b/', '/a/b/c/d']) {
      t.store.watch({ prefix, onEvents: () => order.push(prefix) });
    }
    await put('/a/b/c', '1');
    expect(order.splice(0)).toEqual(['/a/b/c', '', '/a/', '/a/b/', '/a/b/']);
    await put('/a/z', '1');
    expect(order.splice(0)).toEqual(['', '/a/']);
  });

  test('STO-14 a disposed watch is silent at once, even amid a delivery', async () => {
    const lines: string[] = [];
    const first = t.store.watch({
      prefix: '/',
      onEvents: () => {
        lines.push('first');
        first.dispose();
        second.dispose();
      },
    });
    const second = t.store.watch({ prefix: '/', onEvents: () => lines.push('second') });
    t.store.watch({ prefix: '/a', onEvents: () => lines.push('third') });
    await put('/a', '1');
    await put('/a', '2');
    first.dispose();
    expect(lines).toEqual(['first', 'third', 'third']);
  });

  test('STO-15 a watch added amid a delivery neither misses nor repeats an event', async () => {
    const added: (readonly string[])[] = [];
    t.store.watch({
      prefix: '/',
      onEvents: (events) => {
        if (added.length > 0) return;
        added.push(record('/').lines, record('/', events[0]?.revision).lines);
      },
    });
    await put('/a', '1');
    await put('/a', '2');
    expect(added).toEqual([['+/a=2@3'], ['+/a=1@2', '+/a=2@3']]);
  });

  test('STO-16 writes from within a delivery reach every watcher in order', async () => {
    const before = record('/');
    const writes: Promise<unknown>[] = [];
    t.store.watch({
      prefix: '/in/',
      onEvents: (events) => {
        for (const { kv } of events) {
          writes.push(put(`/out/${kv.value}`, kv.value));
          if (kv.value === '1') writes.push(put('/in/a', '2'));
        }
      },
    });
    const after = record('/');
    const late = t.store.watch({ prefix: '/out/1', onEvents: () => added.push(record('/', 2).lines) });
    const added: (readonly string[])[] = [];
    await put('/in/a', '1');
    const all = ['+/in/a=1@2', '+/out/1=1@3', '+/in/a=2@4', '+/out/2=2@5'];
    expect(before.lines).toEqual(all);
    expect(after.lines).toEqual(all);
    expect(added).toEqual([all]);
    late.dispose();
    await Promise.all(writes);
  });

  test('STO-16 writes from within the telling of the past come after it', async () => {
    await put('/a', '1');
    await put('/a', '2');
    const other = record('/');
    const lines: string[] = [];
    t.store.watch({
      prefix: '/',
      startRevision: 2,
      onEvents: (events) => {
        lines.push(...events.map(showEvent));
        if (lines.length === 1) void put('/b', '1');
      },
    });
    expect(lines).toEqual(['+/a=1@2', '+/a=2@3', '+/b=1@4']);
    expect(other.lines).toEqual(['+/b=1@4']);
  });
}
