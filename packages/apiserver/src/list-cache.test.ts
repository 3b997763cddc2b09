import type { KubeObject } from '@tabernetes/apimachinery';
import { virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import { describe, expect, test } from 'vitest';
import { listCache } from './list-cache.ts';

const object = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name } });

describe('listCache', () => {
  test('API-55 gives the same list until something in it is written', async () => {
    const store = memoryStore<KubeObject>({ clock: virtualClock({ startMs: 0 }) });
    const cache = listCache(store);
    const put = (key: string) =>
      store.txn({ compare: [], success: [{ type: 'put', key: `/lr/${key}`, value: object(key) }] });
    const list = () => cache.list('/lr/', 'a');

    const empty = await list();
    expect(empty).toEqual([]);
    expect(await list()).toBe(empty);
    await put('a/1');
    const one = await list();
    expect(one.map(({ metadata }) => metadata.name)).toEqual(['a/1']);
    await store.txn({ compare: [], success: [{ type: 'put', key: '/other/1', value: object('x') }] });
    expect(await list()).toBe(one);
    await store.txn({ compare: [], success: [{ type: 'delete', key: '/lr/a/1' }] });
    expect(await list()).toEqual([]);
    expect(await cache.list('/lr/', '')).toEqual([]);

    cache.dispose();
    store.dispose();
  });

  test('API-55 nobody who is told of a write is answered from before it', async () => {
    const store = memoryStore<KubeObject>({ clock: virtualClock({ startMs: 0 }) });
    const cache = listCache(store);
    const seen: unknown[] = [];
    // Watches before the cache has been asked for anything of the kind.
    const watch = store.watch({
      prefix: '/ns/',
      onEvents: () => seen.push(cache.getNow('/ns/', '', 'a'), cache.listNow('/ns/', '')),
    });
    expect([await cache.get('/ns/', '', 'a'), await cache.list('/ns/', '')]).toEqual([undefined, []]);
    expect([cache.getNow('/ns/', '', 'a'), cache.listNow('/ns/', '')]).toEqual([{ object: undefined }, []]);
    await store.txn({ compare: [], success: [{ type: 'put', key: '/ns/a', value: object('a') }] });
    expect(seen).toEqual([undefined, undefined]);
    expect((await cache.get('/ns/', '', 'a'))?.metadata.name).toBe('a');

    watch.dispose();
    cache.dispose();
    store.dispose();
  });
});
