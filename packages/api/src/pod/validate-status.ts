import {
  duplicate,
  forbidden,
  invalid,
  isDns1123Subdomain,
  isValidGroupId,
  isValidUserId,
  notSupported,
} from '@tabernetes/apimachinery';
import type { Container, ContainerStatus, Pod, PodResourceClaimStatus } from '../generated/core-v1.ts';
import { type Errors, reject } from './rules.ts';

/*
 * What kubelets report of claims, of the users that containers run as, and of the devices that they were given.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePodStatusUpdate
 */

/** Statuses of resource claims: each of a claim that the Pod names, and once. */
export function validateClaimStatuses(errors: Errors, { spec, status }: Pod): void {
  const claims = new Set(spec?.resourceClaims?.map(({ name }) => name));
  const seen = new Set<string>();
  for (const [i, entry] of (status?.resourceClaimStatuses ?? []).entries()) {
    const { name = '', resourceClaimName }: Partial<PodResourceClaimStatus> = entry;
    const at = `status.resourceClaimStatuses[${i}].name`;
    if (!claims.has(name)) errors.push(invalid(at, name, 'must match the name of an entry in `spec.resourceClaims`'));
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    if (resourceClaimName !== undefined) reject(errors, at, resourceClaimName, isDns1123Subdomain(resourceClaimName));
  }
}

const LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

/** Users of containers, and devices that they were given. */
export function validateReported(errors: Errors, { spec, status = {} }: Pod): void {
  for (const list of LISTS) {
    for (const [i, container] of (status[list] ?? []).entries()) {
      validateUser(errors, container, `status.${list}[${i}].linux`, spec?.os?.name);
    }
  }
  validateDevices(errors, status.containerStatuses, 'status.containerStatuses', spec?.containers);
  validateDevices(errors, status.initContainerStatuses, 'status.initContainerStatuses', spec?.initContainers);
  for (const [i, { allocatedResourcesStatus }] of (status.ephemeralContainerStatuses ?? []).entries()) {
    if (!allocatedResourcesStatus?.length) continue;
    const at = `status.ephemeralContainerStatuses[${i}].allocatedResourcesStatus`;
    errors.push(forbidden(at, 'must not be specified in container status'));
  }
}

function validateUser(errors: Errors, { user }: ContainerStatus, at: string, os = 'linux'): void {
  const linux = user?.linux;
  if (linux === undefined) return;
  if (os === 'windows') errors.push(forbidden(at, 'cannot be set for a windows pod'));
  if (os !== 'linux') return;
  const { uid = 0, gid = 0, supplementalGroups = [] } = linux;
  reject(errors, `${at}.uid`, uid, isValidUserId(uid));
  reject(errors, `${at}.gid`, gid, isValidGroupId(gid));
  for (const [i, group] of supplementalGroups.entries()) {
    reject(errors, `${at}.supplementalGroups[${i}]`, group, isValidGroupId(group));
  }
}

const HEALTH = ['Healthy', 'Unhealthy', 'Unknown'];

function validateDevices(
  errors: Errors,
  statuses: readonly ContainerStatus[] = [],
  path: string,
  containers: readonly Container[] = [],
): void {
  for (const [i, { name: container, allocatedResourcesStatus = [] }] of statuses.entries()) {
    // A container that is not there is let through.
    const resources = containers.find(({ name }) => name === container);
    for (const [j, { name = '', resources: devices = [] }] of allocatedResourcesStatus.entries()) {
      const at = `${path}[${i}].allocatedResourcesStatus[${j}]`;
      const problem = resources && unknownResource(name, resources);
      if (problem !== undefined) errors.push(invalid(`${at}.name`, name, problem));
      const seen = new Set<string>();
      for (const [k, { health = '', resourceID = '' }] of devices.entries()) {
        if (!HEALTH.includes(health)) errors.push(notSupported(`${at}.resources[${k}].health`, health, HEALTH));
        if (seen.has(resourceID)) errors.push(duplicate(`${at}.resources[${k}].resourceID`, resourceID));
        seen.add(resourceID);
      }
    }
  }
}

/** Why a container has no such resource; undefined when it has. */
function unknownResource(name: string, { resources = {} }: Container): string | undefined {
  if (!name.startsWith('claim:')) {
    const has = Object.hasOwn(resources.requests ?? {}, name);
    return has ? undefined : "must match one of the container's resource requests";
  }
  const has = resources.claims?.some(
    (claim) => name === `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}`,
  );
  return has
    ? undefined
    : "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";
}
