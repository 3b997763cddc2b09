import type { KubeObject } from '@tabernetes/apimachinery';
import type { WorldWrite } from '@tabernetes/worker/connect';
import { expect, test } from 'vitest';
import { causeOf, chainOf } from './cause.ts';

const object = (kind: string, name: string, owner?: readonly [string, string]): KubeObject =>
  ({
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      namespace: 'default',
      ...(owner && { ownerReferences: [{ kind: owner[0], name: owner[1], uid: owner[1], apiVersion: 'v1' }] }),
    },
  }) as KubeObject;
const OBJECTS = [
  object('Deployment', 'web'),
  object('ReplicaSet', 'web-1', ['Deployment', 'web']),
  object('Pod', 'web-1-a', ['ReplicaSet', 'web-1']),
  object('Pod', 'other'),
];
const find = (kind: string, namespace: string, name: string) =>
  OBJECTS.find((each) => each.kind === kind && each.metadata.name === name && each.metadata.namespace === namespace);

let revision = 0;
const write = (
  manager: string,
  verb: WorldWrite['verb'],
  kind: string,
  name: string,
  ...changed: readonly string[]
): WorldWrite => ({
  revision: ++revision,
  timeMs: 0,
  verb,
  key: '',
  apiVersion: 'v1',
  kind,
  namespace: 'default',
  name,
  manager,
  changed,
  isMaking: false,
});
const WRITES = [
  write('kubectl', 'create', 'Deployment', 'web'),
  write('kube-controller-manager', 'create', 'ReplicaSet', 'web-1'),
  write('kubectl', 'create', 'Pod', 'other'),
  write('kube-controller-manager', 'create', 'Pod', 'web-1-a'),
  write('', 'update', 'Pod', 'web-1-a', 'spec.nodeName'),
  write('kubelet', 'update', 'Pod', 'web-1-a', 'status.conditions'),
  write('kubelet', 'update', 'Pod', 'other', 'status.conditions'),
  write('kube-controller-manager', 'update', 'ReplicaSet', 'web-1', 'status.readyReplicas'),
  write('kube-controller-manager', 'update', 'Deployment', 'web', 'status.readyReplicas'),
];

test('INS-5 from the status of a Deployment back to who applied it', () => {
  const [last = write('', 'create', '', '')] = WRITES.slice(-1);
  expect(chainOf(last, WRITES, find).map(({ manager, verb, name }) => `${manager} ${verb} ${name}`)).toEqual([
    'kubectl create web',
    'kube-controller-manager create web-1',
    'kube-controller-manager create web-1-a',
    ' update web-1-a',
    'kubelet update web-1-a',
    'kube-controller-manager update web-1',
    'kube-controller-manager update web',
  ]);
});

test('INS-5 what people ask for has no cause in the cluster', () => {
  for (const each of WRITES.filter(({ manager }) => manager === 'kubectl'))
    expect(causeOf(each, WRITES, find)).toBeUndefined();
});
