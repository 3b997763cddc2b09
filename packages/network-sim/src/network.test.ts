import { seededRng, virtualClock } from '@tabernetes/base';
import type {
  Hop,
  HttpReply,
  NetErrorCode,
  PodSandboxConfig,
  ServiceBackend,
  ServicePortRule,
} from '@tabernetes/node-api';
import { afterEach, describe, expect, test } from 'vitest';
import { type SimulatedNetwork, simulatedNetwork } from './network.ts';

const clock = virtualClock({ startMs: 0 });
const made: SimulatedNetwork[] = [];
afterEach(() => {
  for (const network of made.splice(0)) network.dispose();
});

const config = (name: string, extra: Partial<PodSandboxConfig> = {}): PodSandboxConfig => ({
  namespace: 'default',
  name,
  uid: `uid-${name}`,
  hostname: name,
  hostNetwork: false,
  hostPID: false,
  hostIPC: false,
  shareProcessNamespace: false,
  dns: {
    nameservers: ['10.96.0.10'],
    searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    options: ['ndots:5'],
  },
  labels: {},
  annotations: {},
  hostPorts: [],
  sysctls: {},
  runtimeHandler: '',
  ...extra,
});

function setUp(latencyMs = 0) {
  const network = simulatedNetwork({ clock, rng: seededRng(1) }, { latencyMs });
  made.push(network);
  const node1 = network.addNode({ name: 'node-1', ip: '172.18.0.2', podCIDR: '10.244.1.0/24' });
  const node2 = network.addNode({ name: 'node-2', ip: '172.18.0.3', podCIDR: '10.244.2.0/24' });
  const a = network.attach('node-1', config('a'));
  const b = network.attach('node-2', config('b'));
  return { network, node1, node2, a, b };
}

/** What a promise comes to while virtual time runs. */
async function outcome<T>(promise: Promise<T>, advanceMs = 200_000): Promise<T | NetErrorCode> {
  const settled = promise.catch((error) => (error as { code: NetErrorCode }).code);
  await clock.advance(advanceMs);
  return settled;
}

describe('addresses', () => {
  test('NET-1 Pods get addresses of their node, and an address comes again last', () => {
    const { network, a, b } = setUp();
    expect([a.ips, b.ips]).toEqual([['10.244.1.2'], ['10.244.2.2']]);
    network.detach('node-1', 'uid-a');
    expect(network.attach('node-1', config('c')).ips).toEqual(['10.244.1.3']);
  });
  test('NET-1 a range that is used up refuses', () => {
    const network = simulatedNetwork({ clock, rng: seededRng(1) });
    network.addNode({ name: 'n', ip: '172.18.0.2', podCIDR: '10.244.1.0/29' });
    for (let i = 0; i < 5; i++) network.attach('n', config(`p${i}`));
    expect(() => network.attach('n', config('over'))).toThrow('no IP addresses available in range set: 10.244.1.0/29');
  });
  test('NET-1 a new sandbox of a Pod outlives the old one', async () => {
    const { network, a, b } = setUp();
    const again = network.attach('node-1', config('a'));
    again.net.serve(80, () => ({ body: 'new' }));
    network.detach('node-1', 'uid-a');
    expect(await (await b.net.fetch(`http://${again.ips[0]}/`)).text()).toBe('new');
    expect(a.ips[0]).not.toBe(again.ips[0]);
  });
});

describe('connections', () => {
  test('NET-2 bytes arrive in order, writers wait for readers, and ends are seen', async () => {
    const { a, b } = setUp();
    const sizes: number[] = [];
    let done: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      done = resolve;
    });
    b.net.listen(9000, async (connection) => {
      for (let piece = await connection.read(10_000); piece; piece = await connection.read(10_000))
        sizes.push(piece.length);
      done();
    });
    const connection = await a.net.connect('10.244.2.2', 9000);
    for (let i = 0; i < 4; i++) await connection.write('x'.repeat(50_000));
    connection.end();
    await over;
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200_000);
    expect(Math.max(...sizes)).toBe(10_000);
    await expect(connection.write('more')).rejects.toMatchObject({ code: 'EPIPE' });
  });
  test('NET-2 a writer that nobody reads from waits until the reader goes', async () => {
    const { a, b } = setUp();
    const accepted: { destroy(): void }[] = [];
    b.net.listen(9000, (connection) => void accepted.push(connection));
    const connection = await a.net.connect('10.244.2.2', 9000);
    const writing = connection.write('x'.repeat(70_000));
    accepted[0]?.destroy();
    await expect(writing).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(connection.read()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
  const cases: readonly { name: string; to: string; port: number; want: NetErrorCode | 'open'; afterMs: number }[] = [
    { name: 'NET-3 nobody listens: refused at once', to: '10.244.2.2', port: 81, want: 'ECONNREFUSED', afterMs: 0 },
    {
      name: 'NET-3 a Pod that is gone: no route to host after 3 s',
      to: '10.244.2.77',
      port: 80,
      want: 'EHOSTUNREACH',
      afterMs: 3000,
    },
    {
      name: 'NET-3 a Service address that nobody has: time-out',
      to: '10.99.1.1',
      port: 80,
      want: 'ETIMEDOUT',
      afterMs: 127_000,
    },
    {
      name: 'NET-3 outside there is nobody: no route to host',
      to: '8.8.8.8',
      port: 53,
      want: 'EHOSTUNREACH',
      afterMs: 0,
    },
    {
      name: 'NET-3 what is bound to 127.0.0.1 is for the Pod alone',
      to: '10.244.2.2',
      port: 82,
      want: 'ECONNREFUSED',
      afterMs: 0,
    },
    { name: 'NET-3 a name that does not exist', to: 'nosuch.example', port: 80, want: 'ENOTFOUND', afterMs: 0 },
  ];
  for (const { name, to, port, want, afterMs } of cases) {
    test(name, async () => {
      const { a, b } = setUp();
      b.net.listen(82, () => undefined, { host: '127.0.0.1' });
      const startMs = clock.now();
      let endMs = -1;
      const attempt = a.net.connect(to, port).then(
        () => 'open',
        (error) => {
          endMs = clock.now();
          return error.code;
        },
      );
      await clock.advance(200_000);
      expect([await attempt, endMs - startMs]).toEqual([want, afterMs]);
    });
  }
  test('NET-3 the Pod itself reaches what is bound to 127.0.0.1, by localhost', async () => {
    const { b } = setUp();
    b.net.serve(82, () => ({ body: 'me' }), { host: '127.0.0.1' });
    expect(await (await b.net.fetch('http://localhost:82/')).text()).toBe('me');
  });
  test('NET-3 where every port is taken there is none to call from', async () => {
    const { a } = setUp();
    for (let port = 32_768; port <= 60_999; port++) a.net.serve(port, () => ({}));
    expect(await outcome(a.net.fetch('http://10.244.2.2/'))).toBe('EADDRINUSE');
    expect(() => a.net.serve(0, () => ({}))).toThrow();
  });
  test('NET-3 a port is taken once', () => {
    const { a } = setUp();
    const listener = a.net.listen(80, () => undefined);
    expect(() => a.net.listen(80, () => undefined)).toThrow('EADDRINUSE');
    listener.close();
    a.net.listen(80, () => undefined);
  });
  test('NET-3 ::1 has ports of its own', async () => {
    const { b } = setUp();
    for (const host of ['127.0.0.1', '::1']) b.net.serve(82, () => ({ body: host }), { host });
    expect(() => b.net.listen(82, () => undefined, { host: '::1' })).toThrow('EADDRINUSE');
    expect(await (await b.net.fetch('http://127.0.0.1:82/')).text()).toBe('127.0.0.1');
    expect(await (await b.net.fetch('http://[::1]:82/')).text()).toBe('::1');
  });
  test('NET-4 a Pod that goes resets what is open, also requests that wait for an answer', async () => {
    const { network, a, b } = setUp();
    b.net.serve(80, () => new Promise<HttpReply>(() => undefined));
    b.net.listen(90, () => undefined);
    const waiting = a.net.fetch('http://10.244.2.2/').catch((error) => error.code);
    const connection = await a.net.connect('10.244.2.2', 90);
    const reading = connection.read().catch((error) => error.code);
    await clock.advance(0);
    network.detach('node-2', 'uid-b');
    expect([await waiting, await reading]).toEqual(['ECONNRESET', 'ECONNRESET']);
  });
  test('NET-5 latency: a connection takes a round trip, a request another one', async () => {
    const { a, b } = setUp(5);
    b.net.serve(80, () => ({ body: 'ok' }));
    const startMs = clock.now();
    let endMs = 0;
    const asked = a.net.fetch('http://10.244.2.2/').then(() => {
      endMs = clock.now();
    });
    await clock.advance(100);
    await asked;
    expect(endMs - startMs).toBe(20);
  });
  test('NET-6 host ports lead to the Pod, the host network is the node itself', async () => {
    const { network, a } = setUp();
    const hostPorts = [{ hostPort: 8080, containerPort: 80, protocol: 'TCP', hostIP: '' }];
    const mapped = network.attach('node-2', config('mapped', { hostPorts }));
    mapped.net.serve(80, () => ({ body: 'mapped' }));
    expect(await (await a.net.fetch('http://172.18.0.3:8080/')).text()).toBe('mapped');
    const host = network.attach('node-2', config('host', { hostNetwork: true }));
    expect(host.ips).toEqual(['172.18.0.3']);
    host.net.serve(9100, () => ({ body: 'host' }));
    expect(await (await a.net.fetch('http://172.18.0.3:9100/')).text()).toBe('host');
    network.detach('node-2', 'uid-mapped');
    await expect(a.net.connect('172.18.0.3', 8080)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('HTTP', () => {
  const echo = async (call: { method: string; url: string; text(): Promise<string> }) => ({
    status: 201,
    headers: { 'X-Seen': call.url },
    body: `${call.method} ${await call.text()}`,
  });
  test('NET-7 a request between ours needs no bytes and looks the same', async () => {
    const { a, b } = setUp();
    b.net.serve(80, echo);
    const answer = await a.net.fetch('http://10.244.2.2/x?y=1', { method: 'POST', body: 'hello' });
    expect([answer.status, answer.statusText, answer.headers, await answer.text()]).toEqual([
      201,
      'Created',
      { 'x-seen': '/x?y=1', 'content-length': '10' },
      'POST hello',
    ]);
  });
  test('NET-7 a bare socket speaks HTTP/1.1 to a server, with connections kept and chunks', async () => {
    const { a, b } = setUp();
    b.net.serve(80, echo);
    const connection = await a.net.connect('10.244.2.2', 80);
    await connection.write(
      'POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n',
    );
    await connection.write('GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let text = '';
    for (let piece = await connection.read(); piece; piece = await connection.read())
      text += new TextDecoder().decode(piece);
    expect(text).toBe(
      'HTTP/1.1 201 Created\r\nX-Seen: /1\r\ncontent-length: 10\r\n\r\nPOST hello' +
        'HTTP/1.1 201 Created\r\nX-Seen: /2\r\ncontent-length: 4\r\nconnection: close\r\n\r\nGET ',
    );
  });
  test('NET-7 what is no HTTP is refused as soon as its first line is there', async () => {
    const { a, b } = setUp();
    b.net.serve(80, echo);
    const connection = await a.net.connect('10.244.2.2', 80);
    await connection.write('hostName\n');
    let text = '';
    for (let piece = await connection.read(); piece; piece = await connection.read())
      text += new TextDecoder().decode(piece);
    expect(text).toBe(
      'HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 15\r\nconnection: close\r\n\r\n400 Bad Request',
    );
  });
  test('NET-7 a request to a bare listener is bytes', async () => {
    const { a, b } = setUp();
    let seen = '';
    b.net.listen(80, async (connection) => {
      seen = new TextDecoder().decode(await connection.read());
      await connection.write('HTTP/1.0 200 OK\r\nX: 1\r\n\r\nby hand');
      connection.end();
    });
    const answer = await a.net.fetch('http://10.244.2.2/p');
    expect([answer.httpVersion, answer.headers, await answer.text()]).toEqual(['1.0', { x: '1' }, 'by hand']);
    expect(seen).toBe('GET /p HTTP/1.1\r\nHost: 10.244.2.2\r\nConnection: close\r\n\r\n');
  });
  test('NET-7 an answer that streams comes as it is made, and who stops reading is noticed', async () => {
    const { a, b } = setUp();
    let aborted = false;
    b.net.serve(80, (call) => {
      call.signal.addEventListener('abort', () => {
        aborted = true;
      });
      return {
        body: (async function* () {
          for (let i = 0; ; i++) yield `${i}\n`;
        })(),
      };
    });
    const answer = await a.net.fetch('http://10.244.2.2/');
    const lines: string[] = [];
    for await (const piece of answer.body) {
      lines.push(new TextDecoder().decode(piece));
      if (lines.length === 3) break;
    }
    expect([lines, aborted]).toEqual([['0\n', '1\n', '2\n'], true]);
  });
  test('NET-7 who gives up an answer that it has not begun to read is noticed, too', async () => {
    const { a, b } = setUp();
    let left = 0;
    b.net.serve(80, ({ signal }) => {
      signal.addEventListener('abort', () => left++);
      return {
        body: (async function* () {
          yield 'x';
          await new Promise(() => undefined);
        })(),
      };
    });
    let closed = 0;
    b.net.listen(81, async (connection) => {
      await connection.read();
      await connection.write('HTTP/1.1 200 OK\r\n\r\n');
      while ((await connection.read()) !== undefined);
      closed++;
      connection.destroy();
    });
    for (const port of [80, 81]) {
      const { body } = await a.net.fetch(`http://10.244.2.2:${port}/`);
      await body[Symbol.asyncIterator]().return?.();
    }
    await clock.advance(0);
    expect([left, closed]).toEqual([1, 1]);
    expect(a.net.sockets?.()).toEqual([]);
  });
  test('NET-7 who gave up while the way was cut does not ask when it is open again', async () => {
    const { network, a, b } = setUp();
    let asked = 0;
    b.net.serve(80, () => {
      asked++;
      return { body: 'x' };
    });
    const latency = a.net.fetch('http://10.244.2.2/', { timeoutMs: 1_000 });
    expect(await (await latency).text()).toBe('x');
    const stop = new AbortController();
    const asking = a.net.fetch('http://10.244.2.2/', { signal: stop.signal });
    network.cut('node-2', true);
    stop.abort(new Error('gone'));
    const refused = expect(asking).rejects.toThrow();
    await clock.advance(1_000);
    network.cut('node-2', false);
    await clock.advance(1_000);
    await refused;
    expect(asked).toBe(1);
  });
  test('NET-7 a message whose head never ends is not read any further', async () => {
    const { a, b } = setUp();
    b.net.serve(80, () => ({ body: 'x' }));
    const connection = await a.net.connect('10.244.2.2', 80);
    const writing = (async () => {
      await connection.write('GET / HTTP/1.1\r\n');
      for (;;) await connection.write('a: b\r\n'.repeat(1000));
    })();
    expect(await outcome(writing)).toBe('ECONNRESET');
  });
  test('NET-2 bytes that come one by one are read as quickly as others', async () => {
    const { a, b } = setUp();
    let read = 0;
    b.net.listen(80, async (connection) => {
      await clock.sleep(1);
      for (let bytes = await connection.read(); bytes !== undefined; bytes = await connection.read()) {
        read += bytes.length;
      }
    });
    const connection = await a.net.connect('10.244.2.2', 80);
    for (let i = 0; i < 300_000; i++) {
      const written = connection.write('x');
      if (i % 60_000 === 59_999) await clock.advance(1);
      await written;
    }
    connection.end();
    await clock.advance(1);
    expect(read).toBe(300_000);
  });
  test('NET-7 a time limit ends a request that is not answered', async () => {
    const { a, b } = setUp();
    b.net.serve(80, () => new Promise<HttpReply>(() => undefined));
    expect(await outcome(a.net.fetch('http://10.244.2.2/', { timeoutMs: 1000 }), 1000)).toBe('ETIMEDOUT');
  });
  test('NET-8 TLS: who is not trusted, has another name or speaks plain text is refused', async () => {
    const { network, a, b } = setUp();
    const tls = { authorityPem: () => 'CA', names: ['api.example', '*.apps.example', '172.18.9.9'] };
    const server = network.outside({ ip: '172.18.9.9', names: ['api.example', 'x.apps.example', 'other.example'] });
    server.serve(443, ({ tls: secure }) => ({ body: String(secure) }), { tls });
    b.net.serve(443, () => ({ body: 'plain' }));
    const ask = async (url: string, options: { caPem?: string; insecure?: boolean }): Promise<string> =>
      a.net.fetch(url, options).then(
        (answer) => answer.text(),
        (error) => `${error.code} ${error.message}`,
      );
    const ca = { caPem: 'the CA' };
    expect(await ask('https://172.18.9.9/', ca)).toBe('true');
    expect(await ask('https://172.18.9.9/', {})).toBe('ECERT unable to get local issuer certificate');
    expect(await ask('https://172.18.9.9/', { insecure: true })).toBe('true');
    expect(await ask('https://10.244.2.2/', ca)).toBe('ECERT wrong version number');
    expect(await ask('http://172.18.9.9:443/', {})).toBe('Client sent an HTTP request to an HTTPS server.\n');
    const outsider = network.outside({ ip: '172.18.9.8' });
    const by = async (host: string): Promise<string> =>
      outsider.fetch(`https://${host}/`, ca).then(
        (answer) => answer.text(),
        (error) => error.reason,
      );
    expect([await by('api.example'), await by('x.apps.example'), await by('other.example')]).toEqual([
      'true',
      'true',
      'name-mismatch',
    ]);
  });
  test('NET-9 hops are told while somebody listens', async () => {
    const { network, a, b } = setUp();
    b.net.serve(80, () => ({ body: 'ok' }));
    const seen: Hop[] = [];
    const listening = network.onHop((hop) => void seen.push(hop));
    await a.net.fetch('http://10.244.2.2/');
    listening.dispose();
    await a.net.fetch('http://10.244.2.2/');
    expect(seen.map(({ kind, detail, to }) => `${kind} ${detail} ${to.pod ?? to.ip}`)).toEqual([
      'connect http default/b',
      'request GET / default/b',
      'closed  default/b',
      'response 200 OK default/a',
    ]);
  });
});

describe('Services', () => {
  const backend = (ip: string, extra: Partial<ServiceBackend> = {}): ServiceBackend => ({
    ip,
    port: 80,
    nodeName: `node-${ip.split('.')[2]}`,
    ready: true,
    serving: true,
    terminating: false,
    ...extra,
  });
  const rule = (extra: Partial<ServicePortRule> = {}): ServicePortRule => ({
    namespace: 'default',
    service: 'web',
    portName: '',
    protocol: 'TCP',
    port: 8000,
    nodePort: 30080,
    clusterIPs: ['10.96.7.7'],
    externalIPs: ['203.0.113.5'],
    loadBalancerSourceRanges: [],
    internalTrafficLocal: false,
    externalTrafficLocal: false,
    backends: [backend('10.244.1.2')],
    ...extra,
  });
  const local = { externalTrafficLocal: true };
  const cases: readonly {
    name: string;
    rule: Partial<ServicePortRule>;
    from: 'pod' | 'node-1' | 'node-2' | 'outside';
    to: string;
    want: string;
  }[] = [
    { name: 'ClusterIP', rule: {}, from: 'pod', to: '10.96.7.7:8000', want: 'a from 10.244.2.2' },
    { name: 'another port of it is not there', rule: {}, from: 'pod', to: '10.96.7.7:80', want: 'ETIMEDOUT' },
    {
      name: 'NodePort of any node, with the address of that node',
      rule: {},
      from: 'outside',
      to: '172.18.0.3:30080',
      want: 'a from 172.18.0.3',
    },
    {
      name: 'NodePort by localhost of the node',
      rule: {},
      from: 'node-1',
      to: '127.0.0.1:30080',
      want: 'a from 10.244.1.1',
    },
    { name: 'externalIPs', rule: {}, from: 'outside', to: '203.0.113.5:8000', want: 'a from 172.18.0.1' },
    { name: 'no endpoints: refused', rule: { backends: [] }, from: 'pod', to: '10.96.7.7:8000', want: 'ECONNREFUSED' },
    {
      name: 'none is ready: refused',
      rule: { backends: [backend('10.244.1.2', { ready: false, serving: false })] },
      from: 'pod',
      to: '10.96.7.7:8000',
      want: 'ECONNREFUSED',
    },
    {
      name: 'those that end take over when nobody else is left',
      rule: { backends: [backend('10.244.1.2', { ready: false, terminating: true })] },
      from: 'pod',
      to: '10.96.7.7:8000',
      want: 'a from 10.244.2.2',
    },
    {
      name: 'and not before',
      rule: { backends: [backend('10.244.9.9', { ready: false, terminating: true }), backend('10.244.1.2')] },
      from: 'pod',
      to: '10.96.7.7:8000',
      want: 'a from 10.244.2.2',
    },
    {
      name: 'internalTrafficPolicy Local drops where there is none',
      rule: { internalTrafficLocal: true },
      from: 'pod',
      to: '10.96.7.7:8000',
      want: 'ETIMEDOUT',
    },
    {
      name: 'internalTrafficPolicy Local takes those of the node',
      rule: { internalTrafficLocal: true },
      from: 'node-1',
      to: '10.96.7.7:8000',
      want: 'a from 10.244.1.1',
    },
    {
      name: 'externalTrafficPolicy Local keeps the address',
      rule: local,
      from: 'outside',
      to: '172.18.0.2:30080',
      want: 'a from 172.18.0.1',
    },
    {
      name: 'externalTrafficPolicy Local drops on other nodes',
      rule: local,
      from: 'outside',
      to: '172.18.0.3:30080',
      want: 'ETIMEDOUT',
    },
    {
      name: 'externalTrafficPolicy Local is not for Pods',
      rule: local,
      from: 'pod',
      to: '172.18.0.3:30080',
      want: 'a from 10.244.2.2',
    },
    {
      name: 'loadBalancerSourceRanges',
      rule: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
      from: 'outside',
      to: '203.0.113.5:8000',
      want: 'ETIMEDOUT',
    },
    {
      name: 'a backend that does not listen',
      rule: { backends: [backend('10.244.1.2', { port: 81 })] },
      from: 'pod',
      to: '10.96.7.7:8000',
      want: 'ECONNREFUSED',
    },
  ];
  for (const { name, rule: extra, from, to, want } of cases) {
    test(`NET-10 ${name}`, async () => {
      const { network, node1, node2, a, b } = setUp();
      a.net.serve(80, ({ remote }) => ({ body: `a from ${remote.ip}` }));
      network.setService('default/web', [rule(extra)]);
      const outside = network.outside({ ip: '172.18.0.1' });
      const net = { pod: b.net, 'node-1': node1, 'node-2': node2, outside }[from];
      expect(await outcome(net.fetch(`http://${to}/`).then((answer) => answer.text()))).toBe(want);
    });
  }
  test('NET-3 who calls before the rules are there gets through when the packet is sent again', async () => {
    const { network, a, b } = setUp();
    a.net.serve(80, () => ({ body: 'a' }));
    const startMs = clock.now();
    const dropped: Hop[] = [];
    const listening = network.onHop((hop) => void (hop.kind === 'dropped' && dropped.push(hop)));
    const answer = b.net
      .fetch('http://10.96.7.7:8000/')
      .then(async (each) => [await each.text(), clock.now() - startMs]);
    await clock.advance(5_000);
    network.setService('default/web', [rule()]);
    await clock.advance(5_000);
    expect(await answer).toEqual(['a', 7_000]);
    expect(dropped).toHaveLength(1);
    listening.dispose();
  });
  test('NET-11 load is spread by chance, affinity holds for its time and as long as the backend is there', async () => {
    const { network, a, b } = setUp();
    const c = network.attach('node-1', config('c'));
    a.net.serve(80, () => ({ body: 'a' }));
    c.net.serve(80, () => ({ body: 'c' }));
    const both = [backend('10.244.1.2'), backend('10.244.1.3')];
    const ask = async (): Promise<string> => (await b.net.fetch('http://10.96.7.7:8000/')).text();
    const many = async (): Promise<string> => {
      let all = '';
      for (let i = 0; i < 20; i++) all += await ask();
      return [...new Set(all)].sort().join('');
    };
    network.setService('default/web', [rule({ backends: both })]);
    expect(await many()).toBe('ac');
    network.setService('default/web', [rule({ backends: both, affinityTimeoutMs: 10_000 })]);
    const kept = await ask();
    expect(await many()).toBe(kept);
    network.setService('default/web', [
      rule({
        backends: both.filter(({ ip }) => ip !== (kept === 'a' ? '10.244.1.2' : '10.244.1.3')),
        affinityTimeoutMs: 10_000,
      }),
    ]);
    expect(await many()).toBe(kept === 'a' ? 'c' : 'a');
    network.setService('default/web', []);
    expect(await outcome(ask())).toBe('ETIMEDOUT');
  });
});

describe('NetworkPolicies', () => {
  test('NET-12 what is not allowed is dropped, in both directions, but for the own node', async () => {
    const { network, node1, node2, a, b } = setUp();
    a.net.serve(80, () => ({ body: 'ok' }));
    const ask = (net: { fetch: typeof b.net.fetch }) =>
      outcome(
        net.fetch('http://10.244.1.2/', { timeoutMs: 2000 }).then((answer) => answer.text()),
        2000,
      );
    const deny = { policy: 'default/deny', pods: new Set(['10.244.1.2']), allow: [] };
    network.setPolicy('default/deny', [{ ...deny, direction: 'ingress' }]);
    expect([await ask(b.net), await ask(node2), await ask(node1)]).toEqual(['ETIMEDOUT', 'ETIMEDOUT', 'ok']);
    network.setPolicy('default/allow', [
      {
        ...deny,
        policy: 'default/allow',
        direction: 'ingress',
        allow: [{ peers: [{ ips: new Set(['10.244.2.2']) }], ports: [{ protocol: 'TCP', port: 70, endPort: 90 }] }],
      },
    ]);
    expect([await ask(b.net), await ask(node2)]).toEqual(['ok', 'ETIMEDOUT']);
    network.setPolicy('default/egress', [
      {
        policy: 'default/egress',
        direction: 'egress',
        pods: new Set(['10.244.2.2']),
        allow: [{ peers: [{ cidr: '10.244.0.0/16', except: ['10.244.1.0/24'] }] }],
      },
    ]);
    expect(await ask(b.net)).toBe('ETIMEDOUT');
    network.setPolicy('default/egress', []);
    expect(await ask(b.net)).toBe('ok');
  });
  test('NET-12 who may not ask the name server finds no names', async () => {
    const { network, b } = setUp();
    network.setDns({
      lookup: (name) =>
        name === 'web.default.svc.cluster.local'
          ? [{ type: 'A', name, address: '10.96.7.7', ttlSeconds: 30 }]
          : undefined,
    });
    expect(await b.net.resolve('web')).toEqual(['10.96.7.7']);
    network.setPolicy('default/egress', [
      { policy: 'default/egress', direction: 'egress', pods: new Set(['10.244.2.2']), allow: [] },
    ]);
    expect(await outcome(b.net.resolve('web'), 10_000)).toBe('EAI_AGAIN');
  });
});

describe('names', () => {
  test('NET-13 search domains, ndots, /etc/hosts, CNAME and questions as they stand', async () => {
    const { network, a, node1 } = setUp();
    const asked: string[] = [];
    network.setDns({
      lookup(name) {
        asked.push(name);
        if (name === 'web.other.svc.cluster.local') return [{ type: 'A', name, address: '10.96.7.7', ttlSeconds: 30 }];
        if (name === 'alias.default.svc.cluster.local')
          return [{ type: 'CNAME', name, target: 'db.example', ttlSeconds: 30 }];
        return undefined;
      },
    });
    network.outside({ ip: '192.0.2.7', names: ['db.example'] });
    expect(await a.net.resolve('web.other')).toEqual(['10.96.7.7']);
    expect(asked).toEqual(['web.other.default.svc.cluster.local', 'web.other.svc.cluster.local']);
    expect(await a.net.resolve('Web.Other.svc.cluster.local.')).toEqual(['10.96.7.7']);
    expect(await a.net.resolve('alias')).toEqual(['192.0.2.7']);
    expect((await a.net.query('alias.default.svc.cluster.local', 'A')).map(({ type }) => type)).toEqual(['CNAME', 'A']);
    await expect(a.net.query('web.other', 'A')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(await a.net.query('web.other.svc.cluster.local', 'SRV')).toEqual([]);
    a.setHosts(() => ({ 'Web.Other': '10.0.0.1' }));
    expect(await a.net.resolve('web.other')).toEqual(['10.0.0.1']);
    expect([await node1.resolve('node-2'), await node1.resolve('db.example')]).toEqual([['172.18.0.3'], ['192.0.2.7']]);
    await expect(node1.resolve('web.other.svc.cluster.local')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
