import type { JSONSchemaProps } from '@tabernetes/api/types/apiextensions-v1';
import { expect, test } from 'vitest';
import { customResourceDescription } from './description.ts';

const WORDS: Readonly<Record<string, string>> = {
  'io.k8s.api.core.v1.Pod kind': 'What it is.',
  'io.k8s.api.core.v1.PodList items': 'List of pods. More info: there',
};

test('CR-9 what every object has is described as it is of built-in kinds', () => {
  const embedded = { type: 'object' as const, 'x-kubernetes-embedded-resource': true };
  const openAPIV3Schema = { type: 'object', properties: { template: embedded } };
  const { schemas } = customResourceDescription(
    { group: 'example.com', version: 'v1', kind: 'Thing' },
    { listKind: 'ThingList', plural: 'things' },
    { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } },
  );
  const properties = {
    apiVersion: { type: 'string' },
    kind: { type: 'string', description: 'What it is.' },
    metadata: { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }] },
  };
  expect(schemas((name, field = '') => WORDS[`${name} ${field}`], 'v3')).toMatchObject({
    'com.example.v1.Thing': {
      properties: { ...properties, template: { ...embedded, properties, required: ['kind', 'apiVersion'] } },
    },
    'com.example.v1.ThingList': {
      properties: {
        items: {
          type: 'array',
          description: 'List of things. More info: there',
          items: { $ref: '#/components/schemas/com.example.v1.Thing' },
        },
      },
    },
  });
});

test('CR-14 OpenAPI 2.0 is told nothing that kubectl would take for a prohibition', () => {
  const inSwagger = (openAPIV3Schema: JSONSchemaProps): unknown => {
    const { schemas } = customResourceDescription(
      { group: 'example.com', version: 'v1', kind: 'Thing' },
      { listKind: 'ThingList', plural: 'things' },
      { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } },
    );
    return schemas(() => undefined, 'v2')['com.example.v1.Thing'];
  };
  const last = {
    'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Thing' }],
    'x-kubernetes-selectable-fields': [],
  };
  const open = { 'x-kubernetes-preserve-unknown-fields': true } as const;
  expect(inSwagger({ type: 'object', description: 'Anything.', ...open })).toEqual({ type: 'object', ...last });
  const spec: JSONSchemaProps = {
    type: 'object',
    required: ['port', 'note'],
    properties: {
      port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      note: { type: 'string', nullable: true, maxLength: 3 },
      any: { type: 'object', properties: { a: { type: 'string' } }, ...open },
      template: { type: 'object', 'x-kubernetes-embedded-resource': true, ...open },
      list: {
        type: 'array',
        items: { type: 'object', oneOf: [{ required: ['a'] }], properties: { a: { type: 'string' } } },
      },
    },
  };
  expect(inSwagger({ type: 'object', properties: { spec } })).toMatchObject({
    type: 'object',
    properties: {
      kind: { type: 'string' },
      spec: {
        type: 'object',
        required: ['port'],
        properties: {
          port: { 'x-kubernetes-int-or-string': true },
          note: { maxLength: 3 },
          any: open,
          template: { 'x-kubernetes-embedded-resource': true, ...open },
          list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
        },
      },
    },
    ...last,
  });
  expect(JSON.stringify(inSwagger({ type: 'object', properties: { spec } }))).not.toMatch(
    /anyOf|oneOf|nullable|"any":\{[^}]*type/,
  );
});
