import type { ControllerRevision, DaemonSet, StatefulSet } from '../../generated/apps-v1.ts';
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from '../../generated/autoscaling-v1.ts';
import type { HorizontalPodAutoscaler } from '../../generated/autoscaling-v2.ts';
import type { CronJob, Job } from '../../generated/batch-v1.ts';
import type { PodTemplate, ReplicationController } from '../../generated/core-v1.ts';
import type { PodDisruptionBudget } from '../../generated/policy-v1.ts';
import { lateKind } from '../../late-kind.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** Controllers of Pods beside Deployments: all but their names is in this file, which is fetched when one of them is needed. */
const whole = () => import('../late/workloads.ts');

export const controllerRevision = lateKind<ControllerRevision>(
  {
    group: 'apps',
    version: 'v1',
    kind: 'ControllerRevision',
    plural: 'controllerrevisions',
    singular: 'controllerrevision',
    namespaced: true,
    storageVersionHash: '85nkx63pcBU=',
    schema: schemaOf('io.k8s.api.apps.v1.ControllerRevision'),
  },
  async () => (await whole()).controllerRevision,
);

export const cronJob = lateKind<CronJob>(
  {
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
  },
  async () => (await whole()).cronJob,
);

export const daemonSet = lateKind<DaemonSet>(
  {
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
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await whole()).daemonSet,
);

export const horizontalPodAutoscaler = lateKind<HorizontalPodAutoscaler>(
  {
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
  },
  async () => (await whole()).horizontalPodAutoscaler,
);

export const horizontalPodAutoscalerV1 = lateKind<HorizontalPodAutoscalerV1>(
  {
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
    subresources: [{ type: 'update', name: 'status' }],
    storedAs: { kind: { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' } },
  },
  async () => (await whole()).horizontalPodAutoscalerV1,
);

export const job = lateKind<Job>(
  {
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
  },
  async () => (await whole()).job,
);

export const podDisruptionBudget = lateKind<PodDisruptionBudget>(
  {
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
  },
  async () => (await whole()).podDisruptionBudget,
);

export const podTemplate = lateKind<PodTemplate>(
  {
    group: '',
    version: 'v1',
    kind: 'PodTemplate',
    plural: 'podtemplates',
    singular: 'podtemplate',
    namespaced: true,
    storageVersionHash: 'LIXB2x4IFpk=',
    schema: schemaOf('io.k8s.api.core.v1.PodTemplate'),
  },
  async () => (await whole()).podTemplate,
);

export const replicationController = lateKind<ReplicationController>(
  {
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
  },
  async () => (await whole()).replicationController,
);

export const statefulSet = lateKind<StatefulSet>(
  {
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
  },
  async () => (await whole()).statefulSet,
);
