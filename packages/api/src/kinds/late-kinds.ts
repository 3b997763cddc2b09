import type {
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from '../generated/admissionregistration-v1.ts';
import type { CustomResourceDefinition } from '../generated/apiextensions-v1.ts';
import type { ControllerRevision, DaemonSet, StatefulSet } from '../generated/apps-v1.ts';
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from '../generated/autoscaling-v1.ts';
import type { HorizontalPodAutoscaler } from '../generated/autoscaling-v2.ts';
import type { CronJob, Job } from '../generated/batch-v1.ts';
import type { CertificateSigningRequest } from '../generated/certificates-v1.ts';
import type {
  LimitRange,
  PersistentVolume,
  PersistentVolumeClaim,
  PodTemplate,
  ReplicationController,
  ResourceQuota,
} from '../generated/core-v1.ts';
import type { Ingress, NetworkPolicy } from '../generated/networking-v1.ts';
import type { RuntimeClass } from '../generated/node-v1.ts';
import type { PodDisruptionBudget } from '../generated/policy-v1.ts';
import type { CSIDriver, CSIStorageCapacity, VolumeAttachment } from '../generated/storage-v1.ts';
import { lateKind } from '../late-kind.ts';
import { schemaOf } from '../schema/schemas.ts';

// What is not here is at hand from the beginning: kinds of which every cluster has objects.
const extensions = () => import('./late/extensions.ts');
const workloads = () => import('./late/workloads.ts');
const storage = () => import('./late/storage.ts');
const policies = () => import('./late/policies.ts');

export const certificateSigningRequest = lateKind<CertificateSigningRequest>(
  {
    group: 'certificates.k8s.io',
    version: 'v1',
    kind: 'CertificateSigningRequest',
    plural: 'certificatesigningrequests',
    singular: 'certificatesigningrequest',
    namespaced: false,
    shortNames: ['csr'],
    storageVersionHash: '95fRKMXA+00=',
    schema: schemaOf('io.k8s.api.certificates.v1.CertificateSigningRequest'),
    subresources: [
      { type: 'update', name: 'approval' },
      { type: 'update', name: 'status' },
    ],
  },
  async () => (await policies()).certificateSigningRequest,
);

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
  async () => (await workloads()).controllerRevision,
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
  async () => (await workloads()).cronJob,
);

export const csiDriver = lateKind<CSIDriver>(
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'CSIDriver',
    plural: 'csidrivers',
    singular: 'csidriver',
    namespaced: false,
    storageVersionHash: 'hL6j/rwBV5w=',
    schema: schemaOf('io.k8s.api.storage.v1.CSIDriver'),
  },
  async () => (await storage()).csiDriver,
);

export const csiStorageCapacity = lateKind<CSIStorageCapacity>(
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'CSIStorageCapacity',
    plural: 'csistoragecapacities',
    singular: 'csistoragecapacity',
    namespaced: true,
    storageVersionHash: 'xeVl+2Ly1kE=',
    schema: schemaOf('io.k8s.api.storage.v1.CSIStorageCapacity'),
  },
  async () => (await storage()).csiStorageCapacity,
);

export const customResourceDefinition = lateKind<CustomResourceDefinition>(
  {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    singular: 'customresourcedefinition',
    namespaced: false,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    storageVersionHash: 'jfWCUB31mvA=',
    schema: schemaOf('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await extensions()).customResourceDefinition,
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
  async () => (await workloads()).daemonSet,
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
  async () => (await workloads()).horizontalPodAutoscaler,
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
  async () => (await workloads()).horizontalPodAutoscalerV1,
);

export const ingress = lateKind<Ingress>(
  {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'Ingress',
    plural: 'ingresses',
    singular: 'ingress',
    namespaced: true,
    shortNames: ['ing'],
    storagePath: 'ingress',
    storageVersionHash: '39NQlfNR+bo=',
    schema: schemaOf('io.k8s.api.networking.v1.Ingress'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await policies()).ingress,
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
  async () => (await workloads()).job,
);

export const limitRange = lateKind<LimitRange>(
  {
    group: '',
    version: 'v1',
    kind: 'LimitRange',
    plural: 'limitranges',
    singular: 'limitrange',
    namespaced: true,
    shortNames: ['limits'],
    storageVersionHash: 'EBKMFVe6cwo=',
    schema: schemaOf('io.k8s.api.core.v1.LimitRange'),
  },
  async () => (await policies()).limitRange,
);

export const mutatingWebhookConfiguration = lateKind<MutatingWebhookConfiguration>(
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'MutatingWebhookConfiguration',
    plural: 'mutatingwebhookconfigurations',
    singular: 'mutatingwebhookconfiguration',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'Sqi0GUgDaX0=',
    schema: schemaOf('io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration'),
  },
  async () => (await extensions()).mutatingWebhookConfiguration,
);

export const networkPolicy = lateKind<NetworkPolicy>(
  {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    singular: 'networkpolicy',
    namespaced: true,
    shortNames: ['netpol'],
    storageVersionHash: 'YpfwF18m1G8=',
    schema: schemaOf('io.k8s.api.networking.v1.NetworkPolicy'),
  },
  async () => (await policies()).networkPolicy,
);

export const persistentVolume = lateKind<PersistentVolume>(
  {
    group: '',
    version: 'v1',
    kind: 'PersistentVolume',
    plural: 'persistentvolumes',
    singular: 'persistentvolume',
    namespaced: false,
    shortNames: ['pv'],
    storageVersionHash: 'HN/zwEC+JgM=',
    schema: schemaOf('io.k8s.api.core.v1.PersistentVolume'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await storage()).persistentVolume,
);

export const persistentVolumeClaim = lateKind<PersistentVolumeClaim>(
  {
    group: '',
    version: 'v1',
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    singular: 'persistentvolumeclaim',
    namespaced: true,
    shortNames: ['pvc'],
    storageVersionHash: 'QWTyNDq0dC4=',
    schema: schemaOf('io.k8s.api.core.v1.PersistentVolumeClaim'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await storage()).persistentVolumeClaim,
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
  async () => (await workloads()).podDisruptionBudget,
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
  async () => (await workloads()).podTemplate,
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
  async () => (await workloads()).replicationController,
);

export const resourceQuota = lateKind<ResourceQuota>(
  {
    group: '',
    version: 'v1',
    kind: 'ResourceQuota',
    plural: 'resourcequotas',
    singular: 'resourcequota',
    namespaced: true,
    shortNames: ['quota'],
    storageVersionHash: '8uhSgffRX6w=',
    schema: schemaOf('io.k8s.api.core.v1.ResourceQuota'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await policies()).resourceQuota,
);

export const runtimeClass = lateKind<RuntimeClass>(
  {
    group: 'node.k8s.io',
    version: 'v1',
    kind: 'RuntimeClass',
    plural: 'runtimeclasses',
    singular: 'runtimeclass',
    namespaced: false,
    storageVersionHash: 'WQTu1GL3T2Q=',
    schema: schemaOf('io.k8s.api.node.v1.RuntimeClass'),
  },
  async () => (await policies()).runtimeClass,
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
  async () => (await workloads()).statefulSet,
);

export const validatingAdmissionPolicy = lateKind<ValidatingAdmissionPolicy>(
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingAdmissionPolicy',
    plural: 'validatingadmissionpolicies',
    singular: 'validatingadmissionpolicy',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: '6OxvlMmQ6is=',
    schema: schemaOf('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await extensions()).validatingAdmissionPolicy,
);

export const validatingAdmissionPolicyBinding = lateKind<ValidatingAdmissionPolicyBinding>(
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    plural: 'validatingadmissionpolicybindings',
    singular: 'validatingadmissionpolicybinding',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'v9715VZqakg=',
    schema: schemaOf('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding'),
  },
  async () => (await extensions()).validatingAdmissionPolicyBinding,
);

export const validatingWebhookConfiguration = lateKind<ValidatingWebhookConfiguration>(
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    singular: 'validatingwebhookconfiguration',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'B0wHjQmsGNk=',
    schema: schemaOf('io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration'),
  },
  async () => (await extensions()).validatingWebhookConfiguration,
);

export const volumeAttachment = lateKind<VolumeAttachment>(
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'VolumeAttachment',
    plural: 'volumeattachments',
    singular: 'volumeattachment',
    namespaced: false,
    storageVersionHash: 'tJx/ezt6UDU=',
    schema: schemaOf('io.k8s.api.storage.v1.VolumeAttachment'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await storage()).volumeAttachment,
);
