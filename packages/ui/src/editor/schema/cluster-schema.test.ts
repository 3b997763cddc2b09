import { pageHost } from '@tabernetes/worker/host';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nearestName } from '../nearest-name.ts';
import { apiVersionsIn, type SchemaReader, schemaReader } from './cluster-schema.ts';
import { fieldsAt, rootSchema } from './root-schema.ts';

const host = pageHost();
let reader: SchemaReader;
beforeAll(async () => {
  await host.start({ nodes: 0, clock: 'virtual' });
  reader = schemaReader(host);
});
afterAll(() => host.stop());

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };

test('UI-7 fields of a kind are known at every depth; those of maps with any key are not', async () => {
  const { definitions } = await reader.read(['apps/v1']);
  const container = fieldsAt(definitions, DEPLOYMENT, ['spec', 'template', 'spec', 'containers', 0, 'imag']);
  expect(nearestName('imag', container)).toBe('image');
  expect(fieldsAt(definitions, DEPLOYMENT, ['metadata', 'labels', 'x'])).toEqual([]);
  expect(fieldsAt(definitions, { apiVersion: 'v1', kind: 'Nothing' }, ['spec'])).toEqual([]);
});

test('UI-7 a schema is read once, and again when the kinds changed', async () => {
  const first = await reader.read(['apps/v1']);
  expect(await reader.read(['apps/v1'])).toBe(first);
  await host.request({
    method: 'POST',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'cats.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Cat', plural: 'cats' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', properties: { whiskers: { type: 'integer' } } } },
              },
            },
          },
        ],
      },
    },
  });
  await host.advance('10s');
  reader.refresh();
  const second = await reader.read(['example.com/v1']);
  expect(second.kinds).toContainEqual({ apiVersion: 'example.com/v1', kind: 'Cat' });
  expect(fieldsAt(second.definitions, { apiVersion: 'example.com/v1', kind: 'Cat' }, ['spec', 'x'])).toEqual([
    'whiskers',
  ]);
});

test('UI-7 one schema sends each document to the definition of its kind', async () => {
  const { kinds, definitions } = await reader.read(['apps/v1']);
  const { allOf } = rootSchema(kinds, definitions) as { allOf: readonly { if: unknown; then: { $ref?: string } }[] };
  const deployment = allOf.find(({ then }) => then.$ref?.endsWith('.apps.v1.Deployment'));
  expect(deployment?.if).toEqual({
    properties: { apiVersion: { const: 'apps/v1' }, kind: { const: 'Deployment' } },
    required: ['apiVersion', 'kind'],
  });
});

test('UI-7 versions are found in a text as it is being written', () => {
  expect(apiVersionsIn('apiVersion: v1\nkind: [\n---\napiVersion: "apps/v1"\n---\napiVersion: v1\n')).toEqual([
    'v1',
    'apps/v1',
  ]);
});
