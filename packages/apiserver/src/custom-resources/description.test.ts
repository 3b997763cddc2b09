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
  expect(schemas((name, field = '') => WORDS[`${name} ${field}`])).toMatchObject({
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
