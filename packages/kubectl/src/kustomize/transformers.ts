import { isMap, type Node, visitPath } from './field-path.ts';
import type { Image, Kustomization, Labels } from './kustomization.ts';
import {
  CLUSTER_KINDS,
  groupVersionOf,
  isCalled,
  kindOf,
  metadataOf,
  nameOf,
  type Resource,
  remember,
} from './resource.ts';

interface FieldSpec {
  readonly path: string;
  readonly kind?: string;
  readonly group?: string;
  readonly version?: string;
  readonly create?: boolean;
}

const applies = (resource: Resource, { kind, group, version }: FieldSpec): boolean => {
  const own = groupVersionOf(resource);
  return (
    (kind === undefined || kind === kindOf(resource)) &&
    (group === undefined || group === own.group) &&
    (version === undefined || version === own.version)
  );
};

const METADATA: FieldSpec = { path: 'metadata/labels', create: true };
const TEMPLATES: readonly FieldSpec[] = [
  { path: 'spec/template/metadata/labels', create: true, version: 'v1', kind: 'ReplicationController' },
  { path: 'spec/template/metadata/labels', create: true, kind: 'Deployment' },
  { path: 'spec/template/metadata/labels', create: true, kind: 'ReplicaSet' },
  { path: 'spec/template/metadata/labels', create: true, kind: 'DaemonSet' },
  { path: 'spec/template/metadata/labels', create: true, group: 'apps', kind: 'StatefulSet' },
  { path: 'spec/volumeClaimTemplates[]/metadata/labels', create: true, group: 'apps', kind: 'StatefulSet' },
  { path: 'spec/template/metadata/labels', create: true, group: 'batch', kind: 'Job' },
  { path: 'spec/jobTemplate/metadata/labels', create: true, group: 'batch', kind: 'CronJob' },
  { path: 'spec/jobTemplate/spec/template/metadata/labels', create: true, group: 'batch', kind: 'CronJob' },
];
const affinity = (kind: string): readonly FieldSpec[] =>
  ['podAffinity', 'podAntiAffinity']
    .flatMap((which) => [
      `spec/template/spec/affinity/${which}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
      `spec/template/spec/affinity/${which}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
    ])
    .concat('spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels')
    .map((path) => ({ path, kind }));
const SELECTORS: readonly FieldSpec[] = [
  { path: 'spec/selector', create: true, version: 'v1', kind: 'Service' },
  { path: 'spec/selector', create: true, version: 'v1', kind: 'ReplicationController' },
  { path: 'spec/selector/matchLabels', create: true, kind: 'Deployment' },
  ...affinity('Deployment'),
  { path: 'spec/selector/matchLabels', create: true, kind: 'ReplicaSet' },
  { path: 'spec/selector/matchLabels', create: true, kind: 'DaemonSet' },
  { path: 'spec/selector/matchLabels', create: true, group: 'apps', kind: 'StatefulSet' },
  ...affinity('StatefulSet'),
  { path: 'spec/selector/matchLabels', group: 'batch', kind: 'Job' },
  { path: 'spec/jobTemplate/spec/selector/matchLabels', group: 'batch', kind: 'CronJob' },
  { path: 'spec/selector/matchLabels', group: 'policy', kind: 'PodDisruptionBudget' },
  { path: 'spec/podSelector/matchLabels', group: 'networking.k8s.io', kind: 'NetworkPolicy' },
  { path: 'spec/ingress/from/podSelector/matchLabels', group: 'networking.k8s.io', kind: 'NetworkPolicy' },
  { path: 'spec/egress/to/podSelector/matchLabels', group: 'networking.k8s.io', kind: 'NetworkPolicy' },
];
const ANNOTATIONS: readonly FieldSpec[] = [
  { path: 'metadata/annotations', create: true },
  ...TEMPLATES.filter(({ path }) => !path.includes('volumeClaimTemplates')).map((spec) => ({
    ...spec,
    path: spec.path.replace(/labels$/, 'annotations'),
  })),
];

/** Name prefix and suffix, except of definitions and namespaces, whose names mean something elsewhere. */
export function affix(resources: readonly Resource[], prefix: string, suffix: string): void {
  if (prefix === '' && suffix === '') return;
  for (const resource of resources) {
    if (['CustomResourceDefinition', 'APIService', 'Namespace'].includes(kindOf(resource))) continue;
    remember(resource);
    metadataOf(resource)['name'] = `${prefix}${nameOf(resource)}${suffix}`;
  }
}

export function setNamespace(resources: readonly Resource[], namespace: string): void {
  if (namespace === '') return;
  for (const resource of resources) {
    const kind = kindOf(resource);
    remember(resource);
    if (kind === 'Namespace') metadataOf(resource)['name'] = namespace;
    else if (!CLUSTER_KINDS.has(kind)) metadataOf(resource)['namespace'] = namespace;
    if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') {
      const { subjects } = resource.object;
      for (const subject of Array.isArray(subjects) ? subjects : []) {
        if (!isMap(subject) || subject['kind'] !== 'ServiceAccount') continue;
        // Those that are in the build follow by their names, when references are followed.
        if (subject['name'] === 'default') subject['namespace'] = namespace;
      }
    }
    if (kind === 'APIService') visitPath(resource.object, 'spec/service/namespace', true, put(namespace));
  }
}

const put = (value: unknown) => (parent: Node, key: string) => {
  parent[key] = value;
};

/** `commonLabels` and `labels`. */
export function addLabels(resources: readonly Resource[], { commonLabels, labels = [] }: Kustomization): void {
  for (const entry of labels) {
    const specs: FieldSpec[] = [METADATA];
    if (entry.includeSelectors) specs.push(...SELECTORS, ...TEMPLATES);
    else if (entry.includeTemplates) specs.push(...TEMPLATES);
    specs.push(...((entry.fields ?? []) as readonly FieldSpec[]));
    addTo(resources, entry.pairs ?? {}, specs);
  }
  if (commonLabels !== undefined) addTo(resources, commonLabels, [METADATA, ...SELECTORS, ...TEMPLATES]);
}

export const addAnnotations = (resources: readonly Resource[], annotations: Labels): void =>
  addTo(resources, annotations, ANNOTATIONS);

function addTo(resources: readonly Resource[], pairs: Labels, specs: readonly FieldSpec[]): void {
  if (Object.keys(pairs).length === 0) return;
  for (const resource of resources) {
    for (const spec of specs) {
      if (!applies(resource, spec)) continue;
      visitPath(resource.object, spec.path, spec.create === true, (parent, key) => {
        const current = parent[key];
        parent[key] = { ...(isMap(current) ? current : {}), ...pairs };
      });
    }
  }
}

/** Changes images wherever there are containers. */
export function setImages(resources: readonly Resource[], images: readonly Image[]): void {
  for (const image of images) {
    for (const { object } of resources) {
      for (const place of containerLists(object)) {
        for (const container of place) {
          if (isMap(container) && typeof container['image'] === 'string') {
            container['image'] = imageName(container['image'], image);
          }
        }
      }
    }
  }
}

function* containerLists(value: unknown): Generator<readonly unknown[]> {
  if (Array.isArray(value)) {
    for (const item of value) yield* containerLists(item);
    return;
  }
  if (!isMap(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if ((key === 'containers' || key === 'initContainers') && Array.isArray(item)) yield item;
    else yield* containerLists(item);
  }
}

function imageName(current: string, { name, newName = '', newTag = '', tagSuffix = '', digest = '' }: Image): string {
  const at = current.indexOf('@');
  const ownDigest = at < 0 ? '' : current.slice(at + 1);
  const rest = at < 0 ? current : current.slice(0, at);
  const colon = rest.lastIndexOf(':');
  const isTagged = colon > rest.lastIndexOf('/');
  const ownName = isTagged ? rest.slice(0, colon) : rest;
  const ownTag = isTagged ? rest.slice(colon + 1) : '';
  if (ownName !== name) return current;
  const base = newName || ownName;
  if (newTag !== '' && digest !== '') return `${base}:${newTag}@${digest}`;
  if (newTag !== '') return `${base}:${newTag}`;
  if (digest !== '') return `${base}${ownTag && newTag ? `:${ownTag}` : ''}@${digest}`;
  if (tagSuffix !== '') return `${base}:${ownTag}${tagSuffix}`;
  return `${base}${ownTag === '' ? '' : `:${ownTag}`}${ownDigest === '' ? '' : `@${ownDigest}`}`;
}

const SCALED = new Set(['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet']);

/** @throws {Error} when nothing of that name can be scaled */
export function setReplicas(resources: readonly Resource[], replicas: Kustomization['replicas'] = []): void {
  for (const { name, count } of replicas) {
    const found = resources.filter((each) => SCALED.has(kindOf(each)) && isCalled(each, name, undefined));
    if (found.length === 0) {
      throw new Error(
        `resource with name ${name} does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]`,
      );
    }
    for (const { object } of found) visitPath(object, 'spec/replicas', true, put(count));
  }
}
