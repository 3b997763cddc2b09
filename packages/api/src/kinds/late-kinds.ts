import { lateKind } from '../late-kind.ts';
import * as extensionsNames from './names/extensions.ts';
import * as podsNames from './names/pods.ts';
import * as policiesNames from './names/policies.ts';
import * as storageNames from './names/storage.ts';
import * as workloadsNames from './names/workloads.ts';

// Kinds of which a cluster has no object when it begins, and most never: their names are at hand, the rest is fetched when one of them is needed.

const extensions = () => import('./late/extensions.ts');
const pods = () => import('./late/pods.ts');
const policies = () => import('./late/policies.ts');
const storage = () => import('./late/storage.ts');
const workloads = () => import('./late/workloads.ts');

export const customResourceDefinition = lateKind(
  extensionsNames.customResourceDefinition,
  async () => (await extensions()).customResourceDefinition,
);
export const mutatingWebhookConfiguration = lateKind(
  extensionsNames.mutatingWebhookConfiguration,
  async () => (await extensions()).mutatingWebhookConfiguration,
);
export const validatingAdmissionPolicy = lateKind(
  extensionsNames.validatingAdmissionPolicy,
  async () => (await extensions()).validatingAdmissionPolicy,
);
export const validatingAdmissionPolicyBinding = lateKind(
  extensionsNames.validatingAdmissionPolicyBinding,
  async () => (await extensions()).validatingAdmissionPolicyBinding,
);
export const validatingWebhookConfiguration = lateKind(
  extensionsNames.validatingWebhookConfiguration,
  async () => (await extensions()).validatingWebhookConfiguration,
);

export const deployment = lateKind(podsNames.deployment, async () => (await pods()).deployment);
export const pod = lateKind(podsNames.pod, async () => (await pods()).pod);
export const replicaSet = lateKind(podsNames.replicaSet, async () => (await pods()).replicaSet);

export const certificateSigningRequest = lateKind(
  policiesNames.certificateSigningRequest,
  async () => (await policies()).certificateSigningRequest,
);
export const ingress = lateKind(policiesNames.ingress, async () => (await policies()).ingress);
export const limitRange = lateKind(policiesNames.limitRange, async () => (await policies()).limitRange);
export const networkPolicy = lateKind(policiesNames.networkPolicy, async () => (await policies()).networkPolicy);
export const resourceQuota = lateKind(policiesNames.resourceQuota, async () => (await policies()).resourceQuota);
export const runtimeClass = lateKind(policiesNames.runtimeClass, async () => (await policies()).runtimeClass);
export const secret = lateKind(policiesNames.secret, async () => (await policies()).secret);

export const csiDriver = lateKind(storageNames.csiDriver, async () => (await storage()).csiDriver);
export const csiStorageCapacity = lateKind(
  storageNames.csiStorageCapacity,
  async () => (await storage()).csiStorageCapacity,
);
export const persistentVolume = lateKind(storageNames.persistentVolume, async () => (await storage()).persistentVolume);
export const persistentVolumeClaim = lateKind(
  storageNames.persistentVolumeClaim,
  async () => (await storage()).persistentVolumeClaim,
);
export const volumeAttachment = lateKind(storageNames.volumeAttachment, async () => (await storage()).volumeAttachment);

export const controllerRevision = lateKind(
  workloadsNames.controllerRevision,
  async () => (await workloads()).controllerRevision,
);
export const cronJob = lateKind(workloadsNames.cronJob, async () => (await workloads()).cronJob);
export const daemonSet = lateKind(workloadsNames.daemonSet, async () => (await workloads()).daemonSet);
export const horizontalPodAutoscaler = lateKind(
  workloadsNames.horizontalPodAutoscaler,
  async () => (await workloads()).horizontalPodAutoscaler,
);
export const horizontalPodAutoscalerV1 = lateKind(
  workloadsNames.horizontalPodAutoscalerV1,
  async () => (await workloads()).horizontalPodAutoscalerV1,
);
export const job = lateKind(workloadsNames.job, async () => (await workloads()).job);
export const podDisruptionBudget = lateKind(
  workloadsNames.podDisruptionBudget,
  async () => (await workloads()).podDisruptionBudget,
);
export const podTemplate = lateKind(workloadsNames.podTemplate, async () => (await workloads()).podTemplate);
export const replicationController = lateKind(
  workloadsNames.replicationController,
  async () => (await workloads()).replicationController,
);
export const statefulSet = lateKind(workloadsNames.statefulSet, async () => (await workloads()).statefulSet);
