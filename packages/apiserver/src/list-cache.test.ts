import type { KubeObject } from '@tabernetes/apimachinery';
import { virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import { describe, expect, test } from 'vitest';
import { listCache } from './list-cache.ts';
import { storagePrefix } from './registry/keys.ts';

const object = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name } });

const LIMIT_RANGES = storagePrefix({ group: '', plural: 'limitranges' });
const NAMESPACES = storagePrefix({ group: '', plural: 'namespaces' });

describe('listCache', () => {
  test('API-55 gives the same list until something in it is written', async () => {
    const store = memoryStore<KubeObject>({ clock: virtualClock({ startMs: 0 }) });
    const cache = listCache(store);
    const put = (key: string) =>
      store.txn({ compare: [], success: [{ type: 'put', key: `${LIMIT_RANGES}${key}`, value: object(key) }] });
    const list = () => cache.list(LIMIT_RANGES, 'a');

    const empty = await list();
    expect(empty).toEqual([]);
    expect(await list()).toBe(empty);
    await put('a/1');
    const one = await list();
    expect(one.map(({ metadata }) => metadata.name)).toEqual(['a/1']);
    await store.txn({ compare: [], success: [{ type: 'put', key: '/registry/core/others/1', value: object('x') }] });
    expect(await list()).toBe(one);
    await store.txn({ compare: [], success: [{ type: 'delete', key: `${LIMIT_RANGES}a/1` }] });
    expect(await list()).toEqual([]);
    expect(await cache.list(LIMIT_RANGES, '')).toEqual([]);

    cache.dispose();
    store.dispose();
  });

  test('API-55 nobody who is told of a write is answered from before it', async () => {
    const store = memoryStore<KubeObject>({ clock: virtualClock({ startMs: 0 }) });
    const cache = listCache(store);
    const seen: unknown[] = [];
    // Watches before the cache has been asked for anything of the kind.
    const watch = store.watch({
      prefix: NAMESPACES,
      onEvents: () => seen.push(cache.getNow(NAMESPACES, '', 'a'), cache.listNow(NAMESPACES, '')),
    });
    expect([await cache.get(NAMESPACES, '', 'a'), await cache.list(NAMESPACES, '')]).toEqual([undefined, []]);
    expect([cache.getNow(NAMESPACES, '', 'a'), cache.listNow(NAMESPACES, '')]).toEqual([{ object: undefined }, []]);
    await store.txn({ compare: [], success: [{ type: 'put', key: `${NAMESPACES}a`, value: object('a') }] });
    expect(seen).toEqual([undefined, undefined]);
    expect((await cache.get(NAMESPACES, '', 'a'))?.metadata.name).toBe('a');

    watch.dispose();
    cache.dispose();
    store.dispose();
  });
});
