import {
  duplicate,
  type FieldError,
  forbidden,
  internalError,
  invalid,
  isDns1123Subdomain,
  isQualifiedName,
  isValidIp,
  parseIp,
} from '@tabernetes/apimachinery';
import type { ContainerStatus, Pod, PodSpec, PodStatus } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { isRestartableInit } from './containers.ts';
import { podValidationOptions } from './options.ts';
import { type Errors, reject } from './rules.ts';
import { validateAnnotationUpdate } from './validate-annotations.ts';
import { validateClaimStatuses, validateReported } from './validate-status.ts';

const SYSTEM_CONDITIONS: ReadonlySet<string> = new Set(['PodScheduled', 'Ready', 'Initialized']);

/**
 * Rules of the status sub-resource, but for metadata.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePodStatusUpdate
 */
export function validatePodStatusUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: Errors = [];
  const spec: PodSpec = old.spec ?? { containers: [] };
  const status = pod.status ?? {};
  const before = old.status ?? {};
  validateAnnotationUpdate(errors, pod, old, 'metadata.annotations', podValidationOptions(old));
  for (const [i, { type = '' }] of (status.conditions ?? []).entries()) {
    // Upstream's path begins with metadata here.
    if (!SYSTEM_CONDITIONS.has(type)) reject(errors, `metadata.conditions[${i}].Type`, type, isQualifiedName(type));
  }
  const { nominatedNodeName: nominated } = status;
  if (nominated && nominated !== before.nominatedNodeName) {
    reject(errors, 'status.nominatedNodeName', nominated, isDns1123Subdomain(nominated));
  }
  if ((status.qosClass ?? '') !== (before.qosClass ?? '')) {
    errors.push(invalid('status.qosClass', status.qosClass ?? '', 'field is immutable'));
  }
  validateTransitions(errors, status, before, spec);
  validateClaimStatuses(errors, pod);
  validateIps(errors, status.podIPs ?? [], 'podIPs', 'PodIP');
  validateHostIps(errors, status);
  validateReported(errors, pod);
  return errors;
}

/** A container that ended for good stays ended. */
function validateTransitions(errors: Errors, now: PodStatus, before: PodStatus, spec: PodSpec): void {
  const policy = spec.restartPolicy ?? '';
  const sidecars = new Set((spec.initContainers ?? []).filter(isRestartableInit).map(({ name }) => name));
  validateEnded(errors, now.containerStatuses, before.containerStatuses, 'containerStatuses', policy);
  validateEnded(
    errors,
    now.initContainerStatuses,
    before.initContainerStatuses,
    'initContainerStatuses',
    policy,
    sidecars,
  );
  const [next, last] = [now.ephemeralContainerStatuses, before.ephemeralContainerStatuses];
  // Nobody restarts an ephemeral container.
  validateEnded(errors, next, last, 'ephemeralContainerStatuses', 'Never');
}

function validateEnded(
  errors: Errors,
  now: readonly ContainerStatus[] | undefined,
  before: readonly ContainerStatus[] | undefined,
  field: string,
  restartPolicy: string,
  exempt?: ReadonlySet<string>,
): void {
  if (restartPolicy === 'Always' || !before) return;
  for (const [i, { name, state }] of before.entries()) {
    if (!state?.terminated || exempt?.has(name)) continue;
    if (state.terminated.exitCode !== 0 && restartPolicy === 'OnFailure') continue;
    for (const next of now ?? []) {
      if (next.name !== name || next.state?.terminated) continue;
      errors.push(forbidden(`status.${field}[${i}].state`, 'may not be transitioned to non-terminated state'));
    }
  }
}

function validateHostIps(errors: Errors, { hostIP = '', hostIPs = [] }: PodStatus): void {
  const first = hostIPs[0]?.ip;
  if (first === undefined) return;
  if (first !== hostIP) errors.push(invalid('status.hostIPs[0].ip', first, 'must be equal to `hostIP`'));
  validateIps(errors, hostIPs, 'hostIPs', 'HostIP');
}

/** Addresses of a Pod or of its host: at most one of each family. */
function validateIps(
  errors: Errors,
  ips: readonly { readonly ip: string }[],
  field: 'podIPs' | 'hostIPs',
  goType: 'PodIP' | 'HostIP',
): void {
  const path = `status.${field}`;
  for (const [i, { ip = '' }] of ips.entries()) errors.push(...isValidIp(`${path}[${i}]`, ip));
  if (ips.length < 2) return;
  const families = ips.map(({ ip }) => parseIp(ip)?.family);
  const twins: FieldError[] = [];
  for (const [i, { ip }] of ips.entries()) {
    if (ips.findIndex((other) => other.ip === ip) === i) continue;
    twins.push(duplicate(`${path}[${i}]`, dumpGo(`core.${goType}`, { ip })));
  }
  // Upstream looks for twins first among host addresses and last among Pod addresses.
  if (field === 'hostIPs') errors.push(...twins);
  if (families.includes(undefined)) {
    const bad = families.indexOf(undefined);
    const problem = `invalid IP[${bad}]: ${ips[bad]?.ip ?? ''}`;
    errors.push(internalError(path, `failed to check for dual stack with error:${problem}`));
  }
  const dualStack = families.includes(4) && families.includes(6) && !families.includes(undefined);
  if (!dualStack || ips.length > 2) {
    errors.push(invalid(path, dumpGo(`[]core.${goType}`, ips), 'may specify no more than one IP for each IP family'));
  }
  if (field === 'podIPs') errors.push(...twins);
}
