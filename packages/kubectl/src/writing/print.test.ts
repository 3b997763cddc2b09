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
  expect(dumped).toContain('"kind": "ServiceList"');
  expect((await run('cluster-info dump --namespaces none')).stdout).not.toContain('"items": []');
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

test('KCT-46 their numbers are floats to JSONPath, as kubectl reads back their JSON', async () => {
  const run = await kubectlOnServer({});
  const create = 'create deployment x --image=i --replicas=10000000 --dry-run=client -o';
  expect((await run(`${create} jsonpath={.spec.replicas}`)).stdout).toBe('1e+07');
  expect((await run(`${create} jsonpath-as-json={.spec.replicas}`)).stdout).toBe('[\n    10000000\n]\n');
  expect((await run(`${create} go-template={{.spec.replicas}}`)).stdout).toBe('10000000');
  expect((await run(`${create} jsonpath={.spec[?(@.x)]}`)).stderr).toContain('"replicas":1e+07');
});

test('KCT-46 json, yaml and name take nothing behind an equals sign', async () => {
  const run = await kubectlOnServer({});
  for (const format of ['json=x', 'yaml=', 'name=x']) {
    expect((await run(`create configmap x --dry-run=client -o ${format}`)).stderr).toContain(
      `unable to match a printer suitable for the output format "${format}"`,
    );
  }
});

test('KCT-46 with --template, formats that bring an argument of their own are none; those with arguments are written small', async () => {
  const run = await kubectlOnServer({});
  const create = 'create configmap x --dry-run=client';
  expect((await run(`${create} -o go-template --template={{.kind}}`)).stdout).toBe('ConfigMap');
  for (const [output, rest] of [
    ['go-template={{.kind}}', '--template={{.kind}}'],
    ['GO-TEMPLATE={{.kind}}', ''],
    ['JsonPath', '--template={.kind}'],
  ]) {
    expect((await run(`${create} -o ${output} ${rest}`.trim())).stderr).toContain(
      `unable to match a printer suitable for the output format "${output}"`,
    );
  }
});

test('KCT-46 a list that is empty is printed as such, and one that is not there as null', async () => {
  const run = await kubectlOnServer({});
  const line = 'create deployment d --dry-run=client -o jsonpath={.spec.template.spec.containers} --image';
  expect((await run(`${line}=`)).stdout).toBe('[]');
  const pod = 'run p --image=i --dry-run=client -o jsonpath={.spec.containers} --overrides';
  expect((await run(`${pod}={"spec":{"containers":[]}}`)).stdout).toBe('[]');
  expect((await run(`${pod}={"spec":{"containers":null}}`)).stdout).toBe('null');
});
