import type { FieldSpec } from './field-specs.ts';
import { compareTypes } from './kind-order.ts';
import type { Gvk } from './resource.ts';

/** A type, and the fields that name objects of it. */
export interface NameReference extends Gvk {
  readonly fieldSpecs: readonly FieldSpec[];
}

/** Where kinds have the spec of their Pods. */
const POD_SPECS: Readonly<Record<string, string>> = {
  Pod: 'spec',
  PodTemplate: 'template/spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
};
const podSpec = (kind: string): string => POD_SPECS[kind] ?? 'spec/template/spec';

/** What refers to keys and volumes, and what refers to accounts, claims and priorities: kustomize knows each of some kinds alone. */
const WITH_KEYS = ['Pod', 'PodTemplate', 'Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'CronJob'];
const WITH_NAMES = ['Pod', 'StatefulSet', 'Deployment', 'ReplicationController', 'CronJob', 'Job', 'DaemonSet'];

const keys = (...paths: readonly string[]): readonly FieldSpec[] =>
  WITH_KEYS.flatMap((kind) =>
    paths
      .filter((path) => kind !== 'Job' || !path.includes('projected'))
      .map((path) => ({ path: `${podSpec(kind)}/${path}`, kind, ...(kind === 'Pod' && { version: 'v1' }) })),
  );
const named = (path: string): readonly FieldSpec[] =>
  WITH_NAMES.map((kind) => ({ path: `${podSpec(kind)}/${path}`, kind }));
const of = (kind: string, group: string, ...paths: readonly string[]): readonly FieldSpec[] =>
  paths.map((path) => ({ path, kind, ...(group !== '' && { group }) }));

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';
const nginx = (name: string): string => `metadata/annotations/nginx.ingress.kubernetes.io\\/${name}`;
const containers = (...paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => [`containers/${path}`, `initContainers/${path}`]);

/** @see sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts/namereference.go */
const REFERENCES: readonly NameReference[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => ({
    kind,
    fieldSpecs: of('HorizontalPodAutoscaler', '', 'spec/scaleTargetRef/name'),
  })),
  {
    kind: 'ConfigMap',
    version: 'v1',
    fieldSpecs: [
      ...keys(
        'volumes/configMap/name',
        ...containers('env/valueFrom/configMapKeyRef/name', 'envFrom/configMapRef/name'),
        'volumes/projected/sources/configMap/name',
      ),
      ...of('Node', '', 'spec/configSource/configMap'),
      ...of('Role', '', 'rules/resourceNames'),
      ...of('ClusterRole', '', 'rules/resourceNames'),
      ...of('Ingress', '', nginx('fastcgi-params-configmap')),
    ],
  },
  {
    kind: 'Secret',
    version: 'v1',
    fieldSpecs: [
      ...keys(
        'volumes/secret/secretName',
        ...containers('env/valueFrom/secretKeyRef/name', 'envFrom/secretRef/name'),
        'imagePullSecrets/name',
        'volumes/projected/sources/secret/name',
      ),
      ...of(
        'Ingress',
        '',
        'spec/tls/secretName',
        'metadata/annotations/ingress.kubernetes.io\\/auth-secret',
        nginx('auth-secret'),
        nginx('auth-tls-secret'),
      ),
      ...of('ServiceAccount', '', 'imagePullSecrets/name'),
      ...of(
        'StorageClass',
        '',
        ...['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map((name) => `parameters/${name}`),
      ),
      ...of('Role', '', 'rules/resourceNames'),
      ...of('ClusterRole', '', 'rules/resourceNames'),
      {
        path: 'spec/template/spec/containers/env/valueFrom/secretKeyRef/name',
        kind: 'Service',
        group: 'serving.knative.dev',
        version: 'v1',
      },
      ...of('PersistentVolume', '', 'spec/azureFile/secretName'),
    ],
  },
  {
    kind: 'Service',
    version: 'v1',
    fieldSpecs: [
      ...of('StatefulSet', 'apps', 'spec/serviceName'),
      ...of(
        'Ingress',
        '',
        'spec/rules/http/paths/backend/serviceName',
        'spec/backend/serviceName',
        'spec/rules/http/paths/backend/service/name',
        'spec/defaultBackend/service/name',
      ),
      ...of('APIService', 'apiregistration.k8s.io', 'spec/service/name'),
      ...of('ValidatingWebhookConfiguration', ADMISSION, 'webhooks/clientConfig/service'),
      ...of('MutatingWebhookConfiguration', ADMISSION, 'webhooks/clientConfig/service'),
    ],
  },
  { kind: 'Role', group: RBAC, fieldSpecs: of('RoleBinding', RBAC, 'roleRef/name') },
  {
    kind: 'ClusterRole',
    group: RBAC,
    fieldSpecs: [...of('RoleBinding', RBAC, 'roleRef/name'), ...of('ClusterRoleBinding', RBAC, 'roleRef/name')],
  },
  {
    kind: 'ServiceAccount',
    version: 'v1',
    fieldSpecs: [
      ...of('RoleBinding', RBAC, 'subjects'),
      ...of('ClusterRoleBinding', RBAC, 'subjects'),
      ...named('serviceAccountName'),
    ],
  },
  { kind: 'PersistentVolumeClaim', version: 'v1', fieldSpecs: named('volumes/persistentVolumeClaim/claimName') },
  {
    kind: 'PersistentVolume',
    version: 'v1',
    fieldSpecs: [
      ...of('PersistentVolumeClaim', '', 'spec/volumeName'),
      ...of('ClusterRole', '', 'rules/resourceNames'),
    ],
  },
  {
    kind: 'StorageClass',
    version: 'v1',
    group: 'storage.k8s.io',
    fieldSpecs: [
      ...of('PersistentVolume', '', 'spec/storageClassName'),
      ...of('PersistentVolumeClaim', '', 'spec/storageClassName'),
      ...of('StatefulSet', '', 'spec/volumeClaimTemplates/spec/storageClassName'),
    ],
  },
  { kind: 'PriorityClass', version: 'v1', group: 'scheduling.k8s.io', fieldSpecs: named('priorityClassName') },
  // kustomize means another group than it says, and so renames none.
  {
    kind: 'IngressClass',
    version: 'v1',
    group: 'networking.k8s.io/v1',
    fieldSpecs: of('Ingress', '', 'spec/ingressClassName'),
  },
  {
    kind: 'ValidatingAdmissionPolicy',
    group: ADMISSION,
    fieldSpecs: of('ValidatingAdmissionPolicyBinding', ADMISSION, 'spec/policyName'),
  },
];

/** In this order they are followed: where two of them fail, the first is told of. */
export const NAME_REFERENCES = REFERENCES.toSorted(compareTypes);
