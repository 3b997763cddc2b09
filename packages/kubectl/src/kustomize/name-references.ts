import { isMap, visitPath } from './field-path.ts';
import { isCalled, kindOf, nameOf, namespaceOf, type Resource } from './resource.ts';

/** Where kinds have the spec of their Pods. */
const POD_SPECS: Readonly<Record<string, string>> = {
  Pod: 'spec',
  PodTemplate: 'template/spec',
  Deployment: 'spec/template/spec',
  ReplicaSet: 'spec/template/spec',
  ReplicationController: 'spec/template/spec',
  DaemonSet: 'spec/template/spec',
  StatefulSet: 'spec/template/spec',
  Job: 'spec/template/spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
};

interface Reference {
  /** Kind that is referred to. */
  readonly to: string;
  /** Kind that refers; undefined: all that have Pods. */
  readonly from?: string;
  readonly path: string;
}

const inPods = (to: string, ...paths: readonly string[]): readonly Reference[] => paths.map((path) => ({ to, path }));
const of = (to: string, from: string, ...paths: readonly string[]): readonly Reference[] =>
  paths.map((path) => ({ to, from, path }));

/** @see sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts/namereference.go */
const REFERENCES: readonly Reference[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].flatMap((kind) =>
    of(kind, 'HorizontalPodAutoscaler', 'spec/scaleTargetRef/name'),
  ),
  ...inPods(
    'ConfigMap',
    'volumes/configMap/name',
    'containers/env/valueFrom/configMapKeyRef/name',
    'initContainers/env/valueFrom/configMapKeyRef/name',
    'containers/envFrom/configMapRef/name',
    'initContainers/envFrom/configMapRef/name',
    'volumes/projected/sources/configMap/name',
  ),
  ...['ConfigMap', 'Secret'].flatMap((to) => [
    ...of(to, 'Role', 'rules/resourceNames'),
    ...of(to, 'ClusterRole', 'rules/resourceNames'),
  ]),
  ...of('ConfigMap', 'Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap'),
  ...inPods(
    'Secret',
    'volumes/secret/secretName',
    'containers/env/valueFrom/secretKeyRef/name',
    'initContainers/env/valueFrom/secretKeyRef/name',
    'containers/envFrom/secretRef/name',
    'initContainers/envFrom/secretRef/name',
    'imagePullSecrets/name',
    'volumes/projected/sources/secret/name',
  ),
  ...of(
    'Secret',
    'Ingress',
    'spec/tls/secretName',
    'metadata/annotations/ingress.kubernetes.io\\/auth-secret',
    'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret',
    'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret',
  ),
  ...of('Secret', 'ServiceAccount', 'imagePullSecrets/name'),
  ...of(
    'Secret',
    'StorageClass',
    'parameters/secretName',
    'parameters/adminSecretName',
    'parameters/userSecretName',
    'parameters/secretRef',
  ),
  ...of('Secret', 'PersistentVolume', 'spec/azureFile/secretName'),
  ...of('Service', 'StatefulSet', 'spec/serviceName'),
  ...of(
    'Service',
    'Ingress',
    'spec/rules/http/paths/backend/serviceName',
    'spec/backend/serviceName',
    'spec/rules/http/paths/backend/service/name',
    'spec/defaultBackend/service/name',
  ),
  ...of('Service', 'APIService', 'spec/service/name'),
  ...of('Service', 'ValidatingWebhookConfiguration', 'webhooks/clientConfig/service'),
  ...of('Service', 'MutatingWebhookConfiguration', 'webhooks/clientConfig/service'),
  ...of('Role', 'RoleBinding', 'roleRef/name'),
  ...of('ClusterRole', 'RoleBinding', 'roleRef/name'),
  ...of('ClusterRole', 'ClusterRoleBinding', 'roleRef/name'),
  ...of('ServiceAccount', 'RoleBinding', 'subjects'),
  ...of('ServiceAccount', 'ClusterRoleBinding', 'subjects'),
  ...inPods('ServiceAccount', 'serviceAccountName'),
  ...inPods('PersistentVolumeClaim', 'volumes/persistentVolumeClaim/claimName'),
  ...of('PersistentVolume', 'PersistentVolumeClaim', 'spec/volumeName'),
  ...of('PersistentVolume', 'ClusterRole', 'rules/resourceNames'),
  ...of('StorageClass', 'PersistentVolume', 'spec/storageClassName'),
  ...of('StorageClass', 'PersistentVolumeClaim', 'spec/storageClassName'),
  ...of('StorageClass', 'StatefulSet', 'spec/volumeClaimTemplates/spec/storageClassName'),
  ...inPods('PriorityClass', 'priorityClassName'),
  ...of('IngressClass', 'Ingress', 'spec/ingressClassName'),
  ...of('ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'spec/policyName'),
];

/** Lets references follow objects to the names that they have now. */
export function fixReferences(resources: readonly Resource[]): void {
  const byKind = new Map<string, Resource[]>();
  for (const each of resources) {
    if (each.earlier.length === 0) continue;
    const kind = kindOf(each);
    const known = byKind.get(kind);
    if (known === undefined) byKind.set(kind, [each]);
    else known.push(each);
  }
  if (byKind.size === 0) return;
  for (const referrer of resources) {
    for (const { to, from, path } of REFERENCES) {
      const candidates = byKind.get(to);
      if (candidates === undefined) continue;
      const kind = kindOf(referrer);
      const prefix = POD_SPECS[kind];
      if (from === undefined ? prefix === undefined : from !== kind) continue;
      visitPath(referrer.object, from === undefined ? `${prefix}/${path}` : path, false, (parent, key) => {
        if (key === 'name' && path === 'roleRef/name' && parent['kind'] !== to) return;
        parent[key] = renamed(parent[key], to, referrer, candidates);
      });
    }
  }
}

function renamed(value: unknown, to: string, referrer: Resource, candidates: readonly Resource[]): unknown {
  if (typeof value === 'string') {
    const found = find(candidates, value, namespaceOf(referrer));
    return found === undefined ? value : nameOf(found);
  }
  if (Array.isArray(value)) return value.map((item) => renamed(item, to, referrer, candidates));
  if (!isMap(value) || typeof value['name'] !== 'string') return value;
  if (value['kind'] !== undefined && value['kind'] !== to) return value;
  const namespace = typeof value['namespace'] === 'string' ? value['namespace'] : undefined;
  const found = find(candidates, value['name'], namespace);
  if (found === undefined) return value;
  value['name'] = nameOf(found);
  if (namespace !== undefined && namespaceOf(found) !== '') value['namespace'] = namespaceOf(found);
  return value;
}

/** The one that is meant; several of the same name in different namespaces are told apart by the namespace. */
function find(candidates: readonly Resource[], name: string, namespace: string | undefined): Resource | undefined {
  const called = candidates.filter((each) => isCalled(each, name, undefined));
  if (called.length <= 1) return called[0];
  return called.find((each) => isCalled(each, name, namespace)) ?? undefined;
}
