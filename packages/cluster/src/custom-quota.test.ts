import { kinds } from '@tabernetes/api';
import type { CustomResourceDefinition } from '@tabernetes/api/types/apiextensions-v1';
import { expect, test } from 'vitest';
import { createCluster } from './index.ts';

const GADGETS: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
const REFERENCE = { group: 'example.com', version: 'v1', kind: 'Gadget', plural: 'gadgets', namespaced: true };
const LIMIT = 'count/gadgets.example.com';

test('QUOTA-7 custom resources are counted as long as there are any, and nobody asks for them afterwards', async () => {
  const errors: unknown[] = [];
  const { client, clock, stop } = await createCluster({ clock: 'virtual', onError: (error) => errors.push(error) });
  const definitions = client.resource(kinds.customResourceDefinition);
  const quotas = client.resource(kinds.resourceQuota);
  const metadata = { name: 'a', namespace: 'default' };
  const make = async (): Promise<void> => {
    await definitions.create(GADGETS);
    await clock.advance('5s');
    await client.resource(REFERENCE).create({ apiVersion: 'example.com/v1', kind: 'Gadget', metadata });
    await clock.advance('5s');
  };
  const used = async () => (await quotas.get('a', 'default')).status?.used;
  await definitions.create(GADGETS);
  await clock.advance('5s');
  await quotas.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { [LIMIT]: '2' } } });
  await clock.advance('5s');
  expect(await used()).toEqual({ [LIMIT]: '0' });
  await definitions.delete('gadgets.example.com');
  await clock.advance('10m');
  expect(errors).toEqual([]);
  await make();
  await clock.advance('5m');
  expect(await used()).toEqual({ [LIMIT]: '1' });
  await stop();
});
