import type { KubeObject } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import { idOf } from './references.ts';
import { type Objects, podsOf, relatedOf } from './related.ts';

const object = (kind: string, name: string, rest: object = {}, metadata: object = {}): KubeObject =>
  ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'default', uid: `${kind} ${name}`, ...metadata },
    ...rest,
  }) as KubeObject;
const owned = (kind: string, name: string) => ({
  ownerReferences: [{ kind, name, uid: `${kind} ${name}`, apiVersion: 'v1' }],
});
const web = { labels: { app: 'web' }, ...owned('ReplicaSet', 'web-1') };

const OBJECTS = [
  object('Deployment', 'web'),
  object('ReplicaSet', 'web-1', {}, owned('Deployment', 'web')),
  object(
    'Pod',
    'web-1-a',
    { spec: { nodeName: 'node-1', containers: [], volumes: [{ name: 'c', configMap: { name: 'gone' } }] } },
    web,
  ),
  object('Service', 'web', { spec: { selector: { app: 'web' } } }),
  object('PodDisruptionBudget', 'none', { spec: { selector: { matchLabels: { app: 'other' } } } }),
  object('Node', 'node-1', {}, { namespace: undefined }),
];
const world: Objects = {
  kinds: [...new Set(OBJECTS.map(({ kind }) => kind))],
  list: (kind) => OBJECTS.filter((each) => each.kind === kind),
  find: (kind, namespace, name) =>
    OBJECTS.find(
      (each) => each.kind === kind && each.metadata.name === name && (each.metadata.namespace ?? '') === namespace,
    ),
};
const told = (name: string) =>
  relatedOf(OBJECTS.find(({ metadata, kind }) => `${kind}/${metadata.name}` === name) as KubeObject, world).map(
    ({ relation, isInverse, objects }) =>
      `${relation}${isInverse ? ' <-' : ' ->'} ${objects.map((each) => idOf(each) + (each.isMissing ? ' missing' : '')).join()}`,
  );

test('INS-3 what a Pod refers to and what refers to it; what is not there is told', () => {
  expect(told('Pod/web-1-a')).toEqual([
    'ownedBy -> ReplicaSet/default/web-1',
    'runsOn -> Node//node-1',
    'uses -> ConfigMap/default/gone missing',
    'selects <- Service/default/web',
  ]);
  expect(told('Node/node-1')).toEqual(['runsOn <- Pod/default/web-1-a']);
  expect(told('Service/web')).toEqual(['selects -> Pod/default/web-1-a']);
});

test('INS-3 the Pods of a Deployment and of a Service', () => {
  const names = (kind: string) =>
    podsOf(world.find(kind, 'default', 'web') as KubeObject, world).map((pod) => pod.metadata.name);
  expect([names('Deployment'), names('Service')]).toEqual([['web-1-a'], ['web-1-a']]);
});
