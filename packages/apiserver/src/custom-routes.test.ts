import { type Disposable, seededRng } from '@tabernetes/base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResources } from './custom-resources/custom-resources.ts';
import { servedDefinitions } from './custom-resources/served-definitions.ts';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const GROUP = '/apis/example.com/v1';
const THINGS = `${GROUP}/namespaces/default/things`;
const JSON_TYPE = { 'content-type': 'application/json' };

const definition = (plural: string, kind: string, scope: string): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.example.com` },
  spec: {
    group: 'example.com',
    scope,
    names: { plural, singular: kind.toLowerCase(), kind },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } },
      },
    ],
  },
});

const thing = (name: string): string =>
  JSON.stringify({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name } });

const NO_PAGE = '404 page not found\n';
const NO_THING = 'things.example.com "a" not found';
const unsupported = (verb: string): string => `${verb} is not supported on resources of kind "things.example.com"`;

describe('CR-10 paths of custom resources', () => {
  let api: TestApiServer;
  let custom: Disposable;
  beforeAll(async () => {
    api = await testApiServer();
    api.server.kinds.add(servedDefinitions());
    custom = await customResources({
      server: api.server,
      store: api.store,
      follow: (onEvents) =>
        api.store.watch({ prefix: '/registry/apiextensions.k8s.io/customresourcedefinitions/', onEvents }),
      clock: api.clock,
      rng: seededRng(3),
      onError: (error) => {
        throw error;
      },
    });
    for (const body of [definition('things', 'Thing', 'Namespaced'), definition('worlds', 'World', 'Cluster')]) {
      await api.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body);
    }
    await api.clock.idle();
    await api.http('POST', THINGS, { headers: JSON_TYPE, body: thing('a') });
  });
  afterAll(() => {
    custom.dispose();
    api.dispose();
  });

  const cases = [
    {
      name: 'POST to a name creates what the body names',
      method: 'POST',
      path: `${THINGS}/a`,
      body: thing('b'),
      code: 201,
    },
    { name: 'HEAD reads an object', method: 'HEAD', path: `${THINGS}/a`, code: 200 },
    { name: 'HEAD reads a list', method: 'HEAD', path: THINGS, code: 200 },
    { name: 'what follows a sub-resource does not count', method: 'GET', path: `${THINGS}/a/status/x`, code: 200 },
    {
      name: 'PUT wants a name',
      method: 'PUT',
      path: THINGS,
      body: thing('a'),
      code: 400,
      message: 'name must be provided',
    },
    {
      name: 'PATCH wants a name',
      method: 'PATCH',
      path: THINGS,
      body: '{}',
      code: 400,
      message: 'name must be provided',
    },
    { name: 'a scale that is not declared', method: 'GET', path: `${THINGS}/a/scale`, code: 404, message: NO_THING },
    { name: 'a sub-resource that nobody knows', method: 'DELETE', path: `${THINGS}/a/x`, code: 404, message: NO_THING },
    {
      name: 'a status is not deleted',
      method: 'DELETE',
      path: `${THINGS}/a/status`,
      code: 405,
      message: unsupported('delete'),
    },
    { name: 'methods without a verb', method: 'OPTIONS', path: `${THINGS}/a`, code: 405, message: unsupported('') },
    {
      name: 'cluster-scoped objects have no namespace',
      method: 'GET',
      path: `${GROUP}/namespaces/default/worlds`,
      code: 404,
      text: NO_PAGE,
    },
    { name: 'namespaced ones have one', method: 'GET', path: `${GROUP}/things/a`, code: 404, text: NO_PAGE },
    {
      name: 'over all namespaces nothing is deleted',
      method: 'DELETE',
      path: `${GROUP}/things`,
      code: 404,
      text: NO_PAGE,
    },
    { name: 'unknown resources of the group', method: 'GET', path: `${GROUP}/nosuch`, code: 404, text: NO_PAGE },
    {
      name: 'a body without a kind',
      method: 'POST',
      path: THINGS,
      body: '{"metadata": {"name":"a-name-that-is-long"}}',
      code: 400,
      message:
        'the object provided is unrecognized (must be of type Thing): Object \'Kind\' is missing in \'{"metadata": {"name":"a-name-that-is-long"}}\' ({"metadata": {"name":"a-name-t ...)',
    },
    {
      name: 'a body of nothing',
      method: 'POST',
      path: THINGS,
      body: 'null',
      code: 400,
      message:
        "the object provided is unrecognized (must be of type Thing): Object 'Kind' is missing in 'null' (6e756c6c)",
    },
    {
      name: 'fields that are not selectable',
      method: 'GET',
      path: `${THINGS}?fieldSelector=spec.x%3D1`,
      code: 400,
      message: 'field label not supported: spec.x',
    },
  ];
  for (const { name, method, path, body, ...want } of cases) {
    test(`CR-10 ${name}`, async () => {
      const type = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : JSON_TYPE;
      const response = await api.http(method, path, { headers: type, ...(body !== undefined && { body }) });
      const text = await response.text();
      if (want.text !== undefined) expect(text).toBe(want.text);
      if (want.message !== undefined)
        expect((JSON.parse(text) as { readonly message: string }).message).toBe(want.message);
      expect(response.status).toBe(want.code);
    });
  }

  test('CR-10 discovery shows verbs in the order of upstream', async () => {
    const { object } = await api.send<{ resources: { name: string; verbs: string[] }[] }>('GET', GROUP);
    expect(object.resources.map(({ name, verbs }) => `${name} ${verbs.join()}`).slice(0, 2)).toEqual([
      'things delete,deletecollection,get,list,patch,create,update,watch',
      'things/status get,patch,update',
    ]);
  });
});
