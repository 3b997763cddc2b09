import { readFileSync } from 'node:fs';
import { canonical, StatusError } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { CustomResourceDefinition } from '../generated/apiextensions-v1.ts';
import { createObject, testContext, updateObject } from '../testing/index.ts';
import { customResourceDefinition as kind } from './custom-resource-definition.ts';

/* Definitions made at random, and what Kubernetes' own validation says of them. */
interface Case {
  readonly metadata: object;
  readonly spec: object;
  readonly errors: readonly string[];
}

const cases = readFileSync(new URL('../../testdata/custom-resource-definitions.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

const make = (spec: object, metadata: object = { name: 'foos.a.b' }): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata,
  spec,
});

function causes(run: () => unknown): readonly string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return (error.status.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
  }
}

const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

test('CRD-1 a definition is refused with the errors of upstream', () => {
  for (const { metadata, spec, errors } of cases) {
    const got = causes(() => createObject(kind, make(spec, metadata), testContext()));
    expect(sorted(got), JSON.stringify(spec)).toEqual(sorted(errors));
  }
});

const FOOS = {
  group: 'a.b',
  scope: 'Namespaced',
  names: { plural: 'foos', kind: 'Foo' },
  versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
};

function stored(established: boolean): CustomResourceDefinition {
  const object = createObject(kind, make(FOOS), testContext());
  if (object === undefined) throw new Error('does not decode');
  const conditions = [{ type: 'Established', status: established ? 'True' : 'False' }];
  return {
    ...object,
    metadata: { ...object.metadata, resourceVersion: '1' },
    status: { ...object.status, conditions },
  };
}

describe('CRD-2 names', () => {
  test('of an established definition stay', () => {
    const next = make({ ...FOOS, scope: 'Cluster', names: { plural: 'foos', kind: 'Bar' } });
    expect(causes(() => updateObject(kind, next, stored(true), testContext()))).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'spec.names.kind: Invalid value: "Bar": field is immutable',
    ]);
    expect(causes(() => updateObject(kind, next, stored(false), testContext()))).toEqual([]);
  });

  test('are made of each other', () => {
    expect(stored(false).spec.names).toEqual({ plural: 'foos', singular: 'foo', kind: 'Foo', listKind: 'FooList' });
  });
});

test('CRD-3 versions once stored are remembered', () => {
  const versions = [
    { ...FOOS.versions[0], storage: false },
    { name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
  ];
  const next = updateObject(kind, make({ ...FOOS, versions }), stored(true), testContext());
  expect(next?.status?.storedVersions).toEqual(['v1', 'v2']);
});

test('CRD-1 what explains an integer or text leaves it one', () => {
  const anyOf = [{ type: 'integer' }, { type: 'string', externalDocs: { url: 'x' }, example: 1 }];
  const properties = { port: { 'x-kubernetes-int-or-string': true, anyOf } };
  const versions = [{ ...FOOS.versions[0], schema: { openAPIV3Schema: { type: 'object', properties } } }];
  expect(causes(() => createObject(kind, make({ ...FOOS, versions }), testContext()))).toEqual([]);
});

test('CRD-1 lists of no schemas are no schema, and dependencies are refused even when there are none', () => {
  const withSpec = (spec: object) =>
    make({
      ...FOOS,
      versions: [{ ...FOOS.versions[0], schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }],
    });
  const given = createObject(kind, withSpec({ type: 'object', items: [] }), testContext());
  const made = given && canonical(kind.schema, given);
  expect(made?.spec.versions[0]?.schema?.openAPIV3Schema?.properties?.['spec']).toEqual({ type: 'object' });
  expect(causes(() => createObject(kind, withSpec({ type: 'object', dependencies: {} }), testContext()))).toEqual([
    'spec.validation.openAPIV3Schema.properties[spec].dependencies: Forbidden: dependencies is not supported',
  ]);
});
