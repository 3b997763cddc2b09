import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  notSupported,
  required,
  validateLabels,
} from '@tabernetes/apimachinery';
import type { PodSchedulingGate, PodSpec } from '../generated/core-v1.ts';
import { between, type Errors, oneOf, reject } from './rules.ts';
import { validateAffinity, validateSpreadConstraints } from './validate-affinity.ts';
import { validateContainers } from './validate-containers.ts';
import { validateDnsConfig, validateDnsPolicy, validateHostAliases } from './validate-dns.ts';
import { validateResources } from './validate-resources.ts';
import { validatePodSecurityContext } from './validate-security-context.ts';
import { validateTolerations } from './validate-tolerations.ts';
import { validateVolumes } from './validate-volumes.ts';
import { validateHostProcess, validateLinuxPod, validateWindowsPod } from './validate-windows.ts';
import type { PodValidationOptions } from './validation-options.ts';

export const MAX_INT32 = 2 ** 31 - 1;
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const SYSTEMS = ['linux', 'windows'];

/**
 * Every rule of a PodSpec that stands for itself, with upstream's paths, texts and order. `path` is that of the spec:
 * `spec` of a Pod, `spec.template.spec` of a Deployment.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePodSpec
 */
export function validatePodSpec(spec: PodSpec, path: string, options: PodValidationOptions = {}): FieldError[] {
  const errors: Errors = [];
  if (spec.terminationGracePeriodSeconds === undefined) {
    errors.push(required(`${path}.terminationGracePeriodSeconds`));
  }
  const volumes = validateVolumes(errors, spec.volumes ?? [], `${path}.volumes`, options);
  validateContainers(errors, spec, { volumes, options }, path);
  if (spec.hostNetwork) validateHostNetworkPorts(errors, spec, path, options);
  oneOf(errors, `${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES);
  validateDnsPolicy(errors, spec.dnsPolicy, `${path}.dnsPolicy`);
  if (spec.nodeSelector) errors.push(...validateLabels(spec.nodeSelector, `${path}.nodeSelector`));
  if (spec.securityContext) {
    validatePodSecurityContext(errors, spec, spec.securityContext, `${path}.securityContext`, options);
  }
  if (spec.affinity) validateAffinity(errors, spec.affinity, `${path}.affinity`, options);
  validateDnsConfig(errors, spec.dnsConfig, spec.dnsPolicy, `${path}.dnsConfig`);
  for (const [i, { conditionType = '' }] of (spec.readinessGates ?? []).entries()) {
    reject(errors, `${path}.readinessGates[${i}].conditionType`, conditionType, isQualifiedName(conditionType));
  }
  if (spec.schedulingGates) validateSchedulingGates(errors, spec.schedulingGates, `${path}.schedulingGates`);
  if (spec.topologySpreadConstraints) {
    validateSpreadConstraints(errors, spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, options);
  }
  validateHostProcess(errors, spec, path);
  validateNames(errors, spec, path);
  validateRest(errors, spec, path, options);
  return errors;
}

function validateNames(errors: Errors, spec: PodSpec, path: string): void {
  const { serviceAccountName, nodeName, activeDeadlineSeconds: deadline, hostname, subdomain } = spec;
  if (serviceAccountName) {
    reject(errors, `${path}.serviceAccountName`, serviceAccountName, isDns1123Subdomain(serviceAccountName));
  }
  if (nodeName) reject(errors, `${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName));
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32)) {
    errors.push(invalid(`${path}.activeDeadlineSeconds`, deadline, between(1, MAX_INT32)));
  }
  if (hostname) reject(errors, `${path}.hostname`, hostname, isDns1123Label(hostname));
  if (subdomain) reject(errors, `${path}.subdomain`, subdomain, isDns1123Label(subdomain));
}

function validateRest(errors: Errors, spec: PodSpec, path: string, options: PodValidationOptions): void {
  const { priorityClassName, runtimeClassName, preemptionPolicy } = spec;
  if (spec.tolerations) validateTolerations(errors, spec.tolerations, `${path}.tolerations`);
  if (spec.hostAliases) validateHostAliases(errors, spec.hostAliases, `${path}.hostAliases`);
  if (priorityClassName) {
    reject(errors, `${path}.priorityClassName`, priorityClassName, isDns1123Subdomain(priorityClassName));
  }
  if (runtimeClassName !== undefined) {
    reject(errors, `${path}.runtimeClassName`, runtimeClassName, isDns1123Subdomain(runtimeClassName));
  }
  if (preemptionPolicy !== undefined) {
    oneOf(errors, `${path}.preemptionPolicy`, preemptionPolicy, PREEMPTION_POLICIES);
  }
  // Overhead is checked as if it were limits; the paths say so.
  if (spec.overhead) validateResources(errors, { limits: spec.overhead }, `${path}.overhead`, options);
  if (!spec.os) return;
  const { name } = spec.os;
  if (!name) errors.push(required(`${path}.os.name`, 'cannot be empty'));
  else if (!SYSTEMS.includes(name)) errors.push(notSupported(`${path}.os`, name, SYSTEMS));
  else if (name === 'linux') validateLinuxPod(errors, spec, path);
  else validateWindowsPod(errors, spec, path);
}

/** A template may leave host ports out: they are filled in when the Pod is made. */
function validateHostNetworkPorts(errors: Errors, spec: PodSpec, path: string, options: PodValidationOptions): void {
  for (const [i, { ports }] of (spec.containers ?? []).entries()) {
    for (const [j, { hostPort = 0, containerPort = 0 }] of (ports ?? []).entries()) {
      if (hostPort === containerPort || (hostPort === 0 && !options.resourceIsPod)) continue;
      const detail = 'must match `containerPort` when `hostNetwork` is true';
      errors.push(invalid(`${path}.containers[${i}].ports[${j}].hostPort`, hostPort, detail));
    }
  }
}

function validateSchedulingGates(errors: Errors, gates: readonly PodSchedulingGate[], path: string): void {
  const names = new Set<string>();
  for (const [i, { name = '' }] of gates.entries()) {
    reject(errors, `${path}[${i}]`, name, isQualifiedName(name));
    if (names.has(name)) errors.push(duplicate(`${path}[${i}]`, name));
    names.add(name);
  }
}

/** Tokens are those of a service account: a Pod needs one to have them. Templates get theirs later. */
export function validateTokenAccount(errors: Errors, spec: PodSpec, path: string): void {
  if (spec.serviceAccountName) return;
  for (const [i, { projected }] of (spec.volumes ?? []).entries()) {
    for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
      if (!serviceAccountToken) continue;
      const at = `${path}.volumes[${i}].projected.sources[${j}].serviceAccountToken`;
      errors.push(forbidden(at, 'must not be specified when serviceAccountName is not set'));
    }
  }
}
