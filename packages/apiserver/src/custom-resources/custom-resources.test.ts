import { failure, type KubeObject, type Status } from '@tabernetes/apimachinery';
import { type Disposable, seededRng } from '@tabernetes/base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AdmissionPlugin } from '../admission.ts';
import { type TestApiServer, testApiServer } from '../testing/index.ts';
import { customResources } from './custom-resources.ts';
import { servedDefinitions } from './served-definitions.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const CRONTABS = '/apis/stable.example.com/v1/namespaces/default/crontabs';

const SCHEMA = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['cronSpec'],
      properties: {
        cronSpec: { type: 'string', pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' },
        image: { type: 'string' },
        replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
        mode: { type: 'string', enum: ['fast', 'slow'] },
        port: { 'x-kubernetes-int-or-string': true },
        note: { type: 'string', nullable: true },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        parts: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, size: { type: 'integer' } },
          },
        },
      },
      'x-kubernetes-validations': [{ rule: 'self.replicas <= 10' }],
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, selector: { type: 'string' } } },
  },
};

const definition = (changes: object = {}): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'crontabs.stable.example.com' },
  spec: {
    group: 'stable.example.com',
    scope: 'Namespaced',
    names: { plural: 'crontabs', singular: 'crontab', kind: 'CronTab', shortNames: ['ct'], categories: ['all'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: SCHEMA },
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
        additionalPrinterColumns: [
          { name: 'Spec', type: 'string', jsonPath: '.spec.cronSpec' },
          { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
      },
    ],
    ...changes,
  },
});

const crontab = (name: string, spec: object, more: object = {}): object => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name, ...more },
  spec,
});

let api: TestApiServer;
let custom: Disposable;
const errors: unknown[] = [];

/** Refuses to delete what it is told to keep. */
const keeper = { keeps: '' };
const keepsObjects: AdmissionPlugin = {
  name: 'KeepsObjects',
  operations: ['DELETE'],
  validate({ definition }) {
    if (definition.plural === keeper.keeps) throw failure(403, 'Forbidden', 'these stay');
  },
};

beforeEach(async () => {
  errors.length = 0;
  keeper.keeps = '';
  api = await testApiServer({ deps: { admission: [keepsObjects] } });
  api.server.kinds.add(servedDefinitions());
  custom = await customResources({
    server: api.server,
    store: api.store,
    follow: (onEvents) =>
      api.store.watch({ prefix: '/registry/apiextensions.k8s.io/customresourcedefinitions/', onEvents }),
    clock: api.clock,
    rng: seededRng(3),
    onError: (error) => errors.push(error),
  });
});

afterEach(() => {
  custom.dispose();
  api.dispose();
  expect(errors).toEqual([]);
});

async function define(changes?: object): Promise<void> {
  expect((await api.send('POST', CRDS, definition(changes))).status).toBe(201);
  await api.clock.idle();
}

const conditions = async (name = 'crontabs.stable.example.com'): Promise<readonly string[]> => {
  const { object } = await api.send<{ status: { conditions: { type: string; status: string; reason: string }[] } }>(
    'GET',
    `${CRDS}/${name}`,
  );
  return object.status.conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`);
};

const causes = (refusal: Status): readonly string[] =>
  (refusal.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);

describe('CR-1 a definition', () => {
  test('is established, and its kind served', async () => {
    expect((await api.send('GET', CRONTABS)).status).toBe(404);
    await define();
    expect(await conditions()).toEqual(['NamesAccepted True NoConflicts', 'Established True InitialNamesAccepted']);
    expect((await api.send('GET', CRONTABS)).status).toBe(200);
    const { object } = await api.send<{ resources: { name: string; verbs: string[] }[] }>(
      'GET',
      '/apis/stable.example.com/v1',
    );
    expect(object.resources[0]?.verbs.join()).toBe('delete,deletecollection,get,list,patch,create,update,watch');
    expect(object.resources.map(({ name }) => name)).toEqual(['crontabs', 'crontabs/status', 'crontabs/scale']);
  });

  test('whose names are taken is not served', async () => {
    await define();
    const other = { plural: 'tabs', singular: 'tab', kind: 'CronTab', shortNames: ['ct'] };
    const crd = { ...definition({ names: other }), metadata: { name: 'tabs.stable.example.com' } };
    expect((await api.send('POST', CRDS, crd)).status).toBe(201);
    await api.clock.idle();
    expect(await conditions('tabs.stable.example.com')).toEqual([
      'NamesAccepted False ListKindConflict',
      'Established False NotAccepted',
    ]);
    expect((await api.send('GET', '/apis/stable.example.com/v1/tabs')).status).toBe(404);
  });

  test('is served by a server that finds it stored', async () => {
    await define();
    custom.dispose();
    api.server.kinds.remove({ group: 'stable.example.com', version: 'v1', plural: 'crontabs' });
    custom = await customResources({
      server: api.server,
      store: api.store,
      follow: (onEvents) =>
        api.store.watch({ prefix: '/registry/apiextensions.k8s.io/customresourcedefinitions/', onEvents }),
      rng: seededRng(3),
      clock: api.clock,
      onError: (error) => errors.push(error),
    });
    expect((await api.send('GET', CRONTABS)).status).toBe(200);
  });
});

describe('CR-2 an object', () => {
  beforeEach(() => define());

  test('gets defaults, keeps what may be null, and loses what nobody declared', async () => {
    const spec = { cronSpec: '* * * * */5', note: null, image: null, port: 'http', free: { a: [1, { b: null }] } };
    const { status, object } = await api.send<KubeObject & { spec: object }>('POST', CRONTABS, {
      ...crontab('my', { ...spec, unknown: 1 }),
      status: { replicas: 3 },
    });
    expect(status).toBe(201);
    expect(object.metadata.generation).toBe(1);
    expect(object.spec).toEqual({
      cronSpec: '* * * * */5',
      note: null,
      port: 'http',
      free: { a: [1, { b: null }] },
      replicas: 1,
    });
    expect('status' in object).toBe(false);
  });

  test('is refused in strict mode for what nobody declared', async () => {
    const { refusal } = await api.send(
      'POST',
      `${CRONTABS}?fieldValidation=Strict`,
      crontab('x', { cronSpec: 'a', foo: 1 }),
    );
    expect(refusal.message).toBe(
      'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.foo"',
    );
  });

  test('is refused with the texts of the schema', async () => {
    const spec = { cronSpec: '* *', replicas: 15, mode: 'medium', image: 3, parts: [{ name: 'a' }, { name: 'a' }] };
    const { refusal } = await api.send('POST', CRONTABS, crontab('bad', spec));
    expect([...causes(refusal)].sort()).toEqual([
      '<nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
      `spec.cronSpec: Invalid value: "* *": spec.cronSpec in body should match '${SCHEMA.properties.spec.properties.cronSpec.pattern}'`,
      'spec.image: Invalid value: "integer": spec.image in body must be of type string: "integer"',
      'spec.mode: Unsupported value: "medium": supported values: "fast", "slow"',
      'spec.parts[1]: Duplicate value: map[string]interface {}{"name":"a"}',
      'spec.replicas: Invalid value: 15: spec.replicas in body should be less than or equal to 10',
    ]);
    const missing = await api.send('POST', CRONTABS, crontab('bad', { replicas: 2 }));
    expect(causes(missing.refusal)[0]).toBe('spec.cronSpec: Required value');
    const wrong = await api.send('POST', CRONTABS, { ...crontab('bad', {}), spec: 'text' });
    expect(causes(wrong.refusal)[0]).toBe(
      'spec: Invalid value: "string": spec in body must be of type object: "string"',
    );
  });

  test('has a status and a scale of its own', async () => {
    await api.send('POST', CRONTABS, crontab('my', { cronSpec: '* * * * *' }));
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
    await api.send(
      'PATCH',
      `${CRONTABS}/my/status`,
      { status: { replicas: 3, selector: 'a=b' }, spec: { image: 'x' } },
      merge,
    );
    const scale = await api.send<{ spec: object; status: object; metadata: KubeObject['metadata'] }>(
      'GET',
      `${CRONTABS}/my/scale`,
    );
    expect([scale.object.spec, scale.object.status]).toEqual([{ replicas: 1 }, { replicas: 3, selector: 'a=b' }]);
    await api.send('PATCH', `${CRONTABS}/my/scale`, { spec: { replicas: 4 } }, merge);
    await api.send('PATCH', `${CRONTABS}/my`, { status: { replicas: 9 } }, merge);
    const { object } = await api.send<KubeObject & { spec: object; status: object }>('GET', `${CRONTABS}/my`);
    expect([object.spec, object.status, object.metadata.generation]).toEqual([
      { cronSpec: '* * * * *', replicas: 4 },
      { replicas: 3, selector: 'a=b' },
      2,
    ]);
  });

  test('loses what is declared nowhere, also where an object has no business', async () => {
    const spec = { cronSpec: '* * * * *', image: { b: 1, a: 2 }, replicas: [{ c: 3 }], parts: { d: 4 } };
    const { refusal } = await api.send('POST', `${CRONTABS}?fieldValidation=Strict`, crontab('x', spec));
    const unknown = ['image.a', 'image.b', 'parts.d', 'replicas[0].c'].map((path) => `unknown field "spec.${path}"`);
    expect(refusal.message).toBe(
      `CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: ${unknown.join(', ')}`,
    );
  });

  test('keeps what breaks a new rule while it does not change, with a warning', async () => {
    await api.send('POST', CRONTABS, crontab('my', { cronSpec: '* * * * *', replicas: 5 }));
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
    const json = { headers: { 'content-type': 'application/json-patch+json' } };
    const rules =
      '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/replicas/x-kubernetes-validations';
    const rule = { op: 'add', path: rules, value: [{ rule: 'self < 3' }] };
    expect((await api.send('PATCH', `${CRDS}/crontabs.stable.example.com`, [rule], json)).status).toBe(200);
    await api.clock.idle();
    const kept = await api.send('PATCH', `${CRONTABS}/my`, { spec: { image: 'new' } }, merge);
    expect(kept.status).toBe(200);
    expect(kept.warnings).toEqual(['spec.replicas: Invalid value: "integer": failed rule: self < 3']);
    const changed = await api.send('PATCH', `${CRONTABS}/my`, { spec: { replicas: 6 } }, merge);
    expect(causes(changed.refusal)).toEqual(['spec.replicas: Invalid value: "integer": failed rule: self < 3']);
  });

  test('is scaled without a version, refused with its own texts, and has no scale without replicas', async () => {
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
    await api.send('POST', CRONTABS, crontab('my', { cronSpec: '* * * * *' }));
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'my', namespace: 'default' } };
    const put = await api.send<{ spec: object }>('PUT', `${CRONTABS}/my/scale`, { ...scale, spec: { replicas: 7 } });
    expect(put.object.spec).toEqual({ replicas: 7 });
    const negative = await api.send('PATCH', `${CRONTABS}/my/scale`, { spec: { replicas: -1 } }, merge);
    expect(causes(negative.refusal)).toContain('.spec.replicas: Invalid value: -1: should be a non-negative integer');
    const shapeless = await api.send('POST', CRONTABS, { ...crontab('flat', {}), spec: ['a', 2] });
    expect(causes(shapeless.refusal)).toContain(
      '.spec.replicas: Invalid value: 0: .spec.replicas accessor error: [a 2] is of the type []interface {}, expected map[string]interface{}',
    );
    const elsewhere = { specReplicasPath: '.spec.count', statusReplicasPath: '.status.replicas' };
    const json = { headers: { 'content-type': 'application/json-patch+json' } };
    const path = '/spec/versions/0/subresources/scale';
    await api.send('PATCH', `${CRDS}/crontabs.stable.example.com`, [{ op: 'replace', path, value: elsewhere }], json);
    await api.clock.idle();
    expect((await api.send('GET', `${CRONTABS}/my/scale`)).refusal.message).toBe(
      'Internal error occurred: the spec replicas field ".spec.count" does not exist',
    );
  });

  test('is shown in the columns of its definition', async () => {
    await api.send('POST', CRONTABS, crontab('my', { cronSpec: '* * * * *' }));
    const { object } = await api.send<{ rows: { cells: unknown[] }[]; columnDefinitions: { name: string }[] }>(
      'GET',
      CRONTABS,
      undefined,
      { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } },
    );
    expect(object.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Spec', 'Replicas', 'Age']);
    expect(object.rows[0]?.cells).toEqual(['my', '* * * * *', 1, '0s']);
  });

  test('takes server-side apply, and no strategic merge patch', async () => {
    const apply = { headers: { 'content-type': 'application/apply-patch+yaml' } };
    const body = (manager: string, parts: object[]): Promise<{ status: number; object: { spec: object } }> =>
      api.send(
        'PATCH',
        `${CRONTABS}/my?fieldManager=${manager}`,
        { ...crontab('my', { cronSpec: '* * * * *', parts }) },
        apply,
      ) as never;
    expect((await body('one', [{ name: 'a', size: 1 }])).status).toBe(201);
    const { object } = await body('two', [{ name: 'b' }]);
    expect(object.spec).toMatchObject({ parts: [{ name: 'a', size: 1 }, { name: 'b' }] });
    const strategic = { headers: { 'content-type': 'application/strategic-merge-patch+json' } };
    expect((await api.send('PATCH', `${CRONTABS}/my`, { spec: {} }, strategic)).status).toBe(415);
  });
});

test('CR-3 versions show the same objects; old ones warn', async () => {
  const open = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await define({
    versions: [
      { name: 'v1alpha1', served: true, storage: false, deprecated: true, schema: open },
      { name: 'v1', served: true, storage: true, schema: open },
    ],
  });
  const old = CRONTABS.replace('/v1/', '/v1alpha1/');
  const { warnings, status } = await api.send('POST', old, {
    ...crontab('w', { anything: { goes: [1, 'two'] } }),
    apiVersion: 'stable.example.com/v1alpha1',
  });
  expect(status).toBe(201);
  expect(warnings).toEqual(['stable.example.com/v1alpha1 CronTab is deprecated; use stable.example.com/v1 CronTab']);
  const shown = await api.send<KubeObject & { spec: object }>('GET', `${CRONTABS}/w`);
  expect(shown.object).toMatchObject({ apiVersion: 'stable.example.com/v1', spec: { anything: { goes: [1, 'two'] } } });
});

test('CR-4 a definition goes when its last object has gone', async () => {
  await define();
  await api.send('POST', CRONTABS, crontab('a', { cronSpec: '* * * * *' }));
  await api.send('POST', CRONTABS, crontab('b', { cronSpec: '* * * * *' }, { finalizers: ['example.com/hold'] }));
  await api.send('DELETE', `${CRDS}/crontabs.stable.example.com`);
  await api.clock.idle();
  expect((await conditions()).at(-1)).toBe('Terminating True InstanceDeletionInProgress');
  expect((await api.send('GET', `${CRONTABS}/a`)).status).toBe(404);
  const refused = await api.send('POST', CRONTABS, crontab('c', { cronSpec: '* * * * *' }));
  expect(refused.status).toBe(405);
  const json = { headers: { 'content-type': 'application/json-patch+json' } };
  await api.send('PATCH', `${CRONTABS}/b`, [{ op: 'remove', path: '/metadata/finalizers' }], json);
  await api.clock.idle();
  expect((await api.send('GET', `${CRDS}/crontabs.stable.example.com`)).status).toBe(404);
  expect((await api.send('GET', CRONTABS)).status).toBe(404);
});

test('CR-4 nobody is asked whether the objects of a definition may go', async () => {
  await define();
  await api.send('POST', CRONTABS, crontab('a', { cronSpec: '* * * * *' }));
  keeper.keeps = 'crontabs';
  expect((await api.send('DELETE', `${CRONTABS}/a`)).status).toBe(403);
  await api.send('DELETE', `${CRDS}/crontabs.stable.example.com`);
  await api.clock.idle();
  expect((await api.send('GET', `${CRDS}/crontabs.stable.example.com`)).status).toBe(404);
});

test('CR-4 a definition that serves no version takes its objects along', async () => {
  await define();
  await api.send('POST', CRONTABS, crontab('a', { cronSpec: '* * * * *' }));
  const path = `${CRDS}/crontabs.stable.example.com`;
  const json = { headers: { 'content-type': 'application/json-patch+json' } };
  await api.send('PATCH', path, [{ op: 'replace', path: '/spec/versions/0/served', value: false }], json);
  await api.clock.idle();
  expect((await api.send('GET', CRONTABS)).status).toBe(404);
  await api.send('DELETE', path);
  await api.clock.idle();
  expect((await api.send('GET', path)).status).toBe(404);
  expect((await api.store.range('/registry/stable.example.com/')).kvs).toEqual([]);
  // What comes under its name later begins without them.
  await define();
  expect((await api.send('GET', CRONTABS)).object).toMatchObject({ items: [] });
});
