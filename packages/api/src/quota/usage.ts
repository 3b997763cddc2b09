import { type KubeObject, parseQuantity, type QuantityAmount, quantityOf } from '@tabernetes/apimachinery';
import type { PersistentVolumeClaim, Pod, Service } from '../generated/core-v1.ts';
import { type CountedResource, countLimits } from './counted-resources.ts';
import { CLASS_SUFFIX, COMPUTE, isExtended } from './names.ts';
import { podAmounts } from './pod-amounts.ts';

/** Amounts by the names that quotas have for them: `requests.cpu`, `pods`, `count/pods`. */
export type Usage = ReadonlyMap<string, QuantityAmount>;

const ONE = quantityOf(1);
const ZERO = quantityOf(0);

/** What an object of a resource uses. */
export function quotaUsage(resource: CountedResource, object: KubeObject, nowMs: number): Usage {
  if (resource === 'pods') return podUsage(object as Pod, nowMs);
  if (resource === 'services') return serviceUsage(object as Service);
  if (resource === 'persistentvolumeclaims') return claimUsage(object as PersistentVolumeClaim);
  return objectUsage(countLimits(resource));
}

/**
 * What a Pod uses: nothing but its place in the store once it has ended, or is overdue to go.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/quota/v1/evaluator/core/pods.go
 */
export function podUsage(pod: Pod, nowMs: number): Usage {
  const usage = new Map([['count/pods', ONE]]);
  if (!isCharged(pod, nowMs)) return usage;
  usage.set('pods', ONE);
  for (const [name, amount] of podAmounts(pod.spec, 'requests')) {
    if (COMPUTE.has(name) || isHugePages(name)) usage.set(name, amount);
    if (COMPUTE.has(name) || isHugePages(name) || isExtended(name)) usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of podAmounts(pod.spec, 'limits'))
    if (COMPUTE.has(name)) usage.set(`limits.${name}`, amount);
  return usage;
}

/** A Pod that is stuck on its way out, as on a lost node, must not keep others from being made. */
function isCharged({ metadata, status }: Pod, nowMs: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return false;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true;
  return nowMs <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/quota/v1/evaluator/core/services.go */
export function serviceUsage({ spec }: Service): Usage {
  const { type, ports = [], allocateLoadBalancerNodePorts } = spec ?? {};
  const balanced = type === 'LoadBalancer';
  // Whether ports are allocated already does not matter: what is meant counts.
  const asked = balanced && allocateLoadBalancerNodePorts === false ? ports.filter((p) => p.nodePort) : ports;
  const nodePorts = type === 'NodePort' || balanced ? asked.length : 0;
  return new Map([
    ['count/services', ONE],
    ['services', ONE],
    ['services.loadbalancers', balanced ? ONE : ZERO],
    ['services.nodeports', quantityOf(nodePorts)],
  ]);
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/quota/v1/evaluator/core/persistent_volume_claims.go */
export function claimUsage({ metadata, spec, status }: PersistentVolumeClaim): Usage {
  const usage = new Map([
    ['count/persistentvolumeclaims', ONE],
    ['persistentvolumeclaims', ONE],
  ]);
  const className = metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '';
  if (className !== '') usage.set(`${className}${CLASS_SUFFIX}persistentvolumeclaims`, ONE);
  const requested = spec?.resources?.requests?.['storage'];
  if (requested === undefined) return usage;
  const allocated = status?.allocatedResources?.['storage'];
  const amounts = [requested, ...(allocated === undefined ? [] : [allocated])].map((text) => parseQuantity(text));
  const most = amounts.reduce((a, b) => (b.compare(a) > 0 ? b : a)).roundedUp(0);
  usage.set('requests.storage', most);
  if (className !== '') usage.set(`${className}${CLASS_SUFFIX}requests.storage`, most);
  return usage;
}

/** Any other object counts as one of its kind. */
const objectUsage = (names: readonly string[]): Usage => new Map(names.map((name) => [name, ONE]));

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
