import { isMap, type Node } from './field-path.ts';

/** One object of a build, and what it has been called on the way. */
export interface Resource {
  object: Node;
  /** Every name and namespace that it had, the first one first. */
  readonly earlier: { readonly kind: string; readonly name: string; readonly namespace: string }[];
  /** A ConfigMap or Secret whose name gets a hash in the end. */
  needsHash: boolean;
  /** Made by a generator: others may replace it or be merged into it. */
  readonly isGenerated: boolean;
}

export const kindOf = ({ object }: Resource): string => String(object['kind'] ?? '');

export function groupVersionOf({ object }: Resource): { readonly group: string; readonly version: string } {
  const text = String(object['apiVersion'] ?? '');
  const slash = text.indexOf('/');
  return slash < 0 ? { group: '', version: text } : { group: text.slice(0, slash), version: text.slice(slash + 1) };
}

export function metadataOf(resource: Resource): Node {
  const { metadata } = resource.object;
  if (isMap(metadata)) return metadata;
  const made: Node = {};
  resource.object['metadata'] = made;
  return made;
}

export const nameOf = (resource: Resource): string => String(metadataOf(resource)['name'] ?? '');
export const namespaceOf = (resource: Resource): string => String(metadataOf(resource)['namespace'] ?? '');

/** Notes what it is called before that changes. */
export function remember(resource: Resource): void {
  resource.earlier.push({ kind: kindOf(resource), name: nameOf(resource), namespace: namespaceOf(resource) });
}

/** `apps/v1, Kind=Deployment` and its name as kustomize writes ids: `Deployment.v1.apps/web.default`. */
export function idText(resource: Resource): string {
  const { group, version } = groupVersionOf(resource);
  return `${kindOf(resource)}.${version || '[noVer]'}.${group || '[noGrp]'}/${nameOf(resource) || '[noName]'}.${namespaceOf(resource) || '[noNs]'}`;
}

/** True when the resource is or was called so. */
export function isCalled(resource: Resource, name: string, namespace: string | undefined): boolean {
  const matches = (own: { readonly name: string; readonly namespace: string }): boolean =>
    own.name === name && (namespace === undefined || (own.namespace || 'default') === (namespace || 'default'));
  return matches({ name: nameOf(resource), namespace: namespaceOf(resource) }) || resource.earlier.some(matches);
}

/** Kinds that are in no namespace. */
export const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'APIService',
  'CSIDriver',
  'CSINode',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'ComponentStatus',
  'CustomResourceDefinition',
  'FlowSchema',
  'IngressClass',
  'IPAddress',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'ServiceCIDR',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);
