import type { KubeObject } from '@tabernetes/apimachinery';
import { type Disposable, seededRng } from '@tabernetes/base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from '../testing/index.ts';
import { customResources } from './custom-resources.ts';
import { servedDefinitions } from './served-definitions.ts';

const HOLDERS = '/apis/example.com/v1/namespaces/default/holders';
const object = { 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true, type: 'object' };
const properties = { spec: { type: 'object', properties: { inner: object, all: { type: 'array', items: object } } } };

let api: TestApiServer;
let custom: Disposable;

beforeEach(async () => {
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
  const schema = { openAPIV3Schema: { type: 'object', properties } };
  await api.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'holders.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'holders', kind: 'Holder' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  await api.clock.idle();
});

afterEach(() => {
  custom.dispose();
  api.dispose();
});

const holder = (spec: object): object => ({
  apiVersion: 'example.com/v1',
  kind: 'Holder',
  metadata: { name: 'h' },
  spec,
});
const inner = (metadata: unknown, more: object = {}): object => ({ apiVersion: 'v1', kind: 'Pod', metadata, ...more });
const post = async (spec: object, mode = 'Strict') =>
  api.send<KubeObject & { spec: object }>('POST', `${HOLDERS}?fieldValidation=${mode}`, holder(spec));

describe('CR-8 objects inside of objects', () => {
  test('have the metadata of objects, and nothing else in it', async () => {
    const metadata = { name: 'n', labels: null, annotations: {}, creationTimestamp: null, bogus: 1 };
    const made = await post({ inner: inner(metadata, { other: 1 }), all: [inner(null)] }, 'Ignore');
    expect(made.object.spec).toEqual({ inner: inner({ name: 'n' }, { other: 1 }), all: [inner({})] });
    const patched = await api.send<{ spec: object }>(
      'PATCH',
      `${HOLDERS}/h`,
      { spec: { inner: { metadata: { again: 1 } } } },
      { headers: { 'content-type': 'application/merge-patch+json' } },
    );
    expect(patched.object.spec).toEqual(made.object.spec);
  });

  test('are told of in strict mode after the fields that nobody declared, both by path', async () => {
    const { refusal } = await post({ zz: 1, inner: inner({ zz: 1, bogus: 1 }), aa: 1 });
    expect(refusal.message).toBe(
      'Holder in version "v1" cannot be handled as a Holder: strict decoding error: unknown field "spec.aa", ' +
        'unknown field "spec.zz", unknown field "spec.inner.metadata.bogus", unknown field "spec.inner.metadata.zz"',
    );
  });

  for (const { name, given, problem } of [
    {
      name: 'metadata of the wrong type',
      given: inner({ labels: { a: 1 } }),
      problem:
        'spec.inner.metadata: Invalid value: map[string]interface {}{"labels":map[string]interface {}{"a":1}}: ' +
        'json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
    },
    {
      name: 'a kind that is no text',
      given: { apiVersion: 'v1', kind: 7 },
      problem: 'spec.inner.kind: Invalid value: 7: must be a string',
    },
  ]) {
    test(`cannot be read with ${name}`, async () => {
      const { status, refusal } = await post({ inner: given }, 'Ignore');
      expect([status, refusal.message]).toEqual([
        400,
        `Holder in version "v1" cannot be handled as a Holder: ${problem}`,
      ]);
    });
  }
});

describe('CR-8 objects inside of objects that are patched', () => {
  const patch = (spec: object, query = '', type = 'application/merge-patch+json') =>
    api.send<{ metadata: { managedFields: readonly object[] } }>(
      'PATCH',
      `${HOLDERS}/h?fieldManager=me${query}`,
      type.includes('apply') ? holder(spec) : { spec },
      { headers: { 'content-type': type } },
    );
  const APPLY = 'application/apply-patch+yaml';

  test('are read as they are when they are sent', async () => {
    await post({});
    expect((await patch({ inner: inner({ zz: 1 }) })).warnings).toEqual(['unknown field "spec.inner.metadata.zz"']);
    expect((await patch({ inner: inner({ zz: 1 }) }, '&fieldValidation=Strict')).refusal.message).toContain(
      'strict decoding error: unknown field "spec.inner.metadata.zz"',
    );
    expect((await patch({ all: [{ kind: 7 }] })).refusal).toMatchObject({
      code: 422,
      message: expect.stringContaining('spec.all[0].kind: Invalid value: 7: must be a string'),
    });
  });

  test('are applied by the type of metadata, which says who owns what', async () => {
    const refused = async (spec: object) => (await patch(spec, '', APPLY)).refusal.message;
    expect(await refused({ inner: inner({ zz: 1 }) })).toContain(
      '.spec.inner.metadata.zz: field not declared in schema',
    );
    expect(await refused({ inner: { kind: {} } })).toContain('.spec.inner.kind: expected string, got ');
    expect(await refused({ inner: inner({ creationTimestamp: 'x' }) })).toMatch(
      /^Holder.example.com "h" is invalid: spec.inner.metadata: Invalid value: .*: parsing time "x" as /,
    );
    const { object: applied } = await patch({ inner: inner({ finalizers: ['a/b'] }) }, '', APPLY);
    expect(applied.metadata.managedFields.at(-1)).toMatchObject({
      fieldsV1: { 'f:spec': { 'f:inner': { 'f:metadata': { 'f:finalizers': { 'v:"a/b"': {} } } } } },
    });
  });

  test('CR-10 are not looked at where the object calls itself something else', async () => {
    await post({});
    const answer = async (body: object) => {
      const { refusal, warnings } = await api.send('PATCH', `${HOLDERS}/h`, body, {
        headers: { 'content-type': 'application/merge-patch+json' },
      });
      return [refusal.message, ...warnings];
    };
    const spec = { inner: inner({ zz: 1 }), bogus: 1 };
    expect(await answer({ apiVersion: 'other/v1', spec })).toEqual([
      'Holder.other "h" is invalid: apiVersion: Invalid value: "other/v1": must be example.com/v1',
    ]);
    expect(await answer({ apiVersion: 'example.com/v2', spec })).toEqual([
      'Holder.example.com "h" is invalid: apiVersion: Invalid value: "example.com/v2": must be example.com/v1',
      'unknown field "spec"',
    ]);
    expect(await answer({ apiVersion: 'other/' })).toEqual([
      "Internal error occurred: Object 'apiVersion' is missing in 'object has no apiVersion field'",
    ]);
    expect(await answer({ kind: 'X', metadata: { name: 'y' } })).toEqual([
      'the name of the object (y) does not match the name on the URL (h)',
    ]);
  });
});

describe('requests for what has no type', () => {
  test('CR-11 of fields that are repeated the last counts, whole', async () => {
    const body =
      '{"apiVersion":"example.com/v1","kind":"Holder","metadata":{"name":"x","name":"y"},' +
      '"spec":{"inner":{},"bogus":1,"bogus":2},"spec":{"all":[]}}';
    const response = await api.http('POST', HOLDERS, { headers: { 'content-type': 'application/json' }, body });
    expect(response.headers.get('warning')).toBe(
      '299 - "duplicate field \\"metadata.name\\"", 299 - "duplicate field \\"spec.bogus\\"", 299 - "duplicate field \\"spec\\""',
    );
    expect(await response.json()).toMatchObject({ metadata: { name: 'y' }, spec: { all: [] } });
    const { object: made } = await api.send<{ spec: object }>('GET', `${HOLDERS}/y`);
    expect(made.spec).toEqual({ all: [] });
  });

  test('CR-12 no router looks at what is asked for', async () => {
    await post({});
    const ask = async (accept: string, path = `${HOLDERS}/h`) =>
      api.send<{ metadata: object }>('GET', path, undefined, { headers: { accept } });
    const { refusal } = await ask('text/html');
    expect([refusal.code, refusal.message, refusal.details]).toEqual([
      406,
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      undefined,
    ]);
    expect((await ask('application/*')).status).toBe(200);
    const partial = await ask('application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
    expect(Object.keys(partial.object.metadata)).toEqual([
      'name',
      'namespace',
      'uid',
      'resourceVersion',
      'generation',
      'creationTimestamp',
      'managedFields',
    ]);
    const list = await ask('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
    expect([list.refusal.code, list.refusal.message]).toEqual([500, 'content is not a list']);
  });
});

interface Discovered {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly versions: readonly {
      readonly resources: readonly { readonly verbs: readonly string[]; readonly responseKind: object }[];
    }[];
  }[];
}

test('CR-4 of a definition that is being deleted discovery names no writes', async () => {
  const discovered = async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { object: all } = await api.send<Discovered>('GET', '/apis', undefined, { headers: { accept } });
    return all.items.find(({ metadata }) => metadata.name === 'example.com')?.versions[0]?.resources[0];
  };
  const responseKind = { group: 'example.com', version: 'v1', kind: 'Holder' };
  expect(await discovered()).toMatchObject({ responseKind, verbs: expect.arrayContaining(['create', 'patch']) });
  await api.send('POST', HOLDERS, { ...holder({}), metadata: { name: 'h', finalizers: ['example.com/hold'] } });
  await api.send('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/holders.example.com');
  await api.clock.idle();
  expect((await discovered())?.verbs).toEqual(['delete', 'deletecollection', 'get', 'list', 'watch']);
  // What lets it go is still taken.
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
  expect((await api.send('PATCH', `${HOLDERS}/h`, { metadata: { finalizers: null } }, merge)).status).toBe(200);
});
