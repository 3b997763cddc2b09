import type { KindNames } from '../../late-kind.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** Controllers of Pods beside Deployments: their names. What they do is in `../late/workloads.ts`. */

export const controllerRevision = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  storageVersionHash: '85nkx63pcBU=',
  schema: schemaOf('io.k8s.api.apps.v1.ControllerRevision'),
} satisfies KindNames;

export const cronJob = {
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  namespaced: true,
  shortNames: ['cj'],
  categories: ['all'],
  storageVersionHash: 'sd5LIXh4Fjs=',
  schema: schemaOf('io.k8s.api.batch.v1.CronJob'),
  subresources: [{ type: 'update', name: 'status' }],
} satisfies KindNames;

/** Counts the templates that there have been: a field of beta versions that lives on as an annotation. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const daemonSet = {
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  namespaced: true,
  shortNames: ['ds'],
  categories: ['all'],
  storageVersionHash: 'dd7pWHUlMKQ=',
  schema: schemaOf('io.k8s.api.apps.v1.DaemonSet'),
  fieldAnnotations: [TEMPLATE_GENERATION],
  subresources: [{ type: 'update', name: 'status' }],
} satisfies KindNames;

/** Annotations in which `autoscaling/v1` keeps what it has no field for. */
export const ROUND_TRIP_ANNOTATIONS = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
} as const;

export const horizontalPodAutoscaler = {
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  namespaced: true,
  shortNames: ['hpa'],
  categories: ['all'],
  storageVersionHash: 'qwQve8ut294=',
  schema: schemaOf('io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler'),
  subresources: [{ type: 'update', name: 'status' }],
} satisfies KindNames;

export const horizontalPodAutoscalerV1 = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  namespaced: true,
  shortNames: ['hpa'],
  categories: ['all'],
  storageVersionHash: 'qwQve8ut294=',
  schema: schemaOf('io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler'),
  fieldAnnotations: Object.values(ROUND_TRIP_ANNOTATIONS),
  subresources: [{ type: 'update', name: 'status' }],
  storedAs: { kind: { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' } },
} satisfies KindNames;

export const job = {
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  namespaced: true,
  categories: ['all'],
  storageVersionHash: 'mudhfqk/qZY=',
  schema: schemaOf('io.k8s.api.batch.v1.Job'),
  subresources: [{ type: 'update', name: 'status' }],
} satisfies KindNames;

export const podDisruptionBudget = {
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  namespaced: true,
  shortNames: ['pdb'],
  storageVersionHash: 'EVWiDmWqyJw=',
  schema: schemaOf('io.k8s.api.policy.v1.PodDisruptionBudget'),
  subresources: [{ type: 'update', name: 'status' }],
} satisfies KindNames;

export const podTemplate = {
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  namespaced: true,
  storageVersionHash: 'LIXB2x4IFpk=',
  schema: schemaOf('io.k8s.api.core.v1.PodTemplate'),
} satisfies KindNames;

export const replicationController = {
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  namespaced: true,
  shortNames: ['rc'],
  categories: ['all'],
  storagePath: 'controllers',
  storageVersionHash: 'Jond2If31h0=',
  schema: schemaOf('io.k8s.api.core.v1.ReplicationController'),
  subresources: [
    { type: 'update', name: 'status' },
    { type: 'scale', name: 'scale' },
  ],
} satisfies KindNames;

export const statefulSet = {
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  namespaced: true,
  shortNames: ['sts'],
  categories: ['all'],
  storageVersionHash: 'H+vl74LkKdo=',
  schema: schemaOf('io.k8s.api.apps.v1.StatefulSet'),
  subresources: [
    { type: 'update', name: 'status' },
    { type: 'scale', name: 'scale' },
  ],
} satisfies KindNames;
