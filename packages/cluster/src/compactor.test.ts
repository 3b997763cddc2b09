import type { KubeObject } from '@tabernetes/apimachinery';
import { virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import { expect, test } from 'vitest';
import { createCluster } from './cluster.ts';
import { compactor } from './compactor.ts';

test('CLU-100 history is kept for one interval, and no longer than two', async () => {
  const cluster = await createCluster({ nodes: 0, clock: 'virtual', compactionIntervalMs: 300_000 });
  const list = async (query: string) => {
    const answer = await cluster.fetch(new Request(`https://cluster/api/v1/namespaces?limit=1${query}`));
    return { status: answer.status, body: await answer.json() };
  };
  const token = (await list('')).body.metadata.continue;
  await cluster.clock.advance('4m');
  expect(await list(`&continue=${token}`)).toMatchObject({ status: 200 });
  await cluster.client.request({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { kind: 'object', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } } },
  });
  await cluster.clock.advance('11m');
  const late = await list(`&continue=${token}`);
  expect(late).toMatchObject({ status: 410, body: { reason: 'Expired', metadata: { continue: expect.any(String) } } });
  expect(await list(`&continue=${late.body.metadata.continue}`)).toMatchObject({ status: 200 });
  await cluster.stop();
});

test('CLU-100 a store that is closed while it answers is not asked to forget', async () => {
  const clock = virtualClock({ startMs: 0 });
  const store = memoryStore<KubeObject>({ clock });
  const value: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } };
  const errors: unknown[] = [];
  let asked = 0;
  const status = async () => {
    const answer = await store.status();
    asked++;
    if (asked === 2) {
      ending.dispose();
      store.dispose();
    }
    return answer;
  };
  const ending = compactor(
    {
      store: { ...store, status, compact: (revision) => store.compact(revision) },
      clock,
      onError: (error) => errors.push(error),
    },
    1_000,
  );
  await store.txn({ compare: [], success: [{ type: 'put', key: '/a', value }] });
  await clock.advance(2_000);
  expect(asked).toBe(2);
  expect(errors).toEqual([]);
});
