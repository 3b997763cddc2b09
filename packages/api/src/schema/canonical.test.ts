import { canonical, decodeObject, encodeJson, type KubeObject, type StructSchema } from '@tabernetes/apimachinery';
import { describe, expect, it } from 'vitest';
import defaulted from '../../testdata/schema/defaulted-objects.json' with { type: 'json' };
import printed from '../../testdata/schema/printed-objects.json' with { type: 'json' };
import { schemaOf, schemaOfKind } from './schemas.ts';

const schemaFor = ({ apiVersion, kind }: { apiVersion: string; kind: string }): StructSchema => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const schema = schemaOfKind({ group: group ?? '', version: version ?? '', kind });
  if (schema === undefined) throw new Error(`no ${apiVersion} ${kind}`);
  return schema;
};
const POD = schemaOf('io.k8s.api.core.v1.Pod');

describe('canonical', () => {
  it('CAN-1 prints recorded objects as they were printed, byte for byte', () => {
    for (const object of printed as unknown as KubeObject[]) {
      const schema = schemaFor(object);
      expect(JSON.stringify(canonical(schema, decodeObject(schema, object).draft))).toBe(JSON.stringify(object));
    }
  });

  it('CAN-2 adds nothing to, and takes nothing from, what the server defaulted', () => {
    for (const [name, object] of Object.entries(defaulted as unknown as Record<string, KubeObject>)) {
      const schema = schemaFor(object);
      expect(canonical(schema, decodeObject(schema, object).draft), name).toEqual(object);
    }
  });

  it('CAN-3 leaves out zero values of omitempty fields and prints the others', () => {
    const job = schemaOf('io.k8s.api.batch.v1.Job');
    const value = {
      kind: 'Job',
      spec: { parallelism: 0, template: { spec: { hostNetwork: false, containers: [], nodeName: '' } } },
    };
    expect(canonical<unknown>(job, value)).toEqual({
      kind: 'Job',
      metadata: { creationTimestamp: null },
      spec: { parallelism: 0, template: { metadata: { creationTimestamp: null }, spec: { containers: null } } },
      status: {},
    });
    const crd = schemaOf('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus');
    expect(canonical<unknown>(crd, { storedVersions: [] })).toEqual({
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: [],
    });
  });

  it('CAN-4 sorts maps by their bytes', () => {
    const labels = { b: '2', a: '1', '\u{1f600}': '4', '\uff5e': '3' };
    const { metadata } = canonical<KubeObject>(POD, { apiVersion: 'v1', kind: 'Pod', metadata: { labels } });
    expect(Object.keys(metadata.labels ?? {})).toEqual(['a', 'b', '\uff5e', '\u{1f600}']);
  });

  it('CAN-5 shares every equal part with the previous object, and all of it when nothing changed', () => {
    const [first] = printed.filter(({ kind }) => kind === 'Deployment') as unknown as (KubeObject & {
      spec: { template: unknown };
    })[];
    if (first === undefined) throw new Error('no Deployment among the recorded objects');
    const schema = schemaFor(first);
    const before = canonical(schema, first);
    expect(canonical(schema, structuredClone(before), before)).toBe(before);
    const changed = structuredClone(before) as { spec: { replicas: number } } & typeof before;
    changed.spec.replicas = 77;
    const after = canonical(schema, changed, before);
    expect(after).not.toBe(before);
    expect(after.metadata).toBe(before.metadata);
    expect(after.spec.template).toBe(before.spec.template);
    expect(Object.keys(after.spec)).toEqual(Object.keys(before.spec));
  });

  it('CAN-6 freezes what it returns and leaves its input alone', () => {
    const value = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', args: ['x'] }] },
    };
    const result = canonical(POD, value);
    expect(Object.isFrozen(result.spec.containers[0]?.args)).toBe(true);
    expect(Object.isFrozen(value.spec.containers)).toBe(false);
    expect(Object.isFrozen(canonical(POD, value, undefined, { freeze: false }).spec)).toBe(false);
  });

  it('CAN-7 keeps untyped parts in their order, and sorts custom resources', () => {
    const revision = schemaOf('io.k8s.api.apps.v1.ControllerRevision');
    const data = { z: { b: 1, a: [] }, a: null };
    expect(JSON.stringify(canonical<unknown>(revision, { data, revision: 1 }))).toBe(
      '{"metadata":{"creationTimestamp":null},"data":{"z":{"b":1,"a":[]},"a":null},"revision":1}',
    );
    const custom: StructSchema = { kind: 'struct', goType: '', fields: [], byName: new Map(), untyped: true };
    expect(encodeJson(canonical<unknown>(custom, { spec: { b: 0, a: '' }, kind: 'X', apiVersion: 'a/v1' }))).toBe(
      '{"apiVersion":"a/v1","kind":"X","spec":{"a":"","b":0}}',
    );
  });
});
