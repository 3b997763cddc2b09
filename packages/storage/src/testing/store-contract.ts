import { describe, expect, test } from 'vitest';
import type { LeaseId, Op } from '../store.ts';
import { leaseContract } from './lease-contract.ts';
import { checkAgainstModel } from './store-model.ts';
import { type StoreFixture, storeProbe } from './store-probe.ts';
import { watchContract } from './watch-contract.ts';

const MODEL_SEED = 20250101;

/** What every driver does, by the rules of SPEC.md. */
export function storeContract(name: string, make: () => Promise<StoreFixture> | StoreFixture): void {
  describe(`store contract: ${name}`, () => {
    const t = storeProbe(make);
    const { put, del, keys, record } = t;

    test('STO-1 an empty store is at revision 1', async () => {
      expect(await t.store.status()).toEqual({ revision: 1, compactRevision: 1 });
      expect(await t.store.get('/a')).toEqual({ revision: 1, kv: undefined });
      expect(await t.store.range('/')).toEqual({ revision: 1, kvs: [], count: 0 });
    });

    test('STO-2 every writing transaction is one revision; one that writes nothing is none', async () => {
      const both: Op<string>[] = [
        { type: 'put', key: '/a', value: '1' },
        { type: 'put', key: '/b', value: '1' },
      ];
      expect((await t.store.txn({ compare: [], success: both })).revision).toBe(2);
      expect((await del('/nothing')).revision).toBe(2);
      expect((await t.store.txn({ compare: [], success: [] })).revision).toBe(2);
      expect((await put('/a', '2')).revision).toBe(3);
      expect((await t.store.range('/')).kvs).toEqual([
        { key: '/a', value: '2', createRevision: 2, modRevision: 3, version: 2 },
        { key: '/b', value: '1', createRevision: 2, modRevision: 2, version: 1 },
      ]);
    });

    test('STO-3 a value may be made from the revision that it is written at', async () => {
      const value = (revision: number): string => `at ${revision}`;
      const { kvs } = await t.store.txn({ compare: [], success: [{ type: 'put', key: '/a', value }] });
      expect(kvs[0]?.value).toBe('at 2');
    });

    test('STO-4 a key that is created again starts over', async () => {
      await put('/a', '1');
      await put('/a', '2');
      expect((await del('/a')).kvs).toEqual([{ key: '/a', value: '2', createRevision: 2, modRevision: 3, version: 2 }]);
      await put('/a', '3');
      expect((await t.store.get('/a')).kv).toEqual({
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
        t.store.txn({
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
      await expect(t.store.txn({ compare: [], success: twice })).rejects.toMatchObject({ code: 'duplicateKey' });
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
      await expect(t.store.txn({ compare: [], success: failing })).rejects.toThrow('no value');
      const unleased: Op<string>[] = [
        { type: 'put', key: '/a', value: '1' },
        { type: 'put', key: '/b', value: '1', lease: 999 as LeaseId },
      ];
      await expect(t.store.txn({ compare: [], success: unleased })).rejects.toMatchObject({ code: 'leaseNotFound' });
      expect(await t.store.range('/')).toEqual({ revision: 1, kvs: [], count: 0 });
    });

    test('STO-7 ranges are in key order, limited, and counted from where they start', async () => {
      for (const key of ['/p/c', '/p/a', '/q/a', '/p/b', '/p', '/p/d', '/p0']) await put(key, 'x');
      expect(await keys('/p/')).toEqual(['/p/a', '/p/b', '/p/c', '/p/d']);
      expect(await keys('')).toHaveLength(7);
      expect(await t.store.range('/p/', { limit: 2 })).toMatchObject({
        kvs: [{ key: '/p/a' }, { key: '/p/b' }],
        count: 4,
      });
      const rest = await t.store.range('/p/', { limit: 2, startKey: '/p/b\0' });
      expect(rest).toMatchObject({ kvs: [{ key: '/p/c' }, { key: '/p/d' }], count: 2 });
      expect(await keys('/p/', { startKey: '/a' })).toHaveLength(4);
      expect(await t.store.range('/p/', { startKey: '/q' })).toMatchObject({ kvs: [], count: 0 });
    });

    test('STO-8 every kept revision can be read, page by page', async () => {
      for (let i = 0; i < 10; i++) await put(`/p/${i}`, 'old');
      const { revision } = await t.store.status();
      await del('/p/3');
      await put('/p/5', 'new');
      await put('/p/35', 'new');
      const paged: string[] = [];
      let startKey: string | undefined = '/p/';
      while (startKey !== undefined) {
        const page = await t.store.range('/p/', { revision, limit: 3, startKey });
        expect(page.count).toBe(10 - paged.length);
        paged.push(...page.kvs.map((kv) => `${kv.key}=${kv.value}`));
        startKey = page.count > page.kvs.length ? `${page.kvs.at(-1)?.key}\0` : undefined;
      }
      expect(paged).toEqual(Array.from({ length: 10 }, (_, i) => `/p/${i}=old`));
      expect((await t.store.get('/p/3', { revision })).kv?.value).toBe('old');
      expect((await t.store.get('/p/35', { revision })).kv).toBeUndefined();
    });

    test('STO-9 what is compacted or yet to come is refused', async () => {
      for (let i = 0; i < 5; i++) await put('/a', `${i}`);
      await t.store.compact(4);
      expect(await t.store.status()).toEqual({ revision: 6, compactRevision: 4 });
      expect((await t.store.get('/a', { revision: 4 })).kv?.value).toBe('2');
      const compacted = { code: 'compacted', revision: 4 };
      await expect(t.store.get('/a', { revision: 3 })).rejects.toMatchObject(compacted);
      await expect(t.store.range('/', { revision: 3 })).rejects.toMatchObject(compacted);
      await expect(t.store.compact(4)).rejects.toMatchObject(compacted);
      expect(() => record('/', 3)).toThrow(expect.objectContaining(compacted));
      const future = { code: 'futureRevision', revision: 6 };
      await expect(t.store.get('/a', { revision: 7 })).rejects.toMatchObject(future);
      await expect(t.store.range('/', { revision: 7 })).rejects.toMatchObject(future);
      await expect(t.store.compact(7)).rejects.toMatchObject(future);
    });

    watchContract(t);
    leaseContract(t);

    test('STO-30 a disposed store refuses everything', async () => {
      const { lines, dispose } = record('/');
      const lease = await t.store.grantLease(1000);
      await put('/a', '1', lease);
      t.store.dispose();
      t.store.dispose();
      await t.pass(2000);
      expect(lines).toEqual(['+/a=1@2']);
      const refused = { code: 'disposed' };
      await expect(t.store.status()).rejects.toMatchObject(refused);
      await expect(t.store.get('/a')).rejects.toMatchObject(refused);
      await expect(t.store.range('/')).rejects.toMatchObject(refused);
      await expect(put('/a', '1')).rejects.toMatchObject(refused);
      await expect(t.store.snapshot()).rejects.toMatchObject(refused);
      expect(() => record('/')).toThrow(expect.objectContaining(refused));
      dispose();
    });

    test('STO-31 two writers that race by compare-and-swap lose no update', async () => {
      await put('/n', '0');
      const add = async (times: number): Promise<void> => {
        for (let done = 0; done < times; ) {
          const { kv } = await t.store.get('/n');
          const { succeeded } = await t.store.txn({
            compare: [{ key: '/n', modRevision: kv?.modRevision ?? 0 }],
            success: [{ type: 'put', key: '/n', value: `${Number(kv?.value) + 1}` }],
          });
          if (succeeded) done++;
        }
      };
      await Promise.all([add(5000), add(5000)]);
      const { kv, revision } = await t.store.get('/n');
      expect(kv).toMatchObject({ value: '10000', version: 10_001 });
      expect(revision).toBe(10_002);
    });

    test('STO-32 1,000 watchers see every event once and in order across a compaction and a reconnect', async () => {
      const writes = 60;
      const watchers = Array.from({ length: 1000 }, (_, i) => {
        const prefix = i % 2 === 0 ? '/' : '/even/';
        const seen: number[] = [];
        const connect = (startRevision?: number) =>
          t.store.watch({ prefix, startRevision, onEvents: (events) => seen.push(...events.map((e) => e.revision)) });
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
      const left = (await t.store.status()).revision;
      for (const watcher of watchers.slice(0, 500)) watcher.watch.dispose();
      await write();
      await t.store.compact(left);
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
