import { autoscaler, autoscalerV2beta1 } from './autoscaler.ts';
import { customResource } from './custom-resource.ts';
import { ingress } from './ingress.ts';
import type { Note } from './modern-note.ts';
import {
  disruptionBudget,
  endpointSlice,
  priorityLevel,
  roleBinding,
  runtimeClass,
  signingRequest,
  webhooks,
} from './other-kinds.ts';
import { updatedByHand, workload } from './workloads.ts';
import type { YamlMap } from './yaml-maps.ts';

/** How an object of an old version is brought up to date. */
export interface Rule {
  /** The version that took its place. */
  readonly to: string;
  /** What else changes. `note` is told what did, or what means something else now. */
  readonly change?: (root: YamlMap, note: Note) => void;
}

const same = (kinds: readonly string[], from: readonly string[], to: string, change?: Rule['change']) =>
  from.flatMap((version) =>
    kinds.map((kind): [string, Rule] => [`${version} ${kind}`, { to, ...(change !== undefined && { change }) }]),
  );

const APPS = ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2'];
const RBAC = ['rbac.authorization.k8s.io/v1alpha1', 'rbac.authorization.k8s.io/v1beta1'];
const FLOW = ['v1alpha1', 'v1beta1', 'v1beta2', 'v1beta3'].map((version) => `flowcontrol.apiserver.k8s.io/${version}`);

/**
 * Versions that Kubernetes 1.32 no longer serves, and what took their place.
 *
 * @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
export const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...same(['Deployment', 'ReplicaSet'], APPS, 'apps/v1', workload),
  ...same(['DaemonSet'], ['apps/v1beta2'], 'apps/v1', workload),
  ...same(['DaemonSet'], ['extensions/v1beta1'], 'apps/v1', updatedByHand),
  ...same(['StatefulSet'], ['apps/v1beta2'], 'apps/v1', workload),
  ...same(['StatefulSet'], ['apps/v1beta1', 'apps/v1alpha1'], 'apps/v1', updatedByHand),
  ...same(['ControllerRevision'], ['apps/v1beta1', 'apps/v1beta2'], 'apps/v1'),
  ...same(['Ingress'], ['extensions/v1beta1', 'networking.k8s.io/v1beta1'], 'networking.k8s.io/v1', ingress),
  ...same(['IngressClass'], ['networking.k8s.io/v1beta1'], 'networking.k8s.io/v1'),
  ...same(['NetworkPolicy'], ['extensions/v1beta1'], 'networking.k8s.io/v1'),
  ...same(['CronJob'], ['batch/v2alpha1', 'batch/v1beta1'], 'batch/v1'),
  ...same(['Job'], ['extensions/v1beta1'], 'batch/v1'),
  ...same(['PodDisruptionBudget'], ['policy/v1beta1'], 'policy/v1', disruptionBudget),
  ...same(['Eviction'], ['policy/v1beta1'], 'policy/v1'),
  ...same(['HorizontalPodAutoscaler'], ['autoscaling/v2beta2'], 'autoscaling/v2', autoscaler),
  ...same(
    ['HorizontalPodAutoscaler'],
    ['autoscaling/v2alpha1', 'autoscaling/v2beta1'],
    'autoscaling/v2',
    autoscalerV2beta1,
  ),
  ...same(['HorizontalPodAutoscaler'], ['extensions/v1beta1'], 'autoscaling/v1', autoscaler),
  ...same(['CustomResourceDefinition'], ['apiextensions.k8s.io/v1beta1'], 'apiextensions.k8s.io/v1', customResource),
  ...same(['APIService'], ['apiregistration.k8s.io/v1beta1'], 'apiregistration.k8s.io/v1'),
  ...same(
    ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
    ['admissionregistration.k8s.io/v1beta1'],
    'admissionregistration.k8s.io/v1',
    webhooks,
  ),
  ...same(
    ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    ['admissionregistration.k8s.io/v1alpha1', 'admissionregistration.k8s.io/v1beta1'],
    'admissionregistration.k8s.io/v1',
  ),
  ...same(['Role', 'ClusterRole'], RBAC, 'rbac.authorization.k8s.io/v1'),
  ...same(['RoleBinding', 'ClusterRoleBinding'], RBAC, 'rbac.authorization.k8s.io/v1', roleBinding),
  ...same(
    ['StorageClass', 'CSIDriver', 'CSINode', 'VolumeAttachment', 'CSIStorageCapacity'],
    ['storage.k8s.io/v1beta1'],
    'storage.k8s.io/v1',
  ),
  ...same(['PriorityClass'], ['scheduling.k8s.io/v1alpha1', 'scheduling.k8s.io/v1beta1'], 'scheduling.k8s.io/v1'),
  ...same(['Lease'], ['coordination.k8s.io/v1beta1'], 'coordination.k8s.io/v1'),
  ...same(['RuntimeClass'], ['node.k8s.io/v1alpha1', 'node.k8s.io/v1beta1'], 'node.k8s.io/v1', runtimeClass),
  ...same(['EndpointSlice'], ['discovery.k8s.io/v1beta1'], 'discovery.k8s.io/v1', endpointSlice),
  ...same(['CertificateSigningRequest'], ['certificates.k8s.io/v1beta1'], 'certificates.k8s.io/v1', signingRequest),
  ...same(['FlowSchema'], FLOW, 'flowcontrol.apiserver.k8s.io/v1'),
  ...same(['PriorityLevelConfiguration'], FLOW, 'flowcontrol.apiserver.k8s.io/v1', priorityLevel),
]);
