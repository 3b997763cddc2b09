import type { KubeObject } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import type { CheckBatch, CheckState } from '../../check-protocol.ts';
import { pageHost } from '../page-host.ts';
import { checkHost } from './check-host.ts';

const kinds = new Map([['pods', { group: '', kind: 'Pod', namespaced: true }]]);

const pod = (name: string, ready: boolean, labels: Record<string, string> = { app: 'web' }): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }) as KubeObject;

/** Checks over objects that a test puts and takes away by name. */
function followed(...texts: string[]) {
  let latest: readonly CheckState[] = [];
  let told = 0;
  const host = checkHost({
    texts,
    objects: [],
    now: () => 1_000,
    kindOf: (resource) => kinds.get(resource),
    port: {
      postMessage(batch) {
        latest = (batch as CheckBatch).checks;
        told++;
      },
    },
  });
  const change = (type: 'put' | 'delete', value: KubeObject): void =>
    host.changed([{ type, kv: { key: `${value.kind}/${value.metadata.name}`, value }, revision: 1 }]);
  return {
    put: (value: KubeObject) => change('put', value),
    remove: (value: KubeObject) => change('delete', value),
    states: () => latest.map(({ state }) => state),
    details: () => latest.map(({ detail }) => detail),
    told: () => told,
  };
}

test('CHK-1 Pods are counted as they become ready', () => {
  const { put, states, details } = followed('pods -l app=web ready = 2');
  put(pod('a', true));
  put(pod('b', false));
  put(pod('other', true, { app: 'db' }));
  expect([states(), details()]).toEqual([['waiting'], ['1 ready']]);
  put(pod('b', true));
  expect([states(), details()]).toEqual([['met'], ['2 ready']]);
});

test('CHK-2 what must stay true is broken for good by one write, and only after it was true', () => {
  const { put, states } = followed('always pods ready >= 2');
  put(pod('a', true));
  expect(states()).toEqual(['waiting']);
  put(pod('b', true));
  expect(states()).toEqual(['met']);
  put(pod('b', false));
  expect(states()).toEqual(['broken']);
  put(pod('b', true));
  expect(states()).toEqual(['broken']);
});

test('CHK-3 what kubectl wait takes is understood', () => {
  const { put, remove, states } = followed(
    'pods/a condition=Ready',
    'pods/a --for=jsonpath={.status.phase}=Running',
    'pods/a create',
    'pods/a delete',
    'pods/a condition=Ready=false',
  );
  expect(states()).toEqual(['waiting', 'waiting', 'waiting', 'met', 'waiting']);
  put(pod('a', true));
  expect(states()).toEqual(['met', 'met', 'met', 'waiting', 'waiting']);
  remove(pod('a', true));
  expect(states()).toEqual(['waiting', 'waiting', 'waiting', 'met', 'waiting']);
});

test('CHK-4 what is not understood says why', () => {
  const { states, details } = followed('pods are fine', 'pods ready about 3', 'pods jsonpath={.items[*]}=1');
  expect(states()).toEqual(['invalid', 'invalid', 'invalid']);
  expect(details()[1]).toBe('"about 3" is not a comparison; say "= 3" or ">= 3"');
});

test('CHK-5 a page is told only of news', () => {
  const { put, told } = followed('pods ready >= 1');
  const before = told();
  put(pod('a', true));
  put(pod('a', true));
  put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' } } as KubeObject);
  expect(told() - before).toBe(1);
});

test('CHK-6 a resource that a definition brings is waited for', () => {
  const { put, states, details } = followed('backups count = 1');
  expect([states(), details()]).toEqual([['waiting'], ['the server doesn\'t have a resource type "backups"']]);
  put({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'backups.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names: { kind: 'Backup', plural: 'backups' } },
  } as KubeObject);
  put({ apiVersion: 'example.com/v1', kind: 'Backup', metadata: { name: 'b', namespace: 'default' } } as KubeObject);
  expect(states()).toEqual(['met']);
});

test('CHK-7 a page checks a cluster by the names that kubectl knows', async () => {
  const host = pageHost();
  await host.start({ clock: 'virtual', nodes: 1 });
  const batches: CheckBatch[] = [];
  await host.check(['no ready = 1', 'deploy/web condition=Available'], {
    postMessage: (batch: CheckBatch) => batches.push(batch),
  } as never);
  await host.request({
    method: 'POST',
    path: '/apis/apps/v1/namespaces/default/deployments',
    body: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}\n',
  });
  await host.advance('20s');
  expect(batches.at(-1)?.checks.map(({ state }) => state)).toEqual(['met', 'met']);
  await host.stop();
});
