import type { KubeObject } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ExtendedApiServer, extendedApiServer } from '../testing/index.ts';

const WIDGETS = '/apis/ex.com/v1/namespaces/default/widgets';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };
const APPLY = { headers: { 'content-type': 'application/apply-patch+yaml' } };
const strings = { type: 'object', additionalProperties: { type: 'string' } };
const KEEP = { 'x-kubernetes-preserve-unknown-fields': true };
const properties = {
  replicas: { type: 'integer' },
  size: { type: 'string', default: 'small' },
  names: { ...strings },
  since: { type: 'string', format: 'date' },
  key: { type: 'string', format: 'byte' },
};
const definition = {
  metadata: { name: 'widgets.ex.com' },
  spec: {
    group: 'ex.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } },
        subresources: { scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
      },
      { name: 'v2', served: true, storage: false, schema: { openAPIV3Schema: { type: 'object', ...KEEP } } },
    ],
  },
};
const widget = (spec: object, metadata: object = {}) => ({
  apiVersion: 'ex.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', ...metadata },
  spec,
});

describe('CR-2 a custom resource', () => {
  let api: ExtendedApiServer;
  beforeEach(async () => {
    api = await extendedApiServer();
    await api.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    await api.clock.idle();
  });
  afterEach(() => api.dispose());

  test('has metadata without what is empty, however it is written', async () => {
    const empty = { labels: {}, annotations: {}, finalizers: [], ownerReferences: [] };
    const made = await api.send('POST', WIDGETS, widget({ names: {} }, empty));
    const keys = ['creationTimestamp', 'generation', 'managedFields', 'name', 'namespace', 'resourceVersion', 'uid'];
    expect(Object.keys(made.object.metadata)).toEqual(keys);
    expect(made.object).toMatchObject({ spec: { names: {} } });
    const same = await api.send('PATCH', `${WIDGETS}/w`, { metadata: empty }, MERGE);
    expect(same.object).toEqual(made.object);
    const put = await api.send('PUT', `${WIDGETS}/w`, {
      ...made.object,
      metadata: { ...made.object.metadata, ...empty, managedFields: [], selfLink: '/w' },
    });
    expect(put.object).toEqual(made.object);
    const applied = await api.send('PATCH', `${WIDGETS}/w?fieldManager=m`, widget({}, { labels: {} }), APPLY);
    expect(Object.keys(applied.object.metadata)).toEqual(keys);
  });

  test('loses what is null where that is no value, but not what is applied', async () => {
    const made = await api.send('POST', WIDGETS, widget({ replicas: null, size: null, names: { a: null } }));
    expect(made.object).toMatchObject({ spec: { size: 'small', names: {} } });
    const { refusal } = await api.send('PATCH', `${WIDGETS}/w?fieldManager=m`, widget({ names: { a: null } }), APPLY);
    expect([refusal.code, refusal.details?.causes?.[0]?.field]).toEqual([422, 'spec.names.a']);
  });

  test('is applied with values of the right type', async () => {
    const { refusal } = await api.send(
      'PATCH',
      `${WIDGETS}/w?fieldManager=m`,
      widget({ replicas: 'x', size: 5 }),
      APPLY,
    );
    expect([refusal.code, refusal.message]).toEqual([
      500,
      [
        'failed to create typed patch object (/w; ex.com/v1, Kind=Widget): errors:',
        '  .spec.replicas: expected numeric (int or float), got string',
        '  .spec.size: expected string, got &value.valueUnstructured{Value:5}',
      ].join('\n'),
    ]);
  });

  test('is applied with any value where its text has a format, and refused for that afterwards', async () => {
    const apply = (spec: object) => api.send('PATCH', `${WIDGETS}/w?fieldManager=m`, widget(spec), APPLY);
    expect((await apply({ since: 5 })).refusal).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'spec.since' }] },
    });
    expect((await apply({ key: 5 })).refusal).toMatchObject({ code: 500 });
  });

  test('cannot be patched to be another kind', async () => {
    await api.send('POST', WIDGETS, widget({}));
    const patch = async (type: object) => (await api.send('PATCH', `${WIDGETS}/w`, type, MERGE)).refusal.message;
    expect(await patch({ apiVersion: 'x/v1', kind: 'X' })).toBe(
      'X.x "w" is invalid: [kind: Invalid value: "X": must be Widget, apiVersion: Invalid value: "x/v1": must be ex.com/v1]',
    );
    expect(await patch({ apiVersion: 'ex.com/v2' })).toBe(
      'Widget.ex.com "w" is invalid: apiVersion: Invalid value: "ex.com/v2": must be ex.com/v1',
    );
    expect(await patch({ apiVersion: '' })).toBe(
      "Internal error occurred: Object 'apiVersion' is missing in 'object has no apiVersion field'",
    );
    expect(await patch({ apiVersion: 'ex.com/v1', kind: 'Widget' })).toBeUndefined();
  });

  test('has a Scale that cannot be applied', async () => {
    await api.send<KubeObject>('POST', WIDGETS, widget({ replicas: 1 }));
    const scale = (replicas: number) => ({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'w' },
      spec: { replicas },
    });
    const changed = await api.send('PATCH', `${WIDGETS}/w/scale?fieldManager=m&force=true`, scale(2), APPLY);
    expect([changed.status, changed.refusal.message]).toEqual([
      500,
      'failed to convert new object (/w; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1',
    ]);
    expect((await api.send('PATCH', `${WIDGETS}/w/scale?fieldManager=m`, scale(1), APPLY)).status).toBe(200);
  });

  test('tells of wrong metadata as of an object of its own', async () => {
    await api.send('POST', WIDGETS, widget({}));
    const { refusal } = await api.send('PATCH', `${WIDGETS}/w`, { metadata: { labels: { a: 5 } } }, MERGE);
    expect(refusal.message).toContain(
      'json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
    );
  });

  test('that is applied in two versions fits them both, and loses what was given up', async () => {
    const at = (version: string) => `${WIDGETS.replace('v1', version)}/w?fieldManager=m`;
    await api.send('PATCH', at('v1'), widget({ size: 'large', replicas: 1 }), APPLY);
    const v2 = (spec: object) => ({ ...widget(spec), apiVersion: 'ex.com/v2' });
    const { refusal } = await api.send('PATCH', at('v2'), v2({ other: 1 }), APPLY);
    expect([refusal.code, refusal.message]).toEqual([
      500,
      'failed to prune fields: failed to convert merged object to last applied version: .spec.other: field not declared in schema',
    ]);
    const given = await api.send('PATCH', at('v2'), v2({ replicas: 1 }), APPLY);
    expect(given.object).toMatchObject({ spec: { size: 'small', replicas: 1 } });
  });
});
