import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openChannels } from './exec-transport.ts';

test('TAB-8 a process that is refused leaves no connection open', async () => {
  const status = { kind: 'Status', code: 400, message: 'container nosuch is not valid for pod web' };
  const server = createServer((_, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status));
  });
  // As the real API server does, it waits for another request.
  server.keepAliveTimeout = 0;
  const ended = once(server, 'connection').then(([socket]) => once(socket, 'close'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const path = '/api/v1/namespaces/default/pods/web/exec';
  const request = { method: 'POST', path, query: {}, headers: { upgrade: 'websocket' } };
  const { body } = await openChannels(request, `http://127.0.0.1:${port}${path}`, {}, {});
  expect(body).toEqual({ kind: 'object', object: status });
  await ended;
  server.close();
}, 10_000);
