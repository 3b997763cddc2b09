import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LeaseId, Op, Store, StoreEvent } from '../store.ts';
import { checkAgainstModel } from './store-model.ts';

export interface StoreFixture {
  /** Empty, at revision 1, with room for some thousand revisions of history. */
  readonly store: Store<string>;
  /** Lets so much of the store's time go by. */
  pass(ms: number): Promise<void>;
}

const MODEL_SEED = 20250101;

/** What every driver does, by the rules of SPEC.md. */
export function storeContract(name: string, make: () => Promise<StoreFixture> | StoreFixture): void {
  describe(`store contract: ${name}`, () => {
    let store: Store<string>;
    let pass: StoreFixture['pass'];

    beforeEach(async () => {
      ({ store, pass } = await make());
    });
    afterEach(() => store.dispose());

    const put = (key: string, value: string, lease?: LeaseId) =>
      store.txn({ compare: [], success: [{ type: 'put', key, value, ...(lease && { lease }) }] });
    const del = (key: string) => store.txn({ compare: [], success: [{ type: 'delete', key }] });
    const keys = async (prefix: string, options?: { revision?: number; limit?: number; startKey?: string }) =>
      (await store.range(prefix, options)).kvs.map((kv) => kv.key);

    /** Watches and notes `+key=value@revision` and `-key@revision`, a batch per line. */
    function record(prefix: string, startRevision?: number): { lines: string[]; dispose(): void } {
      const lines: string[] = [];
      const watch = store.watch({
        prefix,
        startRevision,
        onEvents: (events) => lines.push(events.map(show).join(' ')),
      });
      return { lines, dispose: () => watch.dispose() };
    }

    test('STO-1 an empty store is at revision 1', async () => {
      expect(await store.status()).toEqual({ revision: 1, compactRevision: 1 });
      expect(await store.get('/a')).toEqual({ revision: 1, kv: undefined });
      expect(await store.range('/')).toEqual({ revision: 1, kvs: [], count: 0 });
    });

    test('STO-2 every writing transaction is one revision; one that writes nothing is none', async () => {
      const both: Op<string>[] = [
        { type: 'put', key: '/a', value: '1' },
        { type: 'put', key: '/b', value: '1' },
      ];
      expect((await store.txn({ compare: [], success: both })).revision).toBe(2);
      expect((await del('/nothing')).revision).toBe(2);
      expect((await store.txn({ compare: [], success: [] })).revision).toBe(2);
      expect((await put('/a', '2')).revision).toBe(3);
      expect((await store.range('/')).kvs).toEqual([
        { key: '/a', value: '2', createRevision: 2, modRevision: 3, version: 2 },
        { key: '/b', value: '1', createRevision: 2, modRevision: 2, version: 1 },
      ]);
    });

    test('STO-3 a value may be made from the revision that it is written at', async () => {
      const value = (revision: number): string => `at ${revision}`;
      const { kvs } = await store.txn({ compare: [], success: [{ type: 'put', key: '/a', value }] });
      expect(kvs[0]?.value).toBe('at 2');
    });

    test('STO-4 a key that is created again starts over', async () => {
      await put('/a', '1');
      await put('/a', '2');
      expect((await del('/a')).kvs).toEqual([{ key: '/a', value: '2', createRevision: 2, modRevision: 3, version: 2 }]);
      await put('/a', '3');
      expect((await store.get('/a')).kv).toEqual({
        key: '/a',
        value: '3',
        createRevision: 5,
        modRevision: 5,
        version: 1,
      });
    });

    test('STO-5 comparisons decide between success and failure, and show what they found', async () => {
      await put('/a', '1');
      const txn = (modRevision: number) =>
        store.txn({
          compare: [
            { key: '/a', modRevision },
            { key: '/new', modRevision: 0 },
          ],
          success: [{ type: 'put', key: '/new', value: 'yes' }],
          failure: [{ type: 'put', key: '/refused', value: 'yes' }],
        });
      const found = { key: '/a', value: '1', createRevision: 2, modRevision: 2, version: 1 };
      expect(await txn(1)).toMatchObject({ succeeded: false, revision: 3, current: [found, undefined] });
      expect(await txn(2)).toMatchObject({ succeeded: true, revision: 4, current: [] });
      expect(await txn(2)).toMatchObject({ succeeded: false, current: [found, { key: '/new' }] });
      expect(await keys('/')).toEqual(['/a', '/new', '/refused']);
    });

    test('STO-6 a transaction is all or nothing', async () => {
      const twice: Op<string>[] = [
        { type: 'put', key: '/a', value: '1' },
        { type: 'put', key: '/a', value: '2' },
      ];
      await expect(store.txn({ compare: [], success: twice })).rejects.toMatchObject({ code: 'duplicateKey' });
      const failing: Op<string>[] = [
        { type: 'put', key: '/a', value: '1' },
        {
          type: 'put',
          key: '/b',
          value: () => {
            throw new Error('no value');
          },
        },
      ];
      await expect(store.txn({ compare: [], success: failing })).rejects.toThrow('no value');
      const unleased: Op<string>[] = [
        { type: 'put', key: '/a', value: '1' },
        { type: 'put', key: '/b', value: '1', lease: 999 as LeaseId },
      ];
      await expect(store.txn({ compare: [], success: unleased })).rejects.toMatchObject({ code: 'leaseNotFound' });
      expect(await store.range('/')).toEqual({ revision: 1, kvs: [], count: 0 });
    });

    test('STO-7 ranges are in key order, limited, and counted from where they start', async () => {
      for (const key of ['/p/c', '/p/a', '/q/a', '/p/b', '/p', '/p/d', '/p0']) await put(key, 'x');
      expect(await keys('/p/')).toEqual(['/p/a', '/p/b', '/p/c', '/p/d']);
      expect(await keys('')).toHaveLength(7);
      expect(await store.range('/p/', { limit: 2 })).toMatchObject({
        kvs: [{ key: '/p/a' }, { key: '/p/b' }],
        count: 4,
      });
      const rest = await store.range('/p/', { limit: 2, startKey: '/p/b\0' });
      expect(rest).toMatchObject({ kvs: [{ key: '/p/c' }, { key: '/p/d' }], count: 2 });
      expect(await keys('/p/', { startKey: '/a' })).toHaveLength(4);
      expect(await store.range('/p/', { startKey: '/q' })).toMatchObject({ kvs: [], count: 0 });
    });

    test('STO-8 every kept revision can be read, page by page', async () => {
      for (let i = 0; i < 10; i++) await put(`/p/${i}`, 'old');
      const { revision } = await store.status();
      await del('/p/3');
      await put('/p/5', 'new');
      await put('/p/35', 'new');
      const paged: string[] = [];
      let startKey: string | undefined = '/p/';
      while (startKey !== undefined) {
        const page = await store.range('/p/', { revision, limit: 3, startKey });
        expect(page.count).toBe(10 - paged.length);
        paged.push(...page.kvs.map((kv) => `${kv.key}=${kv.value}`));
        startKey = page.count > page.kvs.length ? `${page.kvs.at(-1)?.key}\0` : undefined;
      }
      expect(paged).toEqual(Array.from({ length: 10 }, (_, i) => `/p/${i}=old`));
      expect((await store.get('/p/3', { revision })).kv?.value).toBe('old');
      expect((await store.get('/p/35', { revision })).kv).toBeUndefined();
    });

    test('STO-9 what is compacted or yet to come is refused', async () => {
      for (let i = 0; i < 5; i++) await put('/a', `${i}`);
      await store.compact(4);
      expect(await store.status()).toEqual({ revision: 6, compactRevision: 4 });
      expect((await store.get('/a', { revision: 4 })).kv?.value).toBe('2');
      const compacted = { code: 'compacted', revision: 4 };
      await expect(store.get('/a', { revision: 3 })).rejects.toMatchObject(compacted);
      await expect(store.range('/', { revision: 3 })).rejects.toMatchObject(compacted);
      await expect(store.compact(4)).rejects.toMatchObject(compacted);
      expect(() => record('/', 3)).toThrow(expect.objectContaining(compacted));
      const future = { code: 'futureRevision', revision: 6 };
      await expect(store.get('/a', { revision: 7 })).rejects.toMatchObject(future);
      await expect(store.range('/', { revision: 7 })).rejects.toMatchObject(future);
      await expect(store.compact(7)).rejects.toMatchObject(future);
    });

    test('STO-10 a watch sees its prefix from now on, a transaction at a time, before the write resolves', async () => {
      await put('/p/a', '0');
      const { lines } = record('/p/');
      await put('/p/a', '1');
      expect(lines).toEqual(['+/p/a=1@3']);
      await store.txn({
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
      store.watch({ prefix: '/', onEvents: (batch) => events.push(...batch) });
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
      await store.compact(5);
      expect(record('/', 5).lines).toEqual(['+/a=3@5', '+/a=4@6']);
    });

    test('STO-13 nested prefixes each get their own, in the order in which they were added', async () => {
      const order: string[] = [];
      for (const prefix of ['/a/b/c', '', '/a/', '/a/b/', '/x/', '/a/b/', '/a/b/c/d']) {
        store.watch({ prefix, onEvents: () => order.push(prefix) });
      }
      await put('/a/b/c', '1');
      expect(order.splice(0)).toEqual(['/a/b/c', '', '/a/', '/a/b/', '/a/b/']);
      await put('/a/z', '1');
      expect(order.splice(0)).toEqual(['', '/a/']);
    });

    test('STO-14 a disposed watch is silent at once, even amid a delivery', async () => {
      const lines: string[] = [];
      const first = store.watch({
        prefix: '/',
        onEvents: () => {
          lines.push('first');
          first.dispose();
          second.dispose();
        },
      });
      const second = store.watch({ prefix: '/', onEvents: () => lines.push('second') });
      store.watch({ prefix: '/a', onEvents: () => lines.push('third') });
      await put('/a', '1');
      await put('/a', '2');
      first.dispose();
      expect(lines).toEqual(['first', 'third', 'third']);
    });

    test('STO-15 a watch added amid a delivery neither misses nor repeats an event', async () => {
      const added: string[][] = [];
      store.watch({
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
      store.watch({
        prefix: '/in/',
        onEvents: (events) => {
          for (const { kv } of events) {
            writes.push(put(`/out/${kv.value}`, kv.value));
            if (kv.value === '1') writes.push(put('/in/a', '2'));
          }
        },
      });
      const after = record('/');
      const late = store.watch({ prefix: '/out/1', onEvents: () => added.push(record('/', 2).lines) });
      const added: string[][] = [];
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
      store.watch({
        prefix: '/',
        startRevision: 2,
        onEvents: (events) => {
          lines.push(...events.map(show));
          if (lines.length === 1) void put('/b', '1');
        },
      });
      expect(lines).toEqual(['+/a=1@2', '+/a=2@3', '+/b=1@4']);
      expect(other.lines).toEqual(['+/b=1@4']);
    });

    test('STO-20 a lease deletes its keys under one revision when it expires', async () => {
      const lease = await store.grantLease(60_000);
      await put('/b', '1', lease);
      await put('/a', '1', lease);
      await put('/c', '1');
      const { lines } = record('/');
      expect((await store.get('/a')).kv?.lease).toBe(lease);
      await pass(59_000);
      expect(lines).toEqual([]);
      await pass(2000);
      expect(lines).toEqual(['-/a=1@5 -/b=1@5']);
      await expect(put('/d', '1', lease)).rejects.toMatchObject({ code: 'leaseNotFound' });
    });

    test('STO-21 keeping a lease alive gives it its full time again', async () => {
      const lease = await store.grantLease(10_000);
      await put('/a', '1', lease);
      for (let i = 0; i < 5; i++) {
        await pass(8000);
        await store.keepAlive(lease);
      }
      expect(await keys('/')).toEqual(['/a']);
      await pass(12_000);
      expect(await keys('/')).toEqual([]);
      await expect(store.keepAlive(lease)).rejects.toMatchObject({ code: 'leaseNotFound' });
    });

    test('STO-22 a key belongs to the lease of its last write', async () => {
      const [one, two] = [await store.grantLease(10_000), await store.grantLease(20_000)];
      await put('/moved', '1', one);
      await put('/moved', '2', two);
      await put('/freed', '1', one);
      await put('/freed', '2');
      await put('/again', '1', one);
      await del('/again');
      await put('/again', '2');
      await put('/kept', '1', one);
      await put('/kept', '2', one);
      await pass(12_000);
      expect(await keys('/')).toEqual(['/again', '/freed', '/moved']);
      await pass(10_000);
      expect(await keys('/')).toEqual(['/again', '/freed']);
    });

    test('STO-23 revoking is expiring now', async () => {
      const lease = await store.grantLease(10_000);
      await put('/a', '1', lease);
      const { lines } = record('/');
      await store.revokeLease(lease);
      expect(lines).toEqual(['-/a=1@3']);
      await expect(store.revokeLease(lease)).rejects.toMatchObject({ code: 'leaseNotFound' });
      const empty = await store.grantLease(10_000);
      await store.revokeLease(empty);
      expect((await store.status()).revision).toBe(3);
    });

    test('STO-30 a disposed store refuses everything', async () => {
      const { lines, dispose } = record('/');
      const lease = await store.grantLease(1000);
      await put('/a', '1', lease);
      store.dispose();
      store.dispose();
      await pass(2000);
      expect(lines).toEqual(['+/a=1@2']);
      const refused = { code: 'disposed' };
      await expect(store.status()).rejects.toMatchObject(refused);
      await expect(store.get('/a')).rejects.toMatchObject(refused);
      await expect(store.range('/')).rejects.toMatchObject(refused);
      await expect(put('/a', '1')).rejects.toMatchObject(refused);
      await expect(store.snapshot()).rejects.toMatchObject(refused);
      expect(() => record('/')).toThrow(expect.objectContaining(refused));
      dispose();
    });

    test('STO-31 two writers that race by compare-and-swap lose no update', async () => {
      await put('/n', '0');
      const add = async (times: number): Promise<void> => {
        for (let done = 0; done < times; ) {
          const { kv } = await store.get('/n');
          const { succeeded } = await store.txn({
            compare: [{ key: '/n', modRevision: kv?.modRevision ?? 0 }],
            success: [{ type: 'put', key: '/n', value: `${Number(kv?.value) + 1}` }],
          });
          if (succeeded) done++;
        }
      };
      await Promise.all([add(5000), add(5000)]);
      const { kv, revision } = await store.get('/n');
      expect(kv).toMatchObject({ value: '10000', version: 10_001 });
      expect(revision).toBe(10_002);
    });

    test('STO-32 1,000 watchers see every event once and in order across a compaction and a reconnect', async () => {
      const writes = 60;
      const watchers = Array.from({ length: 1000 }, (_, i) => {
        const prefix = i % 2 === 0 ? '/' : '/even/';
        const seen: number[] = [];
        const connect = (startRevision?: number) =>
          store.watch({ prefix, startRevision, onEvents: (events) => seen.push(...events.map((e) => e.revision)) });
        return { seen, prefix, connect, watch: connect() };
      });
      const expected: Record<string, number[]> = { '/': [], '/even/': [] };
      const write = async (): Promise<void> => {
        for (let i = 0; i < writes; i++) {
          const { revision } = await put(i % 2 === 0 ? `/even/${i}` : `/odd/${i}`, 'x');
          expected['/']?.push(revision);
          if (i % 2 === 0) expected['/even/']?.push(revision);
        }
      };
      await write();
      const left = (await store.status()).revision;
      for (const watcher of watchers.slice(0, 500)) watcher.watch.dispose();
      await write();
      await store.compact(left);
      for (const watcher of watchers.slice(0, 500)) {
        expect(() => watcher.connect(left - 1)).toThrow(expect.objectContaining({ code: 'compacted' }));
        watcher.watch = watcher.connect(left + 1);
      }
      await write();
      for (const { seen, prefix } of watchers) expect(seen).toEqual(expected[prefix]);
    });

    test(`STO-33 random histories agree with a full copy of the world per revision (seed ${MODEL_SEED})`, async () => {
      await checkAgainstModel(async () => (await make()).store, { seed: MODEL_SEED, numRuns: 200 });
    });
  });
}

const show = ({ type, kv }: StoreEvent<string>): string =>
  `${type === 'put' ? '+' : '-'}${kv.key}=${kv.value}@${kv.modRevision}`;
