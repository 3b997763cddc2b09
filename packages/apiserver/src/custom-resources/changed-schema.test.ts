import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ExtendedApiServer, extendedApiServer } from '../testing/extended-api-server.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const THINGS = '/apis/example.com/v1/namespaces/default/things';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

let api: ExtendedApiServer;
beforeEach(async () => {
  api = await extendedApiServer();
});
afterEach(() => api.dispose());

const schema = (...names: readonly string[]): object => {
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  return { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } };
};

const definition = (...versions: readonly object[]): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.com' },
  spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, versions },
});

const v1 = (...names: readonly string[]): object => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: schema(...names),
});

const thing = (version: string): object => ({
  apiVersion: `example.com/${version}`,
  kind: 'Thing',
  metadata: { name: 'x' },
  spec: { a: 'one', b: 'two' },
});

const specOf = async (): Promise<unknown> => (await api.send<{ spec: unknown }>('GET', `${THINGS}/x`)).object.spec;

describe('CR-3 what the schema does not declare is not shown', () => {
  test('also of objects that were stored when it did', async () => {
    await api.send('POST', CRDS, definition(v1('a', 'b')));
    await api.clock.idle();
    expect((await api.send('POST', THINGS, thing('v1'))).status).toBe(201);
    const versions = [v1('b')];
    expect((await api.send('PATCH', `${CRDS}/things.example.com`, { spec: { versions } }, MERGE)).status).toBe(200);
    await api.clock.idle();
    expect(await specOf()).toEqual({ b: 'two' });
    const labelled = await api.send('PATCH', `${THINGS}/x`, { metadata: { labels: { l: 'm' } } }, MERGE);
    expect([labelled.status, labelled.warnings]).toEqual([200, []]);
    expect(labelled.object).toMatchObject({ spec: { b: 'two' }, metadata: { generation: 1 } });
  });

  test('also of objects that another version, which does, has stored', async () => {
    const old = { name: 'v1alpha1', served: true, storage: false, schema: schema('a', 'b') };
    await api.send('POST', CRDS, definition(old, v1('b')));
    await api.clock.idle();
    const created = await api.send('POST', THINGS.replace('/v1/', '/v1alpha1/'), thing('v1alpha1'));
    expect(created.status).toBe(201);
    expect(await specOf()).toEqual({ b: 'two' });
  });
});
