/** Kinds by name, for those who work with one in particular: `client.resource(kinds.deployment)`. */

export { apiService } from './api-service.ts';
export { binding } from './binding.ts';
export { clusterRole } from './cluster-role.ts';
export { clusterRoleBinding } from './cluster-role-binding.ts';
export { componentStatus } from './component-status.ts';
export { configMap } from './config-map.ts';
export { csiNode } from './csi-node.ts';
export { endpointSlice } from './endpoint-slice.ts';
export { endpoints } from './endpoints.ts';
export { event } from './event.ts';
export { eventsEvent } from './event-events.ts';
export { flowSchema } from './flow-schema.ts';
export { ingressClass } from './ingress-class.ts';
export {
  certificateSigningRequest,
  controllerRevision,
  cronJob,
  csiDriver,
  csiStorageCapacity,
  customResourceDefinition,
  daemonSet,
  deployment,
  horizontalPodAutoscaler,
  horizontalPodAutoscalerV1,
  ingress,
  job,
  limitRange,
  mutatingWebhookConfiguration,
  networkPolicy,
  persistentVolume,
  persistentVolumeClaim,
  pod,
  podDisruptionBudget,
  podTemplate,
  replicaSet,
  replicationController,
  resourceQuota,
  runtimeClass,
  secret,
  statefulSet,
  validatingAdmissionPolicy,
  validatingAdmissionPolicyBinding,
  validatingWebhookConfiguration,
  volumeAttachment,
} from './late-kinds.ts';
export { lease } from './lease.ts';
export { localSubjectAccessReview } from './local-subject-access-review.ts';
export { namespace } from './namespace.ts';
export { node } from './node.ts';
export { priorityClass } from './priority-class.ts';
export { priorityLevelConfiguration } from './priority-level-configuration.ts';
export { role } from './role.ts';
export { roleBinding } from './role-binding.ts';
export { selfSubjectAccessReview } from './self-subject-access-review.ts';
export { selfSubjectReview } from './self-subject-review.ts';
export { selfSubjectRulesReview } from './self-subject-rules-review.ts';
export { service } from './service.ts';
export { serviceAccount } from './service-account.ts';
export { storageClass } from './storage-class.ts';
export { subjectAccessReview } from './subject-access-review.ts';
export { tokenReview } from './token-review.ts';
