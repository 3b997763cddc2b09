import { goJson } from '../go-json.ts';
import { isMap, mapIn, type Node } from './node.ts';

/** A type, as far as it is said; what is not said means any. */
export interface Gvk {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
}

/** What an object is called, or was. */
export interface Id {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** One object of a build, and what it has been called on the way. */
export interface Resource {
  object: Node;
  /** Every kind, name and namespace that it had, the first one first; namespaces as they take effect. */
  readonly earlier: { readonly kind: string; readonly name: string; readonly namespace: string }[];
  /** What was put before and behind its name. */
  readonly prefixes: string[];
  readonly suffixes: string[];
  /** A ConfigMap or Secret whose name gets a hash in the end. */
  needsHash: boolean;
  /** What its generator does with one that is there. */
  readonly behavior?: string;
  /** Names of variables that are read from it. */
  readonly variables: string[];
  /** Maps that got a key at once: they have one value of it, and a variable in it is replaced in all. */
  readonly twins: { readonly key: string; readonly maps: readonly Node[] }[];
  /** Others refer to it. */
  isReferredTo: boolean;
}

export const resourceOf = (object: Node): Resource => ({
  object,
  earlier: [],
  prefixes: [],
  suffixes: [],
  needsHash: false,
  variables: [],
  twins: [],
  isReferredTo: false,
});

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

export const kindOf = ({ object }: Resource): string => text(object['kind']);

export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export const groupVersionOf = ({ object }: Resource): { readonly group: string; readonly version: string } =>
  groupVersion(text(object['apiVersion']));

export const metadataOf = ({ object }: Resource): Node => mapIn(object, 'metadata');

const metadata = ({ object }: Resource): Node => (isMap(object['metadata']) ? object['metadata'] : {});
export const nameOf = (resource: Resource): string => text(metadata(resource)['name']);
export const namespaceOf = (resource: Resource): string => text(metadata(resource)['namespace']);

export const idOf = (resource: Resource): Id => ({
  ...groupVersionOf(resource),
  kind: kindOf(resource),
  name: nameOf(resource),
  namespace: namespaceOf(resource),
});

export function previousIds(resource: Resource): readonly Id[] {
  const type = groupVersionOf(resource);
  return resource.earlier.map((each) => ({ ...type, ...each }));
}

/** All that it was called, and is. */
export const idsOf = (resource: Resource): readonly Id[] => [...previousIds(resource), idOf(resource)];

/** What it was called at first. */
export const originalId = (resource: Resource): Id => previousIds(resource)[0] ?? idOf(resource);

/** Notes what it is called before that changes. */
export function remember(resource: Resource): void {
  const { kind, name } = idOf(resource);
  resource.earlier.push({ kind, name, namespace: effectiveNamespace(idOf(resource)) });
}

export const isOfType = (id: Gvk, { group, version, kind }: Gvk): boolean =>
  (!group || group === id.group) && (!version || version === id.version) && (!kind || kind === id.kind);

export const isSameId = (a: Id, b: Id): boolean =>
  a.name === b.name &&
  a.kind === b.kind &&
  a.group === b.group &&
  a.version === b.version &&
  effectiveNamespace(a) === effectiveNamespace(b);

/** Kinds in no namespace have one that nobody else has. */
export const NO_NAMESPACE = '_non_namespaceable_';

export function effectiveNamespace(id: Id): string {
  if (isClusterScoped(id)) return NO_NAMESPACE;
  return id.namespace === '' ? 'default' : id.namespace;
}

/** Those that kustomize knows: newer ones count as being in namespaces. */
export const isClusterScoped = ({ group, version, kind }: Id): boolean =>
  CLUSTER_KINDS.has(`${group}/${kind}`) && (group === '' ? version === 'v1' : /^v1(beta1)?$/.test(version));

const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'certificates.k8s.io/CertificateSigningRequest',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'networking.k8s.io/IngressClass',
  'node.k8s.io/RuntimeClass',
  'policy/PodSecurityPolicy',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttachment',
  '/ComponentStatus',
  '/Namespace',
  '/Node',
  '/PersistentVolume',
]);

/** `Deployment.v1.apps` */
export const typeText = ({ group, version, kind }: Gvk): string =>
  `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;

/** `Deployment.v1.apps/web.default`, as kustomize writes ids. */
export const idText = (id: Partial<Id>): string =>
  `${typeText(id)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;

/**
 * What a build notes of an object in its annotations. They are kept beside it here, and seen where kustomize shows them: by patches of
 * annotations, and in what it says of two objects of one name.
 *
 * @see sigs.k8s.io/kustomize/api/internal/utils/annotations.go
 */
export function buildAnnotations(resource: Resource): Readonly<Record<string, string>> {
  const { earlier, prefixes, suffixes, needsHash, behavior } = resource;
  const notes: Record<string, readonly string[]> = {
    previousKinds: earlier.map(({ kind }) => kind),
    previousNames: earlier.map(({ name }) => name),
    previousNamespaces: earlier.map(({ namespace }) => namespace),
    prefixes,
    suffixes,
    needsHashSuffix: needsHash ? ['enabled'] : [],
    generatorBehavior: behavior === undefined ? [] : [behavior],
  };
  return Object.fromEntries(
    Object.entries(notes).flatMap(([name, values]) =>
      values.length === 0 ? [] : [[`internal.config.kubernetes.io/${name}`, values.join(',')]],
    ),
  );
}

/** The object with these annotations. */
export function annotated(resource: Resource): Node {
  const copy = structuredClone(resource.object);
  const notes = buildAnnotations(resource);
  if (Object.keys(notes).length > 0) Object.assign(mapIn(mapIn(copy, 'metadata'), 'annotations'), notes);
  return copy;
}

/** How kustomize prints a resource where it prints several. */
export const resourceText = (resource: Resource): string => goJson(annotated(resource));

/** Takes the annotations of a build away again, and the field with the last one. */
export function unannotated(resource: Resource): void {
  const { annotations } = metadata(resource);
  const isNoted = resource.isReferredTo || Object.keys(buildAnnotations(resource)).length > 0;
  if (isMap(annotations)) for (const key of NOTED) delete annotations[key];
  const isEmpty = annotations === null || (isMap(annotations) && Object.keys(annotations).length === 0);
  if (isNoted && isEmpty) delete metadata(resource)['annotations'];
}

/** All that builds note. */
export const NOTED: readonly string[] = [
  ...['previousKinds', 'previousNames', 'prefixes', 'suffixes', 'previousNamespaces', 'allowNameChange'],
  ...['allowKindChange', 'refBy', 'generatorBehavior', 'needsHashSuffix', 'path', 'index', 'seqindent', 'id'],
].map((name) => `internal.config.kubernetes.io/${name}`);
