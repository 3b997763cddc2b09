import type { Hop } from '@tabernetes/node-api';
import { expect, test } from 'vitest';
import { trafficHost } from './host/traffic-host.ts';
import type { TrafficBatch } from './traffic-protocol.ts';

function setUp() {
  let tell: (hop: Hop) => void = () => undefined;
  const batches: TrafficBatch[] = [];
  let ask: (event: { readonly data: unknown }) => void = () => undefined;
  trafficHost(
    {
      onHop(listener) {
        tell = listener;
        return { dispose: () => undefined };
      },
    },
    {
      postMessage: (batch) => void batches.push(batch as TrafficBatch),
      addEventListener(_, listener) {
        ask = listener;
      },
      removeEventListener: () => undefined,
    },
  );
  const from = { ip: '10.244.1.2', port: 40_000, pod: 'default/a', node: 'node-1' };
  const to = { ip: '10.244.2.2', port: 80, pod: 'default/web', node: 'node-2' };
  const hop = (kind: Hop['kind'], detail: string, ends: Partial<Hop> = {}): void =>
    tell({ timeMs: 5, connection: 1, kind, from, to, detail, ...ends });
  return { hop, batches, from, to, next: () => ask({ data: { type: 'next' } }) };
}

test('TRF-1 a request through a Service is one journey with its status, told when the page asks', () => {
  const { hop, batches, from, to, next } = setUp();
  hop('service', 'default/web', { to: { ip: '10.96.0.9', port: 80 } });
  hop('connect', 'http');
  hop('request', 'GET /');
  hop('closed', '');
  hop('response', '503 Service Unavailable', { from: to, to: from });
  expect(batches).toEqual([]);
  next();
  expect(batches.flatMap(({ journeys }) => journeys)).toEqual([
    {
      timeMs: 5,
      from: { pod: 'default/a', node: 'node-1', ip: '10.244.1.2' },
      to: { pod: 'default/web', node: 'node-2', ip: '10.244.2.2' },
      service: 'default/web',
      request: 'GET /',
      status: '503 Service Unavailable',
      isBad: true,
    },
  ]);
});

test('TRF-1 what is refused ends badly; kubelets that probe are not told of', () => {
  const { hop, batches, to, next } = setUp();
  next();
  hop('request', 'GET /healthz', { connection: 2, from: { ip: '172.18.0.3', port: 1, node: 'node-2' } });
  hop('response', '200 OK', { connection: 2, from: to, to: { ip: '172.18.0.3', port: 1, node: 'node-2' } });
  hop('refused', 'connection refused', { connection: 3 });
  expect(batches.flatMap(({ journeys }) => journeys.map(({ status, isBad }) => [status, isBad]))).toEqual([
    ['connection refused', true],
  ]);
});
