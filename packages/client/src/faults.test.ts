import type { ApiRequest, StatusError, WatchSink } from '@tabernetes/apimachinery';
import { seededRng, virtualClock } from '@tabernetes/base';
import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { createFaults, type FaultRule } from './faults.ts';

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

function setUp(...rules: FaultRule[]) {
  const clock = virtualClock({ startMs: 0 });
  const faults = createFaults({ clock, rng: seededRng(1) });
  const requests: ApiRequest[] = [];
  const sinks: WatchSink[] = [];
  const transport = faults.around({
    async request(request) {
      requests.push(request);
      if (request.query['watch'] === 'true') {
        const start = (sink: WatchSink) => {
          sinks.push(sink);
          return () => void sinks.splice(sinks.indexOf(sink), 1);
        };
        return { status: 200, headers: {}, body: { kind: 'watch', watch: { start } } };
      }
      return { status: 200, headers: {}, body: { kind: 'object', object: { kind: 'ConfigMap' } } };
    },
  });
  const handles = rules.map((rule) => faults.add(rule));
  const client = createClient(transport, { userAgent: 'kubelet', user: { name: 'system:node:node-1', groups: [] } });
  const get = () =>
    client
      .resource(configMaps)
      .get('a', 'default')
      .then(
        () => 200,
        (e: StatusError) => e.code,
      );
  return { clock, faults, requests, sinks, handles, client, get };
}

test('CLT-11 a request that a rule names is refused; others, and those after the rule is gone, are not', async () => {
  const { get, handles, requests, faults } = setUp(
    { match: { component: 'kube-scheduler' }, fault: { kind: 'refuse', code: 500 } },
    {
      match: { user: 'system:node:node-1', methods: ['GET'], path: /configmaps/ },
      fault: { kind: 'refuse', code: 429 },
    },
  );
  expect([await get(), faults.struck, requests.length]).toEqual([429, 1, 0]);
  for (const handle of handles) handle.dispose();
  expect(await get()).toBe(200);
});

test('CLT-11 by chance and so often', async () => {
  const { get } = setUp({ probability: 0.5, times: 3, fault: { kind: 'refuse', code: 409 } });
  const codes: number[] = [];
  for (let i = 0; i < 20; i++) codes.push(await get());
  expect(codes.filter((code) => code === 409)).toHaveLength(3);
  expect(codes.indexOf(200)).toBeLessThan(codes.lastIndexOf(409));
});

test('CLT-11 what loses its answer has been done; what is late comes', async () => {
  const lost = setUp({ fault: { kind: 'loseAnswer' } });
  expect([await lost.get(), lost.requests.length]).toEqual([504, 1]);
  const late = setUp({ fault: { kind: 'delay', delayMs: 500 } });
  const answer = late.get();
  await late.clock.advance(499);
  expect(late.requests).toEqual([]);
  await late.clock.advance(1);
  expect(await answer).toBe(200);
});

test('CLT-11 a watch is dropped after a while', async () => {
  const { client, clock, sinks, get } = setUp({ fault: { kind: 'dropWatch', afterMs: 100 } });
  expect(await get()).toBe(200);
  let ends = 0;
  (await client.resource(configMaps).watch()).start({ next: () => undefined, end: () => void ends++ });
  await clock.advance(99);
  expect([ends, sinks.length]).toEqual([0, 1]);
  await clock.advance(1);
  expect([ends, sinks.length]).toEqual([1, 0]);
});

test('CLT-11 a rule strikes watches that are open already', async () => {
  const { client, clock, faults, sinks } = setUp();
  let ends = 0;
  (await client.resource(configMaps).watch()).start({ next: () => undefined, end: () => void ends++ });
  faults.add({ match: { component: 'kubelet' }, fault: { kind: 'dropWatch', afterMs: 100 } });
  await clock.advance(100);
  expect([ends, sinks.length, faults.struck]).toEqual([1, 0, 1]);
});
