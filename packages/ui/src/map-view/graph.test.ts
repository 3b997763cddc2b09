import type { KubeObject } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import { mapGraph } from './graph.ts';

const made = (kind: string, name: string, rest: object = {}, owner?: readonly [string, string]): KubeObject =>
  ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'default', ...(owner && { ownerReferences: [{ kind: owner[0], name: owner[1] }] }) },
    ...rest,
  }) as unknown as KubeObject;

const world: Readonly<Record<string, readonly KubeObject[]>> = {
  Deployment: [made('Deployment', 'web')],
  ReplicaSet: [
    made('ReplicaSet', 'web-1', {}, ['Deployment', 'web']),
    made('ReplicaSet', 'web-0', {}, ['Deployment', 'web']),
  ],
  Pod: [
    made('Pod', 'web-1-a', { spec: { containers: [{ envFrom: [{ configMapRef: { name: 'settings' } }] }] } }, [
      'ReplicaSet',
      'web-1',
    ]),
  ],
  Service: [made('Service', 'web')],
  EndpointSlice: [
    made('EndpointSlice', 'web-x', { endpoints: [{ targetRef: { kind: 'Pod', name: 'web-1-a' } }] }, [
      'Service',
      'web',
    ]),
  ],
  Ingress: [
    made('Ingress', 'front', { spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web' } } }] } }] } }),
  ],
  ConfigMap: [made('ConfigMap', 'settings'), made('ConfigMap', 'unused')],
};

test('UI-1 the map shows who owns, selects, routes to and mounts whom, and nothing that leads nowhere', () => {
  const { nodes, edges } = mapGraph((kind) => world[kind] ?? [], 'default');
  expect(edges.map(({ from, to, why }) => `${from.split('/')[0]} ${why} ${to.split('/').pop()}`).sort()).toEqual([
    'Deployment owns web-1',
    'EndpointSlice selects web-1-a',
    'Ingress routes web',
    'Pod mounts settings',
    'ReplicaSet owns web-1-a',
    'Service owns web-x',
  ]);
  expect(nodes.map(({ name }) => name)).not.toContain('unused');
  expect(nodes.map(({ name }) => name)).not.toContain('web-0');
});
