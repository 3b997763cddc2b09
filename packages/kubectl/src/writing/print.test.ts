import { expect, test } from 'vitest';
import { kubectlOnServer } from '../testing/admin-server.ts';

const EVENT = `apiVersion: v1
kind: Event
metadata: {name: e, namespace: default}
involvedObject: {apiVersion: v1, kind: Pod, name: p}
type: Normal
reason: R
message: m
lastTimestamp: "2025-01-01T00:00:00Z"
`;

test('KCT-46 objects that kubectl knows by type are printed in the order of their fields', async () => {
  const run = await kubectlOnServer({ '/work/e.yaml': EVENT });
  await run('create -f e.yaml');
  const { stdout } = await run('events -o json');
  const list = JSON.parse(stdout);
  expect(Object.keys(list)).toEqual(['kind', 'apiVersion', 'metadata', 'items']);
  expect(Object.keys(list.items[0]).slice(0, 7)).toEqual([
    'kind',
    'apiVersion',
    'metadata',
    'involvedObject',
    'reason',
    'message',
    'source',
  ]);
  expect((await run('events --for nope/p')).stderr).toBe('the server doesn\'t have a resource type "nope"\n');
});

test('KCT-46 auth reconcile and cluster-info dump print them so as well', async () => {
  const role =
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n';
  const run = await kubectlOnServer({ '/work/r.yaml': role });
  const { stdout } = await run('auth reconcile -f r.yaml --dry-run=client -o json');
  expect(Object.keys(JSON.parse(stdout).rules[0])).toEqual(['verbs', 'apiGroups', 'resources']);
  const dumped = (await run('cluster-info dump')).stdout;
  expect(dumped).toMatch(/^\{\n {4}"kind": "NodeList",\n {4}"apiVersion": "v1",\n {4}"metadata": /);
});

test('KCT-46 edit-last-applied and set-last-applied keep a configuration as a line', async () => {
  const cm = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
  const run = await kubectlOnServer({ '/work/cm.yaml': cm });
  await run('create -f cm.yaml');
  await run('apply set-last-applied -f cm.yaml --create-annotation');
  const kept = await run('get cm a -o jsonpath={.metadata.annotations}');
  expect(Object.values(JSON.parse(kept.stdout))).toEqual([
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"}}\n',
  ]);
});
