import { createCluster } from '@tabernetes/cluster';
import { afterEach, expect, test } from 'vitest';
import { followWorld } from './connect/world-connect.ts';
import { worldHost } from './host/world-host.ts';
import type { WorldBatch } from './world-protocol.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A cluster and a page that follows it; `frame` lets the page ask for the next batch. */
async function followed() {
  let world: ReturnType<typeof worldHost> | undefined;
  const cluster = await createCluster({ clock: 'virtual', onStore: (changes) => world?.changed(changes) });
  world = worldHost(() => cluster.clock);
  const { port1, port2 } = new MessageChannel();
  const batches: WorldBatch[] = [];
  const waiting: (() => void)[] = [];
  const host = world.open(port2);
  const page = followWorld(port1, {
    onBatch: (batch) => batches.push(batch),
    nextFrame: (then) => waiting.push(then),
  });
  cleanups.push(() => {
    page.dispose();
    host.dispose();
    port1.close();
    return cluster.stop();
  });
  const turns = async () => {
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    cluster,
    batches,
    turns,
    frame: async () => {
      for (const then of waiting.splice(0)) then();
      await turns();
    },
  };
}

const configMap = (name: string, value: string) => ({
  method: 'POST',
  path: '/api/v1/namespaces/default/configmaps',
  headers: { 'content-type': 'application/json' },
  body: {
    kind: 'object' as const,
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } },
  },
});

test('WRK-4 what changes between two frames comes in one batch, each object once', async () => {
  const { cluster, batches, frame, turns } = await followed();
  await turns();
  await frame();
  // A page that has asked is told at once; from then on it is between two frames.
  await cluster.client.request(configMap('before', '1'));
  await turns();
  const before = batches.length;
  await cluster.client.request(configMap('a', '1'));
  await cluster.client.request({
    method: 'PATCH',
    path: '/api/v1/namespaces/default/configmaps/a',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { kind: 'object', object: { data: { value: '2' } } },
  });
  await frame();
  const batch = batches.slice(before).find(({ put }) => put.some(([key]) => key.includes('configmaps/default/a')));
  const maps = batches.slice(before).flatMap(({ put }) => put.filter(([, object]) => object.kind === 'ConfigMap'));
  expect(batch).toBeDefined();
  expect(maps.at(-1)?.[1]).toMatchObject({ data: { value: '2' } });
  const writes = batches.slice(before).flatMap((each) => each.writes);
  expect(writes.filter(({ name }) => name === 'a').map(({ verb, changed }) => [verb, ...changed])).toEqual([
    ['create'],
    ['update', 'data.value'],
  ]);
});

test('WRK-16 a deletion has no writer: objects do not say who removed them', async () => {
  const { cluster, batches, frame, turns } = await followed();
  await turns();
  await cluster.client.request(configMap('a', '1'));
  await cluster.client.request({ method: 'DELETE', path: '/api/v1/namespaces/default/configmaps/a' });
  await frame();
  await frame();
  const writes = batches.flatMap((batch) => batch.writes).filter(({ name }) => name === 'a');
  expect(writes.map(({ verb, manager }) => [verb, manager])).toEqual([
    ['create', 'tabernetes'],
    ['delete', ''],
  ]);
});

test('WRK-5 a page that does not ask gets nothing, and everything once it does', async () => {
  const { cluster, batches, frame, turns } = await followed();
  await turns();
  const before = batches.length;
  for (let n = 0; n < 50; n++) await cluster.client.request(configMap(`m${n}`, 'x'));
  await turns();
  expect(batches.length).toBe(before);
  await frame();
  expect(batches.length).toBe(before + 1);
  expect(batches.at(-1)?.put.filter(([, { metadata }]) => /^m\d+$/.test(metadata.name ?? '')).length).toBe(50);
});

test('WRK-5 what is too much for a frame comes with several, each object once', async () => {
  const { cluster, batches, frame, turns } = await followed();
  await turns();
  for (let n = 0; n < 10; n++) await frame();
  const before = batches.length;
  for (let n = 0; n < 400; n++) await cluster.client.request(configMap(`m${n}`, 'x'));
  for (let n = 0; n < 10; n++) await frame();
  const sizes = batches.slice(before).map(({ put }) => put.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(150);
  const names = batches.slice(before).flatMap(({ put }) => put.map(([, { metadata }]) => metadata.name ?? ''));
  expect(names.filter((name) => /^m\d+$/.test(name)).length).toBe(400);
  const written = batches.slice(before).flatMap(({ writes }) => writes.map(({ name }) => name));
  expect(written.filter((name) => /^m\d+$/.test(name))).toEqual(Array.from({ length: 400 }, (_, n) => `m${n}`));
});
