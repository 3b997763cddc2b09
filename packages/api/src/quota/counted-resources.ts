import type { GroupResource } from '@tabernetes/apimachinery';
import { CLASS_SUFFIX, COMPUTE, isExtended } from './names.ts';

/** `pods`, `deployments.apps`: a resource of the API, as `count/` names it. */
export type CountedResource = string;

const REQUESTS = 'requests.';
const COUNT = 'count/';
const CORE: Readonly<Record<string, CountedResource>> = {
  pods: 'pods',
  services: 'services',
  'services.nodeports': 'services',
  'services.loadbalancers': 'services',
  persistentvolumeclaims: 'persistentvolumeclaims',
  'requests.storage': 'persistentvolumeclaims',
  configmaps: 'configmaps',
  resourcequotas: 'resourcequotas',
  replicationcontrollers: 'replicationcontrollers',
  secrets: 'secrets',
};

const CLAIMS = 'persistentvolumeclaims';
const CLAIM_LIMITS: ReadonlySet<string> = new Set([CLAIMS, 'requests.storage']);

/** Objects of which resource a limit of a quota counts. Undefined: nobody knows how to count it. */
export function countedResource(limit: string): CountedResource | undefined {
  const known = Object.hasOwn(CORE, limit) ? CORE[limit] : undefined;
  if (known !== undefined) return known;
  if (limit.startsWith(COUNT)) return limit.slice(COUNT.length);
  const compute = limit.replace(/^(requests|limits)\./, '');
  if (COMPUTE.has(compute)) return 'pods';
  if (limit.startsWith('hugepages-') || limit.startsWith('requests.hugepages-')) return 'pods';
  if (limit.includes(CLASS_SUFFIX)) {
    return CLAIM_LIMITS.has(limit.slice(limit.indexOf(CLASS_SUFFIX) + CLASS_SUFFIX.length)) ? CLAIMS : undefined;
  }
  return limit.startsWith(REQUESTS) && isExtended(limit) ? 'pods' : undefined;
}

/** The limits that count an object as one of its kind. */
export const countLimits = (resource: CountedResource): readonly string[] =>
  CORE[resource] === resource ? [resource, `${COUNT}${resource}`] : [`${COUNT}${resource}`];

export const countedName = ({ group, resource }: GroupResource): CountedResource =>
  group === '' ? resource : `${resource}.${group}`;
