import { pageHost } from '@tabernetes/worker/host';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Applied, applyDocuments } from './apply.ts';
import { documentsBetween } from './documents.ts';
import { liveDiff } from './live-diff.ts';

const host = pageHost();
beforeAll(() => host.start({ nodes: 0, clock: 'virtual' }));
afterAll(() => host.stop());

const cluster = { host } as never;
const configMap = (name: string, value: string, namespace = 'default'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n  key: "${value}"\n`;
const told = (applied: readonly Applied[]): readonly string[] =>
  applied.map(({ name, outcome, message }) => [name, outcome, message].filter(Boolean).join(' '));

test('UI-8 documents are created, configured, left alone or refused, each for itself', async () => {
  const both = `${configMap('a', 'x')}---\n${configMap('b', 'x')}`;
  expect(told(await applyDocuments(cluster, both, 'default'))).toEqual(['ConfigMap/a created', 'ConfigMap/b created']);
  const next = `${configMap('a', 'x')}---\n${configMap('b', 'z')}---\nkind: Nothing\napiVersion: v1\n---\n- list\n`;
  expect(told(await applyDocuments(cluster, next, 'default'))).toEqual([
    'ConfigMap/a unchanged',
    'ConfigMap/b configured',
    'Nothing/ refused no matches for kind "Nothing" in version "v1"',
    'refused error validating data: [apiVersion not set, kind not set]',
  ]);
});

test('UI-8 only documents that are selected are applied', async () => {
  const both = `${configMap('c', 'x')}---\n${configMap('d', 'x')}`;
  const documents = documentsBetween(both, both.length - 3, both.length - 1);
  expect(told(await applyDocuments(cluster, both, 'default', { documents }))).toEqual(['ConfigMap/d created']);
});

test('UI-8 a document whose namespace comes from an earlier one is not refused before anything is written', async () => {
  const both = `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: fresh\n---\n${configMap('e', 'x', 'fresh')}`;
  const dry = await applyDocuments(cluster, both, 'default', { dryRun: true });
  expect(told(dry)).toEqual(['Namespace/fresh created', 'ConfigMap/e created']);
  const alone = await applyDocuments(cluster, configMap('e', 'x', 'fresh'), 'default', { dryRun: true });
  expect(told(alone)).toEqual(['ConfigMap/e refused namespaces "fresh" not found']);
});

test('UI-8 what is wrong with a document is told although its namespace or its kind stands further up', async () => {
  const deployment = (field: string) =>
    `---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {${field}: 3}\n`;
  const file = `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n${deployment('replcas')}`;
  const dry = () => applyDocuments(cluster, file, 'default', { dryRun: true });
  const misspelt = /^Deployment\/web refused .*\.spec\.replcas: field not declared in schema/;
  expect(told(await dry())).toEqual(['Namespace/shop created', expect.stringMatching(misspelt)]);
  await applyDocuments(cluster, file, 'default');
  expect(told(await dry())).toEqual(['Namespace/shop unchanged', expect.stringMatching(misspelt)]);
  const crd = (fields: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: backups.demo.io}
spec:
  group: demo.io
  names: {kind: Backup, plural: backups}
  scope: Namespaced
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {${fields}}}}}
---
apiVersion: demo.io/v1
kind: Backup
metadata: {name: nightly}
size: 3
`;
  const own = (fields: string) => applyDocuments(cluster, crd(fields), 'default', { dryRun: true });
  const definition = 'CustomResourceDefinition/backups.demo.io';
  expect(told(await own('keep: {type: integer}'))).toEqual([`${definition} created`, 'Backup/nightly created']);
  await applyDocuments(cluster, crd('keep: {type: integer}'), 'default');
  expect(told(await own('keep: {type: integer}'))).toEqual([
    `${definition} unchanged`,
    expect.stringMatching(/^Backup\/nightly refused .*\.size: field not declared in schema/),
  ]);
  expect(told(await own('size: {type: integer}'))).toEqual([`${definition} configured`, 'Backup/nightly created']);
});

test('UI-8 a List is its items, and a name that the server gives is another one each time', async () => {
  const list =
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {generateName: g-}}\n';
  const [first] = await applyDocuments(cluster, list, 'default');
  const [second] = await applyDocuments(cluster, list, 'default');
  expect([first?.outcome, second?.outcome]).toEqual(['created', 'created']);
  expect(first?.name).toMatch(/^ConfigMap\/g-\w{5}$/);
  expect(second?.name).not.toBe(first?.name);
});

test('UI-8 what applying would change is told without the fields that change with every write', async () => {
  await applyDocuments(cluster, configMap('f', 'x'), 'default');
  const applied = await applyDocuments(cluster, configMap('f', 'yes'), 'default', { dryRun: true });
  expect(liveDiff(applied)).toEqual({
    before: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: f\n  namespace: default\ndata:\n  key: x\n',
    after: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: f\n  namespace: default\ndata:\n  key: "yes"\n',
    refused: [],
  });
});
