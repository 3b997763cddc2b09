import { kinds } from '@tabernetes/api';
import type { ConfigMap } from '@tabernetes/api/types/core-v1';
import { StatusError } from '@tabernetes/apimachinery';
import { testApiServer } from '@tabernetes/apiserver/testing';
import { createClient } from '@tabernetes/client';
import { describe, expect, test } from 'vitest';

const ADMIN = { name: 'admin', groups: ['system:masters'] };
const counter = (name: string): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { n: '0' },
});

describe('races through the API', () => {
  test('two writers race on one object 10,000 times and lose no update', { timeout: 120_000 }, async () => {
    const { server, dispose } = await testApiServer();
    const maps = createClient(server, { user: ADMIN, userAgent: 'racer' }).resource(kinds.configMap);
    await maps.create(counter('c'));
    let conflicts = 0;
    const writer = async (times: number): Promise<void> => {
      for (let done = 0; done < times; ) {
        const current = await maps.get('c', 'default');
        try {
          await maps.update({ ...current, data: { n: String(Number(current.data?.['n']) + 1) } });
          done++;
        } catch (error) {
          if (!(error instanceof StatusError) || error.reason !== 'Conflict') throw error;
          conflicts++;
        }
      }
    };
    await Promise.all([writer(5_000), writer(5_000)]);
    expect((await maps.get('c', 'default')).data).toEqual({ n: '10000' });
    expect(conflicts).toBeGreaterThan(0);
    dispose();
  });

  test('1,000 watchers see every event once and in order, across a compaction and a reconnect', {
    timeout: 120_000,
  }, async () => {
    const { server, store, dispose } = await testApiServer();
    const maps = createClient(server, { user: ADMIN, userAgent: 'watchers' }).resource(kinds.configMap);
    await maps.create(counter('c'));
    const from = (await maps.list()).metadata.resourceVersion ?? '';
    const watchers = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const watcher = { seen: [] as string[], last: from, stop: (): void => undefined };
        const connect = async (): Promise<void> => {
          const source = await maps.watch({ namespace: 'default', resourceVersion: watcher.last });
          watcher.stop = source.start({
            next({ type, object }) {
              watcher.seen.push(`${type} ${(object as ConfigMap).data?.['n']}`);
              watcher.last = object.metadata.resourceVersion ?? '';
            },
            end: () => undefined,
          });
        };
        await connect();
        return { watcher, connect };
      }),
    );
    const write = async (first: number, last: number): Promise<void> => {
      for (let n = first; n <= last; n++) await maps.patch('c', 'default', 'merge', { data: { n: String(n) } });
    };
    await write(1, 50);
    // Half of them lose their connection, and miss what comes; the compaction spares what they have not seen yet.
    const lost = watchers.filter((_, i) => i % 2 === 0);
    for (const { watcher } of lost) watcher.stop();
    await store.compact((await store.status()).revision);
    await write(51, 100);
    for (const { connect } of lost) await connect();
    await write(101, 120);
    const expected = Array.from({ length: 120 }, (_, i) => `MODIFIED ${i + 1}`);
    for (const { watcher } of watchers) expect(watcher.seen).toEqual(expected);
    dispose();
  });
});
