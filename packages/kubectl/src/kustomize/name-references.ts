import { isMap, visitPath } from './field-path.ts';
import { CLUSTER_KINDS, kindOf, nameOf, namespaceOf, type Resource } from './resource.ts';

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

/**
 * Lets references follow objects to the names that they have now.
 *
 * @see sigs.k8s.io/kustomize/api/filters/nameref/nameref.go
 */
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
        parent[key] = renamed(parent[key], { referrer, candidates, all: resources });
      });
    }
  }
}

function renamed(value: unknown, place: Place): unknown {
  if (typeof value === 'string') {
    const found = theOne(named(place.candidates, value), place, false);
    return found === undefined ? value : nameOf(found);
  }
  if (Array.isArray(value)) return value.map((item) => renamed(item, place));
  if (!isMap(value) || typeof value['name'] !== 'string') return value;
  // The kind that stands there does not count: a User of the name of a ServiceAccount is renamed with it.
  const { namespace } = value;
  const candidates = typeof namespace === 'string' ? within(place, namespace) : place.candidates;
  const found = theOne(named(candidates, value['name']), place, true);
  if (found === undefined) return value;
  value['name'] = nameOf(found);
  if (namespaceOf(found) !== '') value['namespace'] = namespaceOf(found);
  return value;
}

const named = (candidates: readonly Resource[], name: string): readonly Resource[] =>
  candidates.filter(({ earlier }) => earlier.some((each) => each.name === name));

/** Those that were in a namespace at first; where nothing was, those that are there now. */
function within({ candidates, all }: Place, namespace: string): readonly Resource[] {
  return all.some((each) => firstSpace(each) === namespace)
    ? candidates.filter((each) => firstSpace(each) === namespace)
    : candidates.filter((each) => spaceOf(each) === namespace);
}

/** Empty: in no namespace. */
const spaceOf = (resource: Resource): string =>
  CLUSTER_KINDS.has(kindOf(resource)) ? '' : namespaceOf(resource) || 'default';
const firstSpace = (resource: Resource): string =>
  CLUSTER_KINDS.has(kindOf(resource)) ? '' : (resource.earlier[0]?.namespace ?? namespaceOf(resource)) || 'default';

/** The one that is meant of those in reach of the referrer; of several, one that is called as all of them are. */
function theOne(called: readonly Resource[], { referrer }: Place, isPlaced: boolean): Resource | undefined {
  const space = spaceOf(referrer);
  const near = called.filter(
    (each) => space === '' || kindOf(each) === 'ServiceAccount' || ['', space].includes(spaceOf(each)),
  );
  const [first] = near;
  if (first === undefined) return undefined;
  const isSame = (each: Resource): boolean =>
    nameOf(each) === nameOf(first) && (!isPlaced || namespaceOf(each) === namespaceOf(first));
  return near.every(isSame) ? first : undefined;
}

/** Where a reference stands, and what it could be to. */
interface Place {
  readonly referrer: Resource;
  readonly candidates: readonly Resource[];
  readonly all: readonly Resource[];
}
