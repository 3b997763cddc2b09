import { invalid, isQualifiedName, notSupported, required } from '@tabernetes/apimachinery';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../generated/core-v1.ts';
import { compareQuantities, quantityText } from './quantities.ts';
import { type Errors, reject } from './rules.ts';

/**
 * The downward API: which fields of a Pod its containers may see.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */

/** Fields that a file of a volume may show, sorted. */
export const VOLUME_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** Fields that a variable may show, sorted. */
export const ENV_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Fields that the API can name at all, besides subscripted ones. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

const SUBSCRIPTED = /^(.+?)\['(.*)'\]$/s;

/** Checks a `fieldRef`; `allowed` depends on where it stands. */
export function validateFieldRef(
  errors: Errors,
  ref: ObjectFieldSelector,
  allowed: readonly string[],
  path: string,
): void {
  const { apiVersion, fieldPath } = ref;
  if (!apiVersion) {
    errors.push(required(`${path}.apiVersion`));
    return;
  }
  if (!fieldPath) {
    errors.push(required(`${path}.fieldPath`));
    return;
  }
  const [, field = fieldPath, subscript] = SUBSCRIPTED.exec(fieldPath) ?? [];
  const problem = conversionProblem(apiVersion, fieldPath, field, subscript);
  if (problem !== undefined) {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${problem}`));
    return;
  }
  // `spec.host` is the very old name of `spec.nodeName`.
  const known = field === 'spec.host' ? 'spec.nodeName' : field;
  if (subscript === undefined) {
    if (!allowed.includes(known)) errors.push(notSupported(`${path}.fieldPath`, known, allowed));
  } else if (field === 'metadata.annotations') {
    const name = subscript.toLowerCase();
    reject(errors, path, name, isQualifiedName(name));
  } else {
    reject(errors, path, subscript, isQualifiedName(subscript));
  }
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/pods/helpers.go */
function conversionProblem(
  apiVersion: string,
  fieldPath: string,
  field: string,
  subscript: string | undefined,
): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  if (subscript !== undefined) {
    if (field === 'metadata.annotations' || field === 'metadata.labels') return undefined;
    return `field label does not support subscript: ${fieldPath}`;
  }
  return KNOWN_FIELDS.has(field) || field === 'spec.host' ? undefined : `field label not supported: ${fieldPath}`;
}

/** Resources that a container may see, sorted. */
const RESOURCES: readonly string[] = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGES = /^(limits|requests)\.hugepages-/;

const CPU_DIVISORS: ReadonlySet<string> = new Set(['1m', '1']);
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'] as const;
const BYTE_DIVISOR_SET: ReadonlySet<string> = new Set(BYTE_DIVISORS);

/** Checks a `resourceFieldRef`; in a volume it must name its container. */
export function validateResourceFieldRef(
  errors: Errors,
  ref: ResourceFieldSelector,
  path: string,
  inVolume: boolean,
): void {
  const resource = ref.resource ?? '';
  if (inVolume && !ref.containerName) errors.push(required(`${path}.containerName`));
  else if (!resource) errors.push(required(`${path}.resource`));
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource)) {
    errors.push(notSupported(`${path}.resource`, resource, RESOURCES));
  }
  validateDivisor(errors, resource, ref.divisor ?? '0', `${path}.divisor`);
}

function validateDivisor(errors: Errors, resource: string, divisor: string, path: string): void {
  if (divisor === '0' || compareQuantities(divisor, '0') === 0) return;
  const kind = divisorKind(resource);
  if (kind === undefined) return;
  const text = quantityText(divisor);
  if ((kind === 'cpu' ? CPU_DIVISORS : BYTE_DIVISOR_SET).has(text)) return;
  const values = kind === 'cpu' ? '1m and 1' : BYTE_DIVISORS.join(', ');
  errors.push(invalid(path, resource, `only divisor's values ${values} are supported with the ${kind} resource`));
}

function divisorKind(resource: string): 'cpu' | 'memory' | 'local ephemeral storage' | 'hugepages' | undefined {
  if (resource === 'limits.cpu' || resource === 'requests.cpu') return 'cpu';
  if (resource === 'limits.memory' || resource === 'requests.memory') return 'memory';
  if (resource === 'limits.ephemeral-storage' || resource === 'requests.ephemeral-storage') {
    return 'local ephemeral storage';
  }
  return HUGE_PAGES.test(resource) ? 'hugepages' : undefined;
}
