import type { KubeObject } from '@tabernetes/apimachinery';
import { afterEach, describe, expect, test } from 'vitest';
import { type ExtendedApiServer, extendedApiServer, type FakeService, settled } from '../testing/index.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const path = (version: string): string => `/apis/example.com/${version}/namespaces/default/people`;

interface Person extends KubeObject {
  readonly spec: { readonly name?: string; readonly first?: string; readonly last?: string };
}

interface Review {
  readonly apiVersion: string;
  readonly request: {
    readonly uid: string;
    readonly desiredAPIVersion: string;
    readonly objects: readonly Person[];
  };
}

let api: ExtendedApiServer;
let asked: Review['request'][] = [];
/** What the webhook answers instead, from the right answer. */
let lie: ((review: Review, right: Record<string, unknown>) => unknown) | undefined;
afterEach(() => {
  asked = [];
  lie = undefined;
  api.dispose();
});

/** v1 has one name, v2 two. */
const converter: FakeService = async (request) => {
  const review = (await request.json()) as Review;
  asked.push(review.request);
  const { uid, desiredAPIVersion, objects } = review.request;
  const convertedObjects = objects.map((object) => {
    const { spec } = object;
    const [first = '', last = ''] = (spec.name ?? '').split(' ');
    const own = desiredAPIVersion.endsWith('v1') ? { name: `${spec.first} ${spec.last}` } : { first, last };
    return { ...object, apiVersion: desiredAPIVersion, spec: own };
  });
  const right = { uid, result: { status: 'Success' }, convertedObjects };
  const response = lie ? lie(review, right) : right;
  return Response.json({ apiVersion: review.apiVersion, kind: 'ConversionReview', response });
};

const strings = (...names: readonly string[]): object => ({
  openAPIV3Schema: {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) },
    },
  },
});

const definition = (storage: 'v1' | 'v2', more: object = {}): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'people.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'people', singular: 'person', kind: 'Person' },
    versions: [
      { name: 'v1', served: true, storage: storage === 'v1', schema: strings('name') },
      { name: 'v2', served: true, storage: storage === 'v2', schema: strings('first', 'last') },
    ],
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: { service: { name: 'hook', namespace: 'default', path: '/convert' } },
      },
    },
    ...more,
  },
});

async function start(service: FakeService | undefined = converter): Promise<void> {
  api = await extendedApiServer(service);
  await api.send('POST', '/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'hook' },
    spec: { clusterIP: '10.96.0.77', ports: [{ port: 443 }] },
  });
  const made = await api.send('POST', CRDS, definition('v1'));
  expect(made.status).toBe(201);
  await settled();
}

const create = (version: string, name: string, spec: object) =>
  api.send<Person>('POST', path(version), {
    apiVersion: `example.com/${version}`,
    kind: 'Person',
    metadata: { name },
    spec,
  });

describe('conversion webhooks', () => {
  test('CR-5 every version shows what the webhook makes of the stored object', async () => {
    await start();
    expect((await create('v1', 'ada', { name: 'Ada Lovelace' })).status).toBe(201);
    expect(asked).toEqual([]); // What is stored as it is sent needs nobody.
    const second = await api.send<Person>('GET', `${path('v2')}/ada`);
    expect(second.object).toMatchObject({ apiVersion: 'example.com/v2', spec: { first: 'Ada', last: 'Lovelace' } });
    expect(asked).toMatchObject([{ desiredAPIVersion: 'example.com/v2', objects: [{ metadata: { name: 'ada' } }] }]);
    await api.send('GET', `${path('v2')}/ada`);
    expect(asked).toHaveLength(1); // It is known now.

    const made = await create('v2', 'alan', { first: 'Alan', last: 'Turing' });
    expect(made.object).toMatchObject({ apiVersion: 'example.com/v2', spec: { first: 'Alan', last: 'Turing' } });
    const first = await api.send<Person>('GET', `${path('v1')}/alan`);
    expect(first.object.spec).toEqual({ name: 'Alan Turing' });
    const list = await api.send<{ items: Person[] } & KubeObject>('GET', path('v2'));
    expect(list.object.items.map(({ spec }) => spec.first)).toEqual(['Ada', 'Alan']);
  });

  test('CR-5 updates, patches and applies meet in the stored version; managers own fields in theirs', async () => {
    await start();
    await create('v1', 'ada', { name: 'Ada Byron' });
    const patched = await api.send<Person>(
      'PATCH',
      `${path('v2')}/ada?fieldManager=second`,
      { spec: { last: 'Lovelace' } },
      { headers: { 'content-type': 'application/merge-patch+json' } },
    );
    expect(patched.object.spec).toEqual({ first: 'Ada', last: 'Lovelace' });
    const { object } = await api.send<Person>('GET', `${path('v1')}/ada`);
    expect(object.spec).toEqual({ name: 'Ada Lovelace' });
    expect(object.metadata.managedFields?.map(({ manager, apiVersion }) => [manager, apiVersion])).toContainEqual([
      'second',
      'example.com/v2',
    ]);
    const applied = await api.send<Person>(
      'PATCH',
      `${path('v2')}/ada?fieldManager=third&force=true`,
      { apiVersion: 'example.com/v2', kind: 'Person', metadata: { name: 'ada' }, spec: { first: 'Augusta' } },
      { headers: { 'content-type': 'application/apply-patch+yaml' } },
    );
    expect(applied.refusal.message).toBeUndefined();
    expect(applied.object.spec).toEqual({ first: 'Augusta', last: 'Lovelace' });
    const put = await api.send<Person>('PUT', `${path('v2')}/ada`, {
      ...applied.object,
      spec: { first: 'A', last: 'L' },
    });
    expect(put.object.spec).toEqual({ first: 'A', last: 'L' });
    expect((await api.send('DELETE', `${path('v2')}/ada`)).status).toBe(200);
  });

  test('CR-5 a watch shows its version, in order', async () => {
    await start();
    const watching = await api.watch(`${path('v2')}?watch=true`);
    await create('v1', 'ada', { name: 'Ada Byron' });
    await create('v1', 'bob', { name: 'Bob Dylan' });
    await api.send('DELETE', `${path('v1')}/ada`);
    await settled(400);
    expect(watching.events.map(({ type, object }) => [type, (object as Person).spec.first])).toEqual([
      ['ADDED', 'Ada'],
      ['ADDED', 'Bob'],
      ['DELETED', 'Ada'],
    ]);
    watching.stop();
  });

  test('CR-5 a write that changes nothing brings an object to the version that is stored now', async () => {
    await start();
    await create('v1', 'ada', { name: 'Ada Lovelace' });
    const crd = await api.send<KubeObject>('GET', `${CRDS}/people.example.com`);
    await api.send('PUT', `${CRDS}/people.example.com`, {
      ...definition('v2'),
      metadata: crd.object.metadata,
    });
    await settled();
    const { object } = await api.send<Person>('GET', `${path('v2')}/ada`);
    const again = await api.send<Person>('PUT', `${path('v2')}/ada`, object);
    expect(again.object.metadata.resourceVersion).not.toBe(object.metadata.resourceVersion);
    expect((await api.store.get('/registry/example.com/people/default/ada')).kv?.value.apiVersion).toBe(
      'example.com/v2',
    );
    const third = await api.send<Person>('PUT', `${path('v2')}/ada`, again.object);
    expect(third.object.metadata.resourceVersion).toBe(again.object.metadata.resourceVersion);
  });

  test('CR-6 a webhook that cannot be asked is told of, and the stored version can still be had', async () => {
    await start(async () => {
      throw new Error('dial tcp 10.96.0.77:443: connect: connection refused');
    });
    expect((await create('v1', 'ada', { name: 'Ada Lovelace' })).status).toBe(201);
    const text =
      'conversion webhook for example.com/v1, Kind=Person failed: Post "https://hook.default.svc:443/convert?timeout=30s": dial tcp 10.96.0.77:443: connect: connection refused';
    for (const what of [`${path('v2')}/ada`, path('v2')]) {
      const { status, refusal } = await api.send('GET', what);
      expect([status, refusal.message]).toEqual([500, text]);
    }
    const refused = await create('v2', 'bob', { first: 'Bob', last: 'Dylan' });
    expect(refused.refusal.message).toBe(text.replace('/v1, Kind', '/v2, Kind'));
    expect((await api.send('GET', `${path('v1')}/ada`)).status).toBe(200);
    expect((await api.send('GET', `${path('v1')}/bob`)).status).toBe(404);
  });

  test.each([
    ['failed: not today', { result: { status: 'Failure', message: 'not today' } }],
    ["failed: response.result.status was '', not 'Success'", { result: {} }],
    ['returned 0 objects, expected 1', { convertedObjects: [] }],
    ['failed: expected response.uid="UID", got "x"', { uid: 'x' }],
    [
      'returned invalid object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v1)',
      { convertedObjects: [{ apiVersion: 'example.com/v1', kind: 'Person' }] },
    ],
    [
      'returned invalid object at index 0: invalid kind (expected Person, received Dog)',
      { convertedObjects: [{ apiVersion: 'example.com/v2', kind: 'Dog' }] },
    ],
    [
      'returned invalid object: must have the same name: ada != bob',
      { convertedObjects: [{ apiVersion: 'example.com/v2', kind: 'Person', metadata: { name: 'bob' } }] },
    ],
  ])('CR-6 an answer that cannot be used: %s', async (text, wrong) => {
    await start();
    await create('v1', 'ada', { name: 'Ada Lovelace' });
    let uid = '';
    lie = (review, right) => {
      uid = review.request.uid;
      return { ...right, ...wrong };
    };
    const { status, refusal } = await api.send('GET', `${path('v2')}/ada`);
    expect([status, refusal.message?.replace(uid, 'UID')]).toEqual([
      500,
      `conversion webhook for example.com/v1, Kind=Person ${text}`,
    ]);
  });

  test('CR-6 objects that are none are refused', async () => {
    await start();
    await create('v1', 'ada', { name: 'Ada Lovelace' });
    const answered = async (wrong: object) => {
      lie = (_, right) => ({ ...right, ...wrong });
      return (await api.send('GET', `${path('v2')}/ada`)).refusal.message;
    };
    expect(await answered({ convertedObjects: [null] })).toBe('unexpected end of JSON input');
    expect(await answered({ convertedObjects: ['x'] })).toBe(
      'json: cannot unmarshal string into Go value of type map[string]interface {}',
    );
    expect(await answered({ result: 'Success' })).toBe(
      'conversion webhook for example.com/v1, Kind=Person failed: json: cannot unmarshal string into Go struct field ConversionResponse.response.result of type v1.Status',
    );
  });

  test('CR-5 who converts sees no resourceVersion, and its nulls are dropped', async () => {
    await start();
    await create('v1', 'ada', { name: 'Ada Lovelace' });
    await create('v2', 'alan', { first: 'Alan', last: 'Turing' });
    lie = (_, right) => {
      const [object] = right['convertedObjects'] as Person[];
      return { ...right, convertedObjects: [{ ...object, spec: { first: 'A', last: null } }] };
    };
    const { object } = await api.send<Person>('GET', `${path('v2')}/ada`);
    expect([object.spec, object.metadata.resourceVersion]).toEqual([{ first: 'A' }, expect.stringMatching(/^\d+$/)]);
    const seen = asked.flatMap(({ objects }) => objects);
    expect(seen.map(({ metadata }) => [metadata.name, metadata.resourceVersion])).toContainEqual(['ada', undefined]);
    expect(seen.every(({ metadata }) => metadata.name !== 'alan' || metadata.resourceVersion !== '0')).toBe(true);
  });

  test('CR-7 lists say that they do not continue', async () => {
    await start();
    const { object } = await api.send<KubeObject>('GET', path('v1'));
    expect(object.metadata).toEqual({ continue: '', resourceVersion: expect.any(String) });
  });

  test('CR-6 metadata stays as it is but for labels and annotations', async () => {
    await start();
    await create('v1', 'ada', { name: 'Ada Lovelace' });
    lie = (_, right) => {
      const [object] = right['convertedObjects'] as Person[];
      const metadata = { ...object?.metadata, labels: { a: 'b' }, finalizers: ['example.com/x'], generation: 99 };
      return { ...right, convertedObjects: [{ ...object, metadata }] };
    };
    const { object } = await api.send<Person>('GET', `${path('v2')}/ada`);
    expect(object.metadata).toMatchObject({ labels: { a: 'b' }, generation: 1 });
    expect(object.metadata.finalizers).toBeUndefined();
  });
});
