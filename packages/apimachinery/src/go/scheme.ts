import type { GroupVersionKind } from '../schema.ts';
import { goQuote } from './quote.ts';

/**
 * Why Go cannot read an object that calls itself `given` where another kind is expected; undefined: it is another version of that kind.
 * What the server's scheme has a type for, it reads, and then cannot convert; versions that are served no more are among these.
 */
export function unreadableKind(given: GroupVersionKind, expected: GroupVersionKind): string | undefined {
  if (!isRegisteredKind(given, expected)) return notRegistered(given, schemeOf(expected.group).place);
  if (UNVERSIONED.has(given.kind)) return unconvertible({ ...given, version: 'v1' }, expected);
  if (given.kind === expected.kind && internalPackage(given) === internalPackage(expected)) return undefined;
  return unconvertible(given, expected);
}

/** Whether the scheme of `expected` has a Go type for a kind. */
export const isRegisteredKind = (given: GroupVersionKind, expected: GroupVersionKind): boolean =>
  UNVERSIONED.has(given.kind) || isRegistered(schemeOf(expected.group), given);

/** Why Go cannot read what a body of a DELETE calls itself; undefined: it can. */
export function unreadableDeleteOptions(given: GroupVersionKind): string | undefined {
  if (given.kind === 'DeleteOptions') return undefined;
  const isOfMeta = given.group === META_GROUP && given.version === 'v1';
  const isKnown = UNVERSIONED_OF_META.has(given.kind) || (isOfMeta && META_KINDS.has(given.kind));
  return isKnown
    ? `converting (v1.${given.kind}) to (v1.DeleteOptions): unknown conversion`
    : notRegistered(given, META_SCHEME);
}

/** The words of Go's decoders for a kind that a scheme has no type for. */
export const notRegistered = ({ group, version, kind }: GroupVersionKind, place: string): string =>
  `no kind ${goQuote(kind)} is registered for version ${goQuote(group === '' ? version : `${group}/${version}`)} in scheme ${goQuote(place)}`;

/** Where in Kubernetes' source the scheme of its built-in kinds is made. */
export const LEGACY_SCHEME = 'k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30';
/** The one that reads answers of admission webhooks. */
export const WEBHOOK_SCHEME = 'k8s.io/apiserver/pkg/util/webhook/client.go:71';
/** Go names this one by where schemes are made. */
const META_SCHEME = 'pkg/runtime/scheme.go:100';

const META_GROUP = 'meta.k8s.io';
const UNVERSIONED: ReadonlySet<string> = new Set([
  'Status',
  'APIVersions',
  'APIGroupList',
  'APIGroup',
  'APIResourceList',
]);
const OF_EVERY_VERSION: ReadonlySet<string> = new Set([
  'WatchEvent',
  'ListOptions',
  'GetOptions',
  'DeleteOptions',
  'CreateOptions',
  'UpdateOptions',
  'PatchOptions',
]);
const UNVERSIONED_OF_META: ReadonlySet<string> = new Set([...UNVERSIONED, 'CreateOptions', 'UpdateOptions']);
const META_KINDS: ReadonlySet<string> = new Set([
  ...OF_EVERY_VERSION,
  'Table',
  'TableOptions',
  'PartialObjectMetadata',
  'PartialObjectMetadataList',
]);

/** A registry of Go types. */
interface Scheme {
  readonly place: string;
  /** By group and version, kinds with a space on either side; `!` after one that has no list. */
  readonly kinds: ReadonlyMap<string, string>;
}

const scheme = (place: string, lines: readonly string[]): Scheme => {
  const kinds = new Map<string, string>();
  for (const line of lines) {
    const [names = '', types = ''] = line.split(': ');
    const [group = '', ...versions] = names.split(' ');
    for (const version of versions)
      kinds.set(`${group} ${version}`, `${kinds.get(`${group} ${version}`) ?? ''} ${types} `);
  }
  return { place, kinds };
};

const REVIEWS = 'SelfSubjectAccessReview! SelfSubjectRulesReview! SubjectAccessReview! LocalSubjectAccessReview!';

/** @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/staging/src/k8s.io/api register.go of every version */
const LEGACY = scheme(LEGACY_SCHEME, [
  ' v1: ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  ' v1: Binding! List! NodeProxyOptions! PodAttachOptions! PodExecOptions! PodLogOptions! PodPortForwardOptions! PodProxyOptions! PodStatusResult! RangeAllocation! SerializedReference! ServiceProxyOptions!',
  'admission.k8s.io v1 v1beta1: AdmissionReview!',
  'admissionregistration.k8s.io v1 v1beta1: MutatingWebhookConfiguration ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io v1 v1alpha1 v1beta1: ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io v1alpha1: MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
  'apps v1 v1beta1 v1beta2: ControllerRevision Deployment StatefulSet',
  'apps v1 v1beta2: DaemonSet ReplicaSet',
  'apps v1beta1 v1beta2: Scale!',
  'apps v1beta1: DeploymentRollback!',
  'authentication.k8s.io v1 v1beta1: TokenReview!',
  'authentication.k8s.io v1 v1alpha1 v1beta1: SelfSubjectReview!',
  'authentication.k8s.io v1: TokenRequest!',
  `authorization.k8s.io v1 v1beta1: ${REVIEWS}`,
  'autoscaling v1 v2 v2beta1 v2beta2: HorizontalPodAutoscaler',
  'autoscaling v1: Scale!',
  'batch v1 v1beta1: CronJob',
  'batch v1: Job',
  'certificates.k8s.io v1 v1beta1: CertificateSigningRequest',
  'certificates.k8s.io v1alpha1: ClusterTrustBundle',
  'coordination.k8s.io v1 v1beta1: Lease',
  'coordination.k8s.io v1alpha2: LeaseCandidate',
  'discovery.k8s.io v1 v1beta1: EndpointSlice',
  'events.k8s.io v1 v1beta1: Event',
  'extensions v1beta1: DaemonSet Deployment DeploymentRollback! Ingress NetworkPolicy ReplicaSet Scale!',
  'flowcontrol.apiserver.k8s.io v1 v1beta1 v1beta2 v1beta3: FlowSchema PriorityLevelConfiguration',
  'imagepolicy.k8s.io v1alpha1: ImageReview!',
  'internal.apiserver.k8s.io v1alpha1: StorageVersion',
  'networking.k8s.io v1: NetworkPolicy',
  'networking.k8s.io v1 v1beta1: Ingress IngressClass',
  'networking.k8s.io v1alpha1 v1beta1: IPAddress ServiceCIDR',
  'node.k8s.io v1 v1alpha1 v1beta1: RuntimeClass',
  'policy v1 v1beta1: PodDisruptionBudget Eviction!',
  'rbac.authorization.k8s.io v1 v1alpha1 v1beta1: ClusterRole ClusterRoleBinding Role RoleBinding',
  'resource.k8s.io v1alpha3 v1beta1: DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice',
  'scheduling.k8s.io v1 v1alpha1 v1beta1: PriorityClass',
  'storage.k8s.io v1 v1beta1: CSIDriver CSINode StorageClass',
  'storage.k8s.io v1 v1alpha1 v1beta1: CSIStorageCapacity VolumeAttachment',
  'storage.k8s.io v1alpha1 v1beta1: VolumeAttributesClass',
  'storagemigration.k8s.io v1alpha1: StorageVersionMigration',
]);

/** Servers within the server have schemes of their own. */
const OTHERS: Readonly<Record<string, Scheme>> = {
  'apiextensions.k8s.io': scheme('k8s.io/apiextensions-apiserver/pkg/apiserver/apiserver.go:53', [
    ' v1: ',
    'apiextensions.k8s.io v1 v1beta1: CustomResourceDefinition',
  ]),
  'apiregistration.k8s.io': scheme('k8s.io/kube-aggregator/pkg/apiserver/scheme/scheme.go:28', [
    'apiregistration.k8s.io v1 v1beta1: APIService',
  ]),
};

const schemeOf = (group: string): Scheme => (Object.hasOwn(OTHERS, group) ? (OTHERS[group] ?? LEGACY) : LEGACY);

function isRegistered({ kinds }: Scheme, { group, version, kind }: GroupVersionKind): boolean {
  const known = kinds.get(`${group} ${version}`);
  if (known === undefined || kind.includes(' ')) return false;
  if (OF_EVERY_VERSION.has(kind) || known.includes(` ${kind} `) || known.includes(` ${kind}! `)) return true;
  const [, listed] = /^(.+)List$/.exec(kind) ?? [];
  return listed !== undefined && known.includes(` ${listed} `);
}

const unconvertible = (given: GroupVersionKind, expected: GroupVersionKind): string =>
  `converting (${given.version}.${given.kind}) to (${internalPackage(expected)}.${expected.kind}): unknown conversion`;

/** The Go package of the types that all versions of a kind are converted to. */
export function internalPackage({ group, kind }: GroupVersionKind): string {
  if (group === '' || group === 'events.k8s.io') return 'core';
  if (group === 'internal.apiserver.k8s.io') return 'apiserverinternal';
  if (group === 'extensions') return kind === 'Ingress' || kind === 'NetworkPolicy' ? 'networking' : 'apps';
  return kind === 'Scale' ? 'autoscaling' : (group.split('.')[0] ?? group);
}
