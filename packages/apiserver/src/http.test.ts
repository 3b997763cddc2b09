import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const CM = '/api/v1/namespaces/default/configmaps';

describe('the HTTP face', () => {
  let api: TestApiServer;
  beforeAll(async () => {
    api = await testApiServer();
    await api.http('POST', CM, {
      headers: { 'content-type': 'application/yaml', 'user-agent': 'kubectl/v1.32.0 (linux/amd64)' },
      body: 'metadata: {name: a}\ndata:\n  html: "<b>"\n  x: "no"\n',
    });
  });
  afterAll(() => api.dispose());

  const text = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await api.http(method, path, { headers });
    return [response.status, response.headers.get('content-type'), await response.text()] as const;
  };

  test('API-29 JSON in one line with a newline, in Go’s order', async () => {
    const [status, type, body] = await text(`${CM}/a`);
    expect([status, type]).toEqual([200, 'application/json']);
    expect(body).toMatch(
      /^\{"kind":"ConfigMap","apiVersion":"v1","metadata":\{"name":"a","namespace":"default","uid":"[0-9a-f-]+","resourceVersion":"\d+","creationTimestamp":"2025-01-01T00:00:00Z","managedFields":\[\{"manager":"kubectl",.*\]\},"data":\{"html":"\\u003cb\\u003e","x":"no"\}\}\n$/,
    );
  });

  test('API-29 pretty for people, and where asked for', async () => {
    for (const [path, headers] of [
      [`${CM}?limit=1`, { 'user-agent': 'curl/8' }],
      [`${CM}?limit=1&pretty=true`, {}],
      [`${CM}?limit=1&pretty=`, { 'user-agent': 'Mozilla/5.0' }],
      [`${CM}?limit=1`, { accept: 'text/html, application/json;pretty=1' }],
    ] as const) {
      const [, , body] = await text(path, headers);
      expect(body.startsWith('{\n  "kind": "ConfigMapList",\n  "apiVersion": "v1",\n  "metadata": {')).toBe(true);
      expect(body).toContain('"items": [\n    {\n      "metadata": {\n        "name": "a",');
      expect(body.endsWith('}')).toBe(true);
    }
    const [, , compact] = await text(`${CM}?pretty=false`, { 'user-agent': 'curl/8' });
    expect(compact.startsWith('{"kind":"ConfigMapList"')).toBe(true);
  });

  test('API-80 every answer names its request: as the client does, else by a name that no other has', async () => {
    const idOf = async (path: string, headers: Record<string, string> = {}): Promise<string | null> =>
      (await api.http('GET', path, { headers })).headers.get('audit-id');
    const names = await Promise.all([idOf(CM), idOf(CM), idOf('/livez'), idOf('/nowhere')]);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set(names).size).toBe(4);
    expect(await idOf(CM, { 'audit-id': 'mine' })).toBe('mine');
  });

  test('API-77 what is not well written in a query does not count', async () => {
    for (const query of ['labelSelector=%zz', 'labelSelector=a;b', 'limit=x;y&limit=%31', '%zz=&limit=1']) {
      const [status, , body] = await text(`${CM}?${query}`);
      expect([status, body.slice(0, 23)]).toEqual([200, '{"kind":"ConfigMapList"']);
    }
    const [, , paged] = await text(`${CM}?fieldSelector=%&limit=%31`);
    expect(JSON.parse(paged).items).toHaveLength(1);
  });

  test('API-29 YAML', async () => {
    const [, type, body] = await text(`${CM}/a`, { accept: 'application/yaml' });
    expect(type).toBe('application/yaml');
    expect(body).toMatch(/^apiVersion: v1\ndata:\n {2}html: <b>\n {2}x: "no"\nkind: ConfigMap\nmetadata:\n/);
  });

  test('API-29 lists print the kind of their items once', async () => {
    const [, , body] = await text(CM);
    expect(body).toMatch(
      /^\{"kind":"ConfigMapList","apiVersion":"v1","metadata":\{"resourceVersion":"\d+"\},"items":\[\{"metadata":/,
    );
  });

  test('API-76 of warnings that are too long together, the beginnings are shown', async () => {
    const extra = (count: number, name: (i: number) => string) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), 1]));
    const warned = async (fields: object) => {
      const response = await api.http('POST', `${CM}?dryRun=All`, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ metadata: { name: 'w' }, ...fields }),
      });
      return response.headers.get('warning')?.split(/, (?=299 )/) ?? [];
    };
    const short = await warned(extra(3, (i) => `${i}${'x'.repeat(1000)}`));
    expect(short.map((text) => text.length)).toEqual([1027, 1027, 1027]);
    const cut = await warned(extra(20, (i) => `${String.fromCharCode(97 + i)}${'x'.repeat(1000)}`));
    expect(cut.map((text) => text.length)).toEqual(Array.from({ length: 16 }, () => 265));
  });

  test('API-29 HEAD has no body', async () => {
    expect((await text('/version', {}, 'HEAD'))[2]).toBe('');
  });

  test('API-29 bodies that are too large', async () => {
    const response = await api.http('POST', CM, {
      headers: { 'content-type': 'application/json' },
      body: 'x'.repeat(3 * 1024 * 1024 + 1),
    });
    expect([response.status, (await response.json()).message]).toEqual([
      413,
      'Request entity too large: limit is 3145728',
    ]);
  });

  test('API-29 version and root, pretty for everybody', async () => {
    expect((await text('/version'))[2]).toMatch(/^\{\n {2}"major": "1",\n {2}"minor": "32",\n/);
    expect((await text('/'))[2]).toMatch(/^\{\n {2}"paths": \[\n/);
  });

  test('API-29 health', async () => {
    expect(await text('/healthz')).toEqual([200, 'text/plain; charset=utf-8', 'ok']);
    const [, , verbose] = await text('/readyz?verbose');
    expect(verbose.startsWith('[+]ping ok\n[+]log ok\n[+]informer-sync ok\n')).toBe(true);
    expect(verbose.endsWith('[+]shutdown ok\nreadyz check passed\n')).toBe(true);
    expect((await text('/livez/ping'))[2]).toBe('ok');
    expect((await text('/livez/poststarthook/rbac/bootstrap-roles'))[2]).toBe('ok');
    expect((await text('/livez/'))[0]).toBe(404);
    const [, , excluding] = await text('/readyz?verbose&exclude=b');
    expect(excluding).toContain(
      '[+]shutdown ok\nwarn: some health checks cannot be excluded: no matches for "b"\nreadyz check passed\n',
    );
  });

  test('API-29 documents of the API are there for whatever method, and the version refuses in one line', async () => {
    expect((await api.http('POST', '/version')).status).toBe(405);
    expect(await (await api.http('POST', '/version')).text()).toMatch(/^\{"kind":"Status",.*\}\n$/);
  });

  test('API-28 a reader that falls behind is closed', async () => {
    const slow = await testApiServer({ watchBufferEvents: 5 });
    const response = await slow.http('GET', `${CM}?watch=1`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (let i = 0; i < 10; i += 1) await slow.send('POST', CM, { metadata: { name: `x${i}` } });
    let lines = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      lines += new TextDecoder().decode(value);
    }
    expect(lines.trimEnd().split('\n').length).toBe(6);
    slow.dispose();
  });

  test('API-28 the media type of a watch', async () => {
    const response = await api.http('GET', `${CM}?watch=1`, { headers: { accept: 'application/json;stream=watch' } });
    expect(response.headers.get('content-type')).toBe('application/json');
    await response.body?.cancel();
  });
});
