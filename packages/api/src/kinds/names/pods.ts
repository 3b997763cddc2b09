import type { KindNames } from '../../late-kind.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** Pods and what most of them are made by: their names. What they do is in `../late/pods.ts`. */

const core = (kind: string) => ({ group: '', version: 'v1', kind }) as const;

export const pod = {
  ...core('Pod'),
  plural: 'pods',
  singular: 'pod',
  namespaced: true,
  shortNames: ['po'],
  categories: ['all'],
  storageVersionHash: 'xPOwRZ+Yhw8=',
  schema: schemaOf('io.k8s.api.core.v1.Pod'),
  subresources: [
    { type: 'update', name: 'status' },
    { type: 'update', name: 'ephemeralcontainers' },
    { type: 'create', name: 'binding', kind: core('Binding'), schema: schemaOf('io.k8s.api.core.v1.Binding') },
    {
      type: 'create',
      name: 'eviction',
      kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
      schema: schemaOf('io.k8s.api.policy.v1.Eviction'),
    },
    { type: 'connect', name: 'log', kind: core('Pod'), verbs: ['get'] },
    { type: 'connect', name: 'attach', kind: core('PodAttachOptions') },
    { type: 'connect', name: 'exec', kind: core('PodExecOptions') },
    { type: 'connect', name: 'portforward', kind: core('PodPortForwardOptions') },
    {
      type: 'connect',
      name: 'proxy',
      kind: core('PodProxyOptions'),
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
    },
  ],
} as const satisfies KindNames;

const APPS = { group: 'apps', version: 'v1', namespaced: true, categories: ['all'] } as const;
const SUBRESOURCES = [
  { type: 'update', name: 'status' },
  { type: 'scale', name: 'scale' },
] as const;

export const deployment = {
  ...APPS,
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  storageVersionHash: '8aSe+NMegvE=',
  schema: schemaOf('io.k8s.api.apps.v1.Deployment'),
  subresources: SUBRESOURCES,
} satisfies KindNames;

export const replicaSet = {
  ...APPS,
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  storageVersionHash: 'P1RzHs8/mWQ=',
  schema: schemaOf('io.k8s.api.apps.v1.ReplicaSet'),
  subresources: SUBRESOURCES,
} satisfies KindNames;
