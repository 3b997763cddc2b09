import type { ApiRequest, ApiResponse, ExecSession, KubeObject } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExecOptions, LogOptions, NodeConnector, ProxyTarget } from './index.ts';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const PODS = '/api/v1/namespaces/default/pods';
const SERVICES = '/api/v1/namespaces/default/services';

const pod = (name: string, nodeName?: string, containers: readonly string[] = ['c']) => ({
  metadata: { name },
  spec: {
    ...(nodeName && { nodeName }),
    containers: containers.map((c) => ({ name: c, image: 'nginx', ports: [{ containerPort: 8080 }] })),
  },
});

const page = (stream: ReadableStream<Uint8Array>, headers: Readonly<Record<string, string>>): ApiResponse => ({
  status: 200,
  headers,
  body: { kind: 'stream', contentType: 'text/html; charset=utf-8', stream },
});

describe('requests to nodes', () => {
  let api: TestApiServer;
  const calls: unknown[] = [];
  const session: ExecSession = {
    exit: Promise.resolve({ metadata: {}, status: 'Success' } as never),
    close: () => undefined,
  };
  const nodes: NodeConnector = {
    log: async ({ metadata }: KubeObject, options: LogOptions) => {
      calls.push(['log', metadata.name, options]);
      return new Response('hello\n').body as ReadableStream<Uint8Array>;
    },
    exec: async ({ metadata }, options: ExecOptions) => {
      calls.push(['exec', metadata.name, options]);
      return session;
    },
    attach: async () => session,
    portForward: async () => ({ open: async () => Promise.reject(new Error('closed')), close: () => undefined }),
    proxy: async (target: ProxyTarget, { method }: ApiRequest) => {
      calls.push(['proxy', target.kind, target.port, target.path, method]);
      return { status: 200, headers: {}, body: { kind: 'text', contentType: 'text/plain', text: 'proxied' } };
    },
  };
  beforeEach(() => {
    calls.length = 0;
  });
  afterEach(() => api.dispose());

  const status = async (name: string, podIP: string) => {
    const { object } = await api.send<KubeObject>('GET', `${PODS}/${name}`);
    await api.send('PUT', `${PODS}/${name}/status`, {
      ...object,
      status: { phase: 'Running', hostIP: '172.18.0.2', podIP, podIPs: [{ ip: podIP }] },
    });
  };

  test('API-60 what is answered without a node', async () => {
    api = await testApiServer();
    await api.send('POST', PODS, pod('pend'));
    await api.send('POST', PODS, pod('two', 'node-1', ['a', 'b']));
    const message = async (path: string, method = 'GET') => (await api.send(method, path)).refusal?.message;
    expect((await api.http('GET', `${PODS}/pend/log`)).status).toBe(200);
    expect(await message(`${PODS}/nope/log`)).toBe('pods "nope" not found');
    expect(await message(`${PODS}/two/log?container=nope`)).toBe('container nope is not valid for pod two');
    expect(await message(`${PODS}/two/log`)).toBe(
      'a container name must be specified for pod two, choose one of: [a b]',
    );
    expect(await message(`${PODS}/two/log?container=a&stream=Stderr`)).toBe(
      'PodLogOptions "two" is invalid: stream: Forbidden: may not be specified',
    );
    expect(await message(`${PODS}/two/log?container=a&tailLines=-1`)).toBe(
      'PodLogOptions "two" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    );
    expect(await message(`${PODS}/pend/exec?command=ls`, 'POST')).toBe('pod pend does not have a host assigned');
    expect(await message(`${PODS}/pend/proxy/`)).toBe('address not allowed');
    expect(await message(`${SERVICES}/nope/proxy/`)).toBe('services "nope" not found');
    await api.send('POST', SERVICES, { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } });
    await api.send('POST', '/api/v1/namespaces/default/endpoints', { metadata: { name: 'web' } });
    expect(await message(`${SERVICES}/web/proxy/`)).toBe('no endpoints available for service "web"');
    expect(await message(`${SERVICES}/http:web:80/proxy/`)).toBe('no endpoints available for service "web"');
    expect(await message(`${SERVICES}/web:99/proxy/`)).toBe('no service port 99 found for service "web"');
  });

  test('API-60 what is handed to a node', async () => {
    api = await testApiServer({ deps: { nodes } });
    await api.send('POST', PODS, pod('p', 'node-1'));
    expect((await api.send('GET', `${PODS}/p/log`)).refusal.message).toBe('pods "node-1" not found');
    expect((await api.send('GET', `${PODS}/p/log?sinceTime=x`)).refusal).toMatchObject({
      code: 400,
      message: 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
    });
    const since = 'sinceTime=2020-01-01T00:00:00Z&sinceSeconds=1';
    expect((await api.send('GET', `${PODS}/p/log?${since}`)).refusal.message).toBe(
      'PodLogOptions "p" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    );
    expect((await api.send('POST', `${PODS}/p/exec?command=ls`)).refusal.message).toBe('pods "node-1" not found');
    await api.send('POST', '/api/v1/nodes', { metadata: { name: 'node-1' } });
    await status('p', '10.244.1.2');
    const log = await api.http('GET', `${PODS}/p/log?follow=true&tailLines=5`);
    expect([log.status, log.headers.get('content-type'), await log.text()]).toEqual([200, 'text/plain', 'hello\n']);
    const path = `${PODS}/p/exec?stdout=true&command=ls`;
    expect((await api.send('POST', path)).refusal.message).toBe('Upgrade request required');
    const exec = await api.server.request({
      method: 'POST',
      path: `${PODS}/p/exec`,
      query: { stdout: 'true', command: 'sh\u0000-c\u0000ls' },
      headers: { upgrade: 'in-process' },
      user: { name: 'a', groups: ['system:masters'] },
    });
    expect([exec.status, exec.body]).toEqual([101, { kind: 'exec', session }]);
    const proxied = await api.http('GET', `${PODS}/p/proxy/a/b`);
    expect(await proxied.text()).toBe('proxied');
    expect((await api.http('GET', `${PODS}/p/proxy`)).headers.get('location')).toBe(`${PODS}/p/proxy/`);
    expect(calls).toEqual([
      ['log', 'p', { container: 'c', follow: true, previous: false, timestamps: false, tailLines: 5 }],
      [
        'exec',
        'p',
        { container: 'c', command: ['sh', '-c', 'ls'], stdin: false, stdout: true, stderr: false, tty: false },
      ],
      ['proxy', 'pod', 8080, '/a/b', 'GET'],
    ]);
  });

  test('API-78 redirections and links of pages lead through the proxy again', async () => {
    const asked: unknown[] = [];
    const answers: Readonly<Record<string, ApiResponse>> = {
      '/old': { status: 302, headers: { location: '/new' }, body: { kind: 'empty' } },
      '/bad': { status: 302, headers: { location: '/%zz' }, body: { kind: 'empty' } },
      '/page': page(new Blob(['<a href=/x>x</a>']).stream(), { 'content-length': '16' }),
      '/zipped': page(new Blob(['<a href=/x>x</a>']).stream().pipeThrough(new CompressionStream('gzip')), {
        'content-encoding': 'gzip',
      }),
      '/torn': page(new Blob(['no gzip']).stream(), { 'content-encoding': 'gzip' }),
      '/strange': page(new Blob(['<a href=/x>']).stream(), { 'content-encoding': 'br' }),
    };
    api = await testApiServer({
      deps: {
        nodes: {
          ...nodes,
          proxy: async ({ path }, { headers }) => {
            asked.push(headers['x-forwarded-uri']);
            return answers[path] as ApiResponse;
          },
        },
      },
    });
    await api.send('POST', PODS, pod('p', 'node-1'));
    await status('p', '10.244.1.2');
    const proxy = `${PODS}/p/proxy`;
    expect((await api.http('GET', `${proxy}/old`)).headers.get('location')).toBe(`${proxy}/new`);
    expect((await api.send('GET', `${proxy}/bad`)).refusal).toMatchObject({
      code: 500,
      message: 'Internal error occurred: error trying to parse Location header: parse "/%zz": invalid URL escape "%zz"',
    });
    const linked = `<a href="${proxy}/x">x</a>`;
    const plain = await api.http('GET', `${proxy}/page`);
    expect(plain.headers.get('content-length')).not.toBe('16');
    expect(await plain.text()).toBe(linked);
    const zipped = (await api.http('GET', `${proxy}/zipped`)).body?.pipeThrough(new DecompressionStream('gzip'));
    expect(await new Response(zipped).text()).toBe(linked);
    expect((await api.send('GET', `${proxy}/torn`)).refusal.code).toBe(500);
    expect(await (await api.http('GET', `${proxy}/strange`)).text()).toBe('<a href=/x>');
    expect(asked[0]).toBe(`${proxy}/old`);
  });

  test('API-60 a Service is a Pod behind it', async () => {
    api = await testApiServer({ deps: { nodes } });
    await api.send('POST', PODS, pod('p', 'node-1'));
    await status('p', '10.244.1.2');
    await api.send('POST', SERVICES, { metadata: { name: 'web' }, spec: { ports: [{ port: 80, name: 'http' }] } });
    await api.send('POST', '/api/v1/namespaces/default/endpoints', {
      metadata: { name: 'web' },
      subsets: [
        {
          addresses: [{ ip: '10.244.1.2', targetRef: { kind: 'Pod', name: 'p', namespace: 'default' } }],
          ports: [{ name: 'http', port: 8080 }],
        },
      ],
    });
    await api.http('GET', `${SERVICES}/web:80/proxy/x`);
    await api.http('GET', `${SERVICES}/web:http/proxy/y/`);
    expect(calls).toEqual([
      ['proxy', 'pod', 8080, '/x', 'GET'],
      ['proxy', 'pod', 8080, '/y/', 'GET'],
    ]);
  });
});
