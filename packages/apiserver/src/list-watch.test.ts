import type { KubeList, KubeObject, WatchEvent } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const CM = '/api/v1/namespaces/demo/configmaps';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

describe('lists and watches', () => {
  let api: TestApiServer;
  beforeEach(async () => {
    api = await testApiServer({ namespaces: ['demo', 'other'] });
    for (const name of ['c1', 'c2', 'c3']) await create(name);
  });
  afterEach(() => api.dispose());

  const create = (name: string, labels?: Record<string, string>) =>
    api.send('POST', CM, { metadata: { name, ...(labels && { labels }) }, data: { a: '1' } });
  const label = (name: string, labels: Record<string, string | null>) =>
    api.send(
      'PATCH',
      `${CM}/${name}`,
      { metadata: { labels } },
      {
        headers: { 'content-type': 'application/merge-patch+json' },
      },
    );
  const list = async (query: string) => (await api.send<KubeList>('GET', `${CM}?${query}`)).object;
  const names = ({ items }: KubeList) => items.map(({ metadata }) => metadata.name);
  const seen = (events: readonly WatchEvent[]) =>
    events.map((event) => [event.type, event.type === 'ERROR' ? undefined : event.object.metadata.name]);

  test('API-20 pages are of one revision, and say what remains', async () => {
    const first = await list('limit=2');
    expect([first.kind, first.apiVersion, names(first), first.metadata.remainingItemCount]).toEqual([
      'ConfigMapList',
      'v1',
      ['c1', 'c2'],
      1,
    ]);
    await create('c0');
    await create('c9');
    const second = await list(`limit=2&continue=${first.metadata.continue}`);
    expect([names(second), second.metadata]).toEqual([['c3'], { resourceVersion: first.metadata.resourceVersion }]);
    expect(atob(first.metadata.continue ?? '')).toBe(
      `{"v":"meta.k8s.io/v1","rv":${first.metadata.resourceVersion},"start":"/c2\\u0000"}`,
    );
  });

  test('API-20 a list that goes on keeps to its limit, whatever state is good enough', async () => {
    const first = await list('limit=1');
    const second = await list(`limit=1&resourceVersion=0&continue=${first.metadata.continue}`);
    expect([names(second), second.metadata.remainingItemCount]).toEqual([['c2'], 1]);
  });

  test('API-20 tokens that cannot be read', async () => {
    const cases = {
      nojson: "invalid character 'o' in literal null (expecting 'u')",
      '{"v":"x","rv":1,"start":"c"}': 'server does not recognize this encoded version x',
      '\xc7,': "invalid character 'Ç' looking for beginning of value",
      null: 'server does not recognize this encoded version ',
    };
    for (const [token, why] of Object.entries(cases)) {
      const { refusal } = await api.send('GET', `${CM}?continue=${btoa(token).replace(/=+$/, '')}`);
      expect(refusal.message).toBe(`invalid continue token: continue key is not valid: ${why}`);
    }
  });

  test('API-20 pages with a selector do not say what remains', async () => {
    await label('c1', { x: 'y' });
    await label('c3', { x: 'y' });
    const first = await list('limit=1&labelSelector=x%3Dy');
    expect([names(first), first.metadata.remainingItemCount]).toEqual([['c1'], undefined]);
    const second = await list(`limit=1&labelSelector=x%3Dy&continue=${first.metadata.continue}`);
    expect([names(second), second.metadata.continue]).toEqual([['c3'], undefined]);
  });

  test('API-20 a page whose revision is gone offers to go on from the present', async () => {
    const first = await list('limit=1');
    await create('c4');
    await api.store.compact((await api.store.status()).revision);
    const gone = await api.send('GET', `${CM}?limit=1&continue=${first.metadata.continue}`);
    expect([gone.refusal.code, gone.refusal.reason]).toEqual([410, 'Expired']);
    expect(gone.refusal.message).toMatch(
      /^The provided continue parameter is too old to display a consistent list result/,
    );
    const rest = await list(`limit=9&continue=${gone.refusal.metadata?.continue}`);
    expect(names(rest)).toEqual(['c2', 'c3', 'c4']);
  });

  test('API-21 an exact revision of the past can be read, until it is gone', async () => {
    const { resourceVersion } = (await list('')).metadata;
    await api.send('DELETE', `${CM}/c2`);
    await create('c4');
    expect(names(await list(`resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`))).toEqual([
      'c1',
      'c2',
      'c3',
    ]);
    expect(names(await list(`resourceVersion=${resourceVersion}&resourceVersionMatch=NotOlderThan`))).toEqual([
      'c1',
      'c3',
      'c4',
    ]);
    expect(names(await list('resourceVersion=0&limit=1'))).toEqual(['c1', 'c3', 'c4']);
    await api.store.compact((await api.store.status()).revision);
    const { refusal } = await api.send('GET', `${CM}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`);
    expect(refusal).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'The resourceVersion for the provided list is too old.',
      reason: 'Expired',
      code: 410,
    });
  });

  describe('API-21 a revision that is still to come', () => {
    const FUTURE = '999999999';
    const tooLarge = (current: number) => ({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `Timeout: Too large resource version: ${FUTURE}, current: ${current}`,
      reason: 'Timeout',
      details: {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
      code: 504,
    });
    const current = async (): Promise<number> => (await api.store.status()).revision;

    for (const path of [
      `${CM}?resourceVersion=${FUTURE}`,
      `${CM}/c1?resourceVersion=${FUTURE}`,
      `${CM}?fieldSelector=metadata.name=c1&resourceVersion=${FUTURE}`,
    ]) {
      test(`API-21 is waited for, three seconds: ${path}`, async () => {
        let answered = false;
        const answer = api.send('GET', path).finally(() => {
          answered = true;
        });
        await api.clock.advance(2999);
        expect(answered).toBe(false);
        await api.clock.advance(1);
        const { refusal, headers } = await answer;
        expect(refusal).toEqual(tooLarge(await current()));
        expect(headers).toEqual({ 'retry-after': '1' });
      });
    }

    test('API-21 is read as soon as it is there', async () => {
      const wanted = (await current()) + 2;
      const one = api.send('GET', `${CM}/c1?resourceVersion=${wanted}`);
      const listed = list(`resourceVersion=${wanted}`);
      await create('c4');
      await create('c5');
      expect((await one).object.metadata.name).toBe('c1');
      expect(names(await listed)).toContain('c5');
    });

    test('API-21 is no revision to read exactly at', async () => {
      const { status, refusal } = await api.send('GET', `${CM}?resourceVersion=${FUTURE}&resourceVersionMatch=Exact`);
      expect([status, refusal.message]).toEqual([500, 'etcdserver: mvcc: required revision is a future revision']);
    });

    test('API-24 ends a streaming list with an error', async () => {
      const query = `watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=${FUTURE}`;
      const watch = api.watch(`${CM}?${query}`);
      await api.clock.advance(3000);
      expect((await watch).events).toEqual([{ type: 'ERROR', object: tooLarge(await current()) }]);
      expect((await watch).ended).toBe(true);
    });
  });

  test('API-21 resourceVersionMatch needs a resourceVersion', async () => {
    const { refusal } = await api.send('GET', `${CM}?resourceVersionMatch=Exact`);
    expect(refusal.message).toBe(
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
  });

  test('API-22 a watch without a revision begins with what there is', async () => {
    const watch = await api.watch(`${CM}?watch=1`);
    await label('c1', { x: 'y' });
    await api.send('DELETE', `${CM}/c2`);
    await create('c4');
    expect(seen(watch.events)).toEqual([
      ['ADDED', 'c1'],
      ['ADDED', 'c2'],
      ['ADDED', 'c3'],
      ['MODIFIED', 'c1'],
      ['DELETED', 'c2'],
      ['ADDED', 'c4'],
    ]);
  });

  test('API-22 a watch from a revision tells what came after it', async () => {
    const { resourceVersion } = (await list('')).metadata;
    await create('c4');
    const watch = await api.watch(`${CM}?watch=1&resourceVersion=${resourceVersion}`);
    await create('c5');
    expect(seen(watch.events)).toEqual([
      ['ADDED', 'c4'],
      ['ADDED', 'c5'],
    ]);
  });

  test('API-22 events are delivered before the write is answered, as the stored object', async () => {
    const watch = await api.watch(`${CM}?watch=1&resourceVersion=${(await list('')).metadata.resourceVersion}`);
    const { object } = await create('c4');
    expect(watch.events[0]?.object).toBe(object);
  });

  test('API-22 a revision that is gone ends the watch with an error', async () => {
    await api.store.compact((await api.store.status()).revision);
    const watch = await api.watch(`${CM}?watch=1&resourceVersion=1`);
    expect(watch.ended).toBe(true);
    expect(watch.events).toEqual([
      {
        type: 'ERROR',
        object: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/),
          reason: 'Expired',
          code: 410,
        },
      },
    ]);
  });

  test('API-23 to a watcher with a selector, objects come and go with their labels', async () => {
    const watch = await api.watch(`${CM}?watch=1&labelSelector=app%3Din`);
    await label('c1', { app: 'in' });
    const { object } = await label('c1', { app: 'out' });
    expect(
      watch.events.map(({ type, object }) => [
        type,
        (object as KubeObject).metadata.name,
        (object as KubeObject).metadata.labels,
      ]),
    ).toEqual([
      ['ADDED', 'c1', { app: 'in' }],
      ['DELETED', 'c1', { app: 'in' }],
    ]);
    expect(watch.events[1]?.object.metadata.resourceVersion).toBe(object.metadata.resourceVersion);
  });

  test('API-23 a watch of one object', async () => {
    const watch = await api.watch('/api/v1/watch/namespaces/demo/configmaps/c1');
    await create('c11');
    await label('c1', { a: 'b' });
    expect(seen(watch.events)).toEqual([
      ['ADDED', 'c1'],
      ['MODIFIED', 'c1'],
    ]);
  });

  test('API-24 a streaming list ends with a bookmark', async () => {
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const watch = await api.watch(`${CM}?${query}`);
    expect(seen(watch.events)).toEqual([
      ['ADDED', 'c1'],
      ['ADDED', 'c2'],
      ['ADDED', 'c3'],
      ['BOOKMARK', undefined],
    ]);
    expect((watch.events[3]?.object as KubeObject | undefined)?.metadata.annotations).toEqual({
      'k8s.io/initial-events-end': 'true',
      'kubernetes.io/initial-events-list-blueprint':
        'eyJraW5kIjoiQ29uZmlnTWFwTGlzdCIsImFwaVZlcnNpb24iOiJ2MSIsIm1ldGFkYXRhIjp7fSwiaXRlbXMiOm51bGx9Cg==',
    });
  });

  test('API-24 sendInitialEvents needs NotOlderThan', async () => {
    const { refusal } = await api.send('GET', `${CM}?watch=1&sendInitialEvents=true`);
    expect(refusal.message).toBe(
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  });

  test('API-25 bookmarks come every minute, and two seconds before the end', async () => {
    const watch = await api.watch(`${CM}?watch=1&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion=0`);
    watch.events.length = 0;
    await api.send('POST', '/api/v1/namespaces/other/configmaps', { metadata: { name: 'x' } });
    await api.clock.advance('61s');
    const { revision } = await api.store.status();
    expect(watch.events).toEqual([
      {
        type: 'BOOKMARK',
        object: {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: { resourceVersion: String(revision), creationTimestamp: null },
        },
      },
    ]);
    await api.clock.advance('26s');
    expect([watch.events.length, watch.ended]).toEqual([1, false]);
    await api.clock.advance('2s');
    expect([watch.events.length, watch.ended]).toEqual([2, false]);
    await api.clock.advance('2s');
    expect([watch.events.length, watch.ended]).toEqual([2, true]);
  });

  test('API-25 a watch of two seconds has no time for bookmarks', async () => {
    const watch = await api.watch(`${CM}?watch=1&allowWatchBookmarks=true&timeoutSeconds=2&resourceVersion=0`);
    watch.events.length = 0;
    await api.clock.advance('2s');
    expect([watch.events.length, watch.ended]).toEqual([0, true]);
  });

  test('API-25 a watch whose time was over before it began says nothing', async () => {
    const watch = await api.watch(`${CM}?watch=1&timeoutSeconds=-1&resourceVersion=0`);
    expect([watch.events, watch.ended]).toEqual([[], true]);
  });

  test('API-25 a watch without a timeout ends between half an hour and an hour', async () => {
    const watch = await api.watch(`${CM}?watch=1`);
    await api.clock.advance('29m');
    expect(watch.ended).toBe(false);
    await api.clock.advance('31m');
    expect(watch.ended).toBe(true);
  });

  test('API-26 Tables, with their headers once per watch', async () => {
    const watch = await api.watch(`${CM}?watch=1&fieldSelector=metadata.name=c1`, { headers: { accept: TABLE } });
    await label('c1', { z: '1' });
    const tables = watch.events.map(({ object }) => object as unknown as TableShape);
    expect(
      tables.map((t) => [t.kind, t.columnDefinitions?.length ?? null, t.rows[0]?.cells[0], t.rows[0]?.object.kind]),
    ).toEqual([
      ['Table', 3, 'c1', 'PartialObjectMetadata'],
      ['Table', null, 'c1', 'PartialObjectMetadata'],
    ]);
    const { object } = await api.send<TableShape>('GET', `${CM}?includeObject=None`, undefined, {
      headers: { accept: TABLE },
    });
    expect(object.rows).toEqual([
      { cells: ['c1', 1, '0s'], object: null },
      { cells: ['c2', 1, '0s'], object: null },
      { cells: ['c3', 1, '0s'], object: null },
    ]);
  });

  test('API-26 metadata alone', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
    const { object } = await api.send<KubeList>('GET', `${CM}?limit=1`, undefined, { headers: { accept } });
    expect([object.kind, object.apiVersion, Object.keys(object.items[0] as KubeObject)]).toEqual([
      'PartialObjectMetadataList',
      'meta.k8s.io/v1',
      ['kind', 'apiVersion', 'metadata'],
    ]);
  });

  test('API-27 deleting many answers the list of them', async () => {
    await label('c1', { app: 'x' });
    const { object } = await api.send<KubeList>('DELETE', `${CM}?labelSelector=app`);
    expect([object.kind, names(object), names(await list(''))]).toEqual(['ConfigMapList', ['c1'], ['c2', 'c3']]);
  });

  test('API-28 over HTTP a watch is a line per event, and ends when the client goes', async () => {
    const controller = new AbortController();
    const response = await api.server.fetch(
      new Request(`https://cluster.test${CM}?watch=1`, {
        headers: { authorization: 'Bearer admintoken' },
        signal: controller.signal,
      }),
    );
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const text = new TextDecoder().decode((await reader.read()).value);
    expect(text.split('\n').map((line) => line.slice(0, 34))).toEqual([
      '{"type":"ADDED","object":{"kind":"',
      '{"type":"ADDED","object":{"kind":"',
      '{"type":"ADDED","object":{"kind":"',
      '',
    ]);
    const next = reader.read();
    await create('c4');
    expect(new TextDecoder().decode((await next).value)).toContain('"name":"c4"');
    await reader.cancel();
    controller.abort();
  });
});

interface TableShape {
  readonly kind: string;
  readonly columnDefinitions: readonly unknown[] | null;
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object: KubeObject }[];
}
