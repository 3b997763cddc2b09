import type { ApiRequest, ApiResponse } from '@tabernetes/apimachinery';
import type { ClientConfig } from '@tabernetes/kubectl';
import type { FetchOptions, HttpAnswer } from '@tabernetes/node-api';
import { expect, test } from 'vitest';
import { networkConnection } from './network-connection.ts';

const CONFIG = { server: 'http://elsewhere:8080', insecure: false, token: 'mine', timeoutMs: 0 } as ClientConfig;
const UPGRADED: ApiResponse = { status: 101, headers: {}, body: { kind: 'empty' } };
const EXEC: ApiRequest = {
  method: 'POST',
  path: '/api/v1/namespaces/default/pods/web/exec',
  query: { command: 'cat\0a b', container: 'web' },
  headers: { upgrade: 'websocket', connection: 'Upgrade' },
};

async function ask(status: number, body: string, contentType: string) {
  const asked: { url: string; options: FetchOptions | undefined }[] = [];
  const answer: HttpAnswer = {
    status,
    statusText: '',
    headers: { 'content-type': contentType },
    httpVersion: '1.1',
    body: new ReadableStream<Uint8Array>(),
    text: async () => body,
  };
  const net = {
    async fetch(url: string, options?: FetchOptions): Promise<HttpAnswer> {
      asked.push({ url, options });
      return answer;
    },
  };
  const process = { net, signal: new AbortController().signal };
  let carried: ApiRequest | undefined;
  const connection = networkConnection(CONFIG, process, {
    async request(request) {
      carried = request;
      return UPGRADED;
    },
  });
  return { answered: await connection.request(EXEC), asked, carried };
}

test('CLU-79 the server that is named is asked, and streams begin only where it misses nothing but the protocol', async () => {
  const refusal = JSON.stringify({ kind: 'Status', message: 'Upgrade request required', code: 400 });
  const { answered, asked, carried } = await ask(400, refusal, 'application/json');
  expect(answered).toBe(UPGRADED);
  expect(asked.map(({ url }) => url)).toEqual([`${CONFIG.server}${EXEC.path}?command=cat&command=a+b&container=web`]);
  expect(asked[0]?.options?.headers).toEqual({ authorization: 'Bearer mine' });
  expect(carried?.headers).toEqual({ ...EXEC.headers, authorization: 'Bearer mine' });
});

test('CLU-79 a server that is none of an API gets no stream, and its answer stands', async () => {
  const page = await ask(404, '<html>', 'text/html');
  expect([page.answered.status, page.carried]).toEqual([404, undefined]);
  const forbidden = await ask(403, '{"kind":"Status","message":"no","code":403}', 'application/json');
  expect([forbidden.answered.status, forbidden.carried]).toEqual([403, undefined]);
  const anything = await ask(200, '{"message":"Upgrade request required"}', 'application/json');
  expect(anything.carried).toBe(undefined);
});
