import { connect as connectTwo } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { KubeList, KubeObject, WatchEvent } from '@tabernetes/apimachinery';
import { type TestApiServer, testApiServer } from '@tabernetes/apiserver/testing';
import { connectHttp } from '@tabernetes/worker/connect';
import { hostHttp } from '@tabernetes/worker/host';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ServingCertificate, servingCertificate } from './certificate.ts';
import { type HttpsServer, httpsServer } from './https-server.ts';

const CONFIGMAPS = '/api/v1/namespaces/default/configmaps';
const AUTHORIZATION = 'Bearer admintoken';
/** A watch that is so many events behind is closed. */
const WATCH_BUFFER_EVENTS = 20;

let certificate: ServingCertificate;
let api: TestApiServer;
let server: HttpsServer;
let close: () => Promise<void>;
/** Of the requests that came in, in order: aborted when their client has left. */
let signals: AbortSignal[];

beforeAll(async () => {
  certificate = await servingCertificate(['127.0.0.1'], new Date());
});
beforeEach(async () => {
  api = await testApiServer({ watchBufferEvents: WATCH_BUFFER_EVENTS });
  signals = [];
  const { port1, port2 } = new MessageChannel();
  const host = hostHttp(port2, (request) => {
    signals.push(request.signal);
    return api.server.fetch(request);
  });
  server = await httpsServer(connectHttp(port1), { host: '127.0.0.1', port: 0, certificate });
  close = async () => {
    await server.close();
    host.dispose();
    port1.close();
    api.dispose();
  };
});
afterEach(() => close());

function get(path: string, method = 'GET'): Promise<{ readonly code: number; readonly body: KubeList }> {
  return new Promise((resolve, reject) => {
    const options = { method, ca: certificate.ca, headers: { authorization: AUTHORIZATION } };
    const request = httpsRequest(`https://127.0.0.1:${server.port}${path}`, options, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => {
        text += data.toString();
      });
      response.on('end', () => resolve({ code: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    request.on('error', reject);
    request.end();
  });
}

/** A watch over a bare TLS socket, which can stop reading. Resolves when the first bytes have come. */
async function watch(query: string): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port: server.port, ca: certificate.ca, ALPNProtocols: ['http/1.1'] });
  socket.on('error', () => undefined);
  socket.write(
    `GET ${CONFIGMAPS}?watch=1&${query} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${AUTHORIZATION}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('readable', resolve));
  return socket;
}

/** All that is still to come over the socket, until the response ends. */
async function eventsOf(socket: TLSSocket): Promise<readonly WatchEvent[]> {
  const text = await new Promise<string>((resolve) => {
    const parts: Buffer[] = [];
    let tail = '';
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      tail = (tail + part.subarray(-5).toString()).slice(-5);
      if (tail === '0\r\n\r\n') resolve(Buffer.concat(parts).toString());
    });
    socket.resume();
  });
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  let lines = '';
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.slice(at, end), 16);
    if (!(size > 0)) break;
    lines += body.slice(end + 2, end + 2 + size);
    at = end + 4 + size;
  }
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WatchEvent);
}

const create = async (name: string, data = {}): Promise<string> => {
  const { object, status } = await api.send('POST', CONFIGMAPS, { metadata: { name }, data });
  expect(status).toBe(201);
  return object.metadata.resourceVersion ?? '';
};
const namesOf = ({ items }: KubeList): readonly (string | undefined)[] => items.map(({ metadata }) => metadata.name);

describe('httpsServer', () => {
  test('TAB-14 methods that nothing takes are refused, those too that fetch does not carry', async () => {
    for (const method of ['TRACE', 'LOCK']) {
      expect(await get(CONFIGMAPS, method), method).toMatchObject({
        code: 405,
        body: { message: 'the server does not allow this method on the requested resource' },
      });
    }
  });

  test('TAB-12 groups to impersonate come one by one, over HTTP/1 and HTTP/2', async () => {
    const groups = ['a, b', 'c,d', 'e'];
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const headers = {
      authorization: AUTHORIZATION,
      'content-type': 'application/json',
      'impersonate-user': 'bob',
      'impersonate-group': groups,
    };
    const overOne = await new Promise<string>((resolve, reject) => {
      const url = `https://127.0.0.1:${server.port}${path}`;
      httpsRequest(url, { method: 'POST', ca: certificate.ca, headers }, (response) => {
        response.setEncoding('utf8').once('data', resolve);
      })
        .on('error', reject)
        .end(body);
    });
    const session = connectTwo(`https://127.0.0.1:${server.port}`, { ca: certificate.ca });
    const overTwo = await new Promise<string>((resolve, reject) => {
      const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
      stream.setEncoding('utf8').once('data', resolve).on('error', reject).end(body);
    });
    session.close();
    for (const text of [overOne, overTwo])
      expect(JSON.parse(text).status.userInfo.groups).toEqual([...groups, 'system:authenticated']);
  });

  test('TAB-12 warnings come one by one', async () => {
    const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"w","a, \\"b":1},"c":2}';
    const path = `${CONFIGMAPS}?dryRun=All`;
    const headers = { authorization: AUTHORIZATION, 'content-type': 'application/json' };
    const raw = await new Promise<readonly string[]>((resolve, reject) => {
      const options = { method: 'POST', ca: certificate.ca, headers };
      httpsRequest(`https://127.0.0.1:${server.port}${path}`, options, (response) => {
        response.resume();
        resolve(response.rawHeaders.filter((_, i, all) => i % 2 === 1 && all[i - 1] === 'warning'));
      })
        .on('error', reject)
        .end(body);
    });
    expect(raw).toEqual(['299 - "unknown field \\"metadata.a, \\\\\\"b\\""', '299 - "unknown field \\"c\\""']);
  });

  test('TAB-7 a watch whose reader stops reading is ended, and misses nothing that it was sent', async () => {
    const from = await create('first');
    const socket = await watch(`resourceVersion=${from}`);
    // Big enough that the buffers between server and client are full after a hundred or two.
    const data = { blob: 'x'.repeat(150_000) };
    const written: string[] = [];
    for (let i = 0; i < 400; i++) {
      written.push(await create(`c-${i}`, data));
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // Who does not read disturbs nobody.
    expect((await get(`${CONFIGMAPS}/c-399`)).code).toBe(200);

    const events = await eventsOf(socket);
    const seen = events.map(({ object }) => object.metadata.resourceVersion);
    expect(seen).toEqual(written.slice(0, seen.length));
    expect(seen.length).toBeGreaterThan(WATCH_BUFFER_EVENTS);
    expect(seen.length).toBeLessThan(written.length);
    socket.destroy();

    // It goes on where it stopped.
    const rest = (await get(`${CONFIGMAPS}?resourceVersion=${seen.at(-1)}`)).body.items;
    expect(rest.length).toBe(401);
  });

  test('TAB-7 a client that vanishes in the middle of a watch frees what it held', async () => {
    const socket = await watch('');
    const [signal] = signals;
    expect(signal?.aborted).toBe(false);
    const gone = new Promise((resolve) => signal?.addEventListener('abort', resolve));
    socket.destroy();
    await gone;
    await create('after');
    expect((await get(`${CONFIGMAPS}/after`)).code).toBe(200);
  });

  describe('API-21 resourceVersion and resourceVersionMatch', () => {
    let old: string;
    let latest: string;
    beforeEach(async () => {
      await create('a');
      old = await create('b');
      latest = await create('c');
    });
    const cases: readonly {
      readonly query: () => string;
      readonly code?: number;
      readonly names?: string;
      readonly version?: () => string;
    }[] = [
      { query: () => '', names: 'a,b,c', version: () => latest },
      { query: () => 'resourceVersion=0', names: 'a,b,c' },
      { query: () => 'resourceVersion=0&limit=1', names: 'a,b,c' },
      { query: () => `resourceVersion=${old}`, names: 'a,b,c', version: () => latest },
      { query: () => `resourceVersion=${old}&limit=1`, names: 'a', version: () => old },
      { query: () => `resourceVersion=${old}&limit=10`, names: 'a,b', version: () => old },
      { query: () => `resourceVersion=${old}&resourceVersionMatch=Exact`, names: 'a,b', version: () => old },
      { query: () => `resourceVersion=${old}&resourceVersionMatch=Exact&limit=1`, names: 'a', version: () => old },
      { query: () => `resourceVersion=${old}&resourceVersionMatch=NotOlderThan`, names: 'a,b,c' },
      { query: () => `resourceVersion=${old}&resourceVersionMatch=NotOlderThan&limit=2`, names: 'a,b' },
      { query: () => 'resourceVersion=0&resourceVersionMatch=NotOlderThan', names: 'a,b,c' },
      { query: () => 'resourceVersion=0&resourceVersionMatch=Exact', code: 422 },
      { query: () => 'resourceVersionMatch=Exact', code: 422 },
      { query: () => 'resourceVersionMatch=NotOlderThan', code: 422 },
      { query: () => `resourceVersion=${old}&resourceVersionMatch=Other`, code: 422 },
      { query: () => 'sendInitialEvents=true', code: 422 },
      { query: () => 'resourceVersion=x', code: 500 },
      { query: () => `limit=1&continue=x&resourceVersion=${old}&resourceVersionMatch=Exact`, code: 422 },
      { query: () => `watch=1&resourceVersion=${old}&resourceVersionMatch=NotOlderThan`, code: 422 },
      { query: () => 'watch=1&sendInitialEvents=true', code: 422 },
      { query: () => 'watch=1&resourceVersion=x', code: 500 },
    ];
    for (const { query, code = 200, names, version } of cases) {
      test(`API-21 ${query().replace('undefined', 'OLD') || 'nothing asked for'}`, async () => {
        const { code: got, body } = await get(`${CONFIGMAPS}?${query()}`);
        expect(got).toBe(code);
        if (names !== undefined) expect(namesOf(body).join()).toBe(names);
        if (version !== undefined) expect(body.metadata.resourceVersion).toBe(version());
      });
    }

    test('API-20 the pages of one list are of one revision, whatever is written between them', async () => {
      const first = (await get(`${CONFIGMAPS}?limit=2`)).body;
      await create('d');
      const more = (await get(`${CONFIGMAPS}?limit=2&continue=${first.metadata.continue}`)).body;
      expect([namesOf(first), namesOf(more)]).toEqual([['a', 'b'], ['c']]);
      expect(more.metadata).toEqual({ resourceVersion: latest });
    });

    test('API-22 a watch from a version tells what came after it; one from a version that is gone ends with 410', async () => {
      const socket = await watch(`resourceVersion=${old}&timeoutSeconds=1`);
      await api.clock.advance(1000);
      const seen = (await eventsOf(socket)).map(({ type, object }) => [type, (object as KubeObject).metadata.name]);
      expect(seen).toEqual([['ADDED', 'c']]);
      socket.destroy();
      await api.store.compact(Number(await create('d')));
      const late = await watch(`resourceVersion=${old}`);
      expect(await eventsOf(late)).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
      late.destroy();
    });
  });
});

describe('TAB-8 an upgrade that is refused', () => {
  for (const [protocol, path] of [
    ['websocket', '/api/v1/namespaces/default/pods/none/exec?command=true'],
    ['other', '/api'],
  ] as const) {
    test(`TAB-8 says why in its first line: ${protocol}`, async () => {
      const socket = connectTls({
        host: '127.0.0.1',
        port: server.port,
        ca: certificate.ca,
        ALPNProtocols: ['http/1.1'],
      });
      const headers = `connection: Upgrade\r\nupgrade: ${protocol}\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: v5.channel.k8s.io`;
      socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${AUTHORIZATION}\r\n${headers}\r\n\r\n`);
      const [first] = (await new Promise<Buffer>((resolve) => socket.once('data', resolve))).toString().split('\r\n');
      socket.destroy();
      expect(first).toMatch(/^HTTP\/1\.1 (?:200 OK|404 Not Found|400 Bad Request|403 Forbidden)$/);
    });
  }
});
