import { isQualifiedName } from '@tabernetes/apimachinery';

/**
 * Which names of resources mean what.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/helper/helpers.go
 */
const CONTAINER: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

const COUNTS: ReadonlySet<string> = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

const STANDARD: ReadonlySet<string> = new Set([
  ...CONTAINER,
  ...COUNTS,
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'storage',
  'requests.storage',
]);

const NAMESPACE = 'kubernetes.io/';
const REQUESTS = 'requests.';

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isQuotaHugePages = (name: string): boolean => isHugePages(name) || name.startsWith('requests.hugepages-');

/** Known to the system at all. */
export const isStandardResource = (name: string): boolean => STANDARD.has(name) || isQuotaHugePages(name);

/** What a ResourceQuota can count besides objects by kind: everything standard but `storage` itself. */
export const isStandardQuotaResource = (name: string): boolean =>
  (STANDARD.has(name) && name !== 'storage') || isQuotaHugePages(name);

/** What a container can ask for by a short name. */
export const isStandardContainerResource = (name: string): boolean => CONTAINER.has(name) || isHugePages(name);

/** Belongs to Kubernetes: a short name, or one in `kubernetes.io/`. */
export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes(NAMESPACE);

/** Belongs to somebody else, and its quota has a good name too: `example.com/gpu`. */
export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) && !name.startsWith(REQUESTS) && isQualifiedName(`${REQUESTS}${name}`).length === 0;

/** Requests may differ from limits. */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

/** Comes in whole numbers only. */
export const isIntegerResource = (name: string): boolean => COUNTS.has(name) || isExtendedResource(name);
