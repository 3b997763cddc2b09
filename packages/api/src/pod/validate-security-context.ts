import { invalid, isValidGroupId, isValidUserId, notSupported, required } from '@tabernetes/apimachinery';
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { localDescendingPath } from './paths.ts';
import { type Errors, reject } from './rules.ts';
import { validateWindowsOptions } from './validate-windows.ts';
import type { PodValidationOptions } from './validation-options.ts';

/**
 * Rights of a Pod as a whole.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go validatePodSpecSecurityContext
 */
export function validatePodSecurityContext(
  errors: Errors,
  spec: PodSpec,
  context: PodSecurityContext,
  path: string,
  options: PodValidationOptions,
): void {
  validateGroup(errors, `${path}.fsGroup`, context.fsGroup);
  validateUser(errors, `${path}.runAsUser`, context.runAsUser);
  validateGroup(errors, `${path}.runAsGroup`, context.runAsGroup);
  for (const [i, group] of (context.supplementalGroups ?? []).entries()) {
    validateGroup(errors, `${path}.supplementalGroups[${i}]`, group);
  }
  if (spec.shareProcessNamespace && spec.hostPID) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${path}.shareProcessNamespace`, true, detail));
  }
  if (context.sysctls?.length) validateSysctls(errors, spec, context.sysctls, `${path}.sysctls`, options);
  const change = context.fsGroupChangePolicy;
  if (change !== undefined && !FS_GROUP_CHANGES.includes(change)) {
    errors.push(notSupported(`${path}.fsGroupChangePolicy`, change, FS_GROUP_CHANGES));
  }
  if (context.seccompProfile) validateSeccomp(errors, context.seccompProfile, `${path}.seccompProfile`);
  if (context.windowsOptions) validateWindowsOptions(errors, context.windowsOptions, `${path}.windowsOptions`);
  if (context.appArmorProfile) validateAppArmor(errors, context.appArmorProfile, `${path}.appArmorProfile`);
}

const FS_GROUP_CHANGES = ['Always', 'OnRootMismatch'];

/** Rights of one container. */
export function validateSecurityContext(errors: Errors, context: SecurityContext, path: string): void {
  validateUser(errors, `${path}.runAsUser`, context.runAsUser);
  validateGroup(errors, `${path}.runAsGroup`, context.runAsGroup);
  const { procMount } = context;
  if (procMount !== undefined && !PROC_MOUNTS.includes(procMount)) {
    errors.push(notSupported(`${path}.procMount`, procMount, PROC_MOUNTS));
  }
  if (procMount === 'Unmasked') {
    errors.push(invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
  }
  if (context.seccompProfile) validateSeccomp(errors, context.seccompProfile, `${path}.seccompProfile`);
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged) {
      const detail = 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true';
      errors.push(invalid(path, dumpGo('core.SecurityContext', context), detail));
    }
    for (const capability of context.capabilities?.add ?? []) {
      if (capability !== 'CAP_SYS_ADMIN') continue;
      const detail = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
      errors.push(invalid(path, dumpGo('core.SecurityContext', context), detail));
    }
  }
  if (context.windowsOptions) validateWindowsOptions(errors, context.windowsOptions, `${path}.windowsOptions`);
  if (context.appArmorProfile) validateAppArmor(errors, context.appArmorProfile, `${path}.appArmorProfile`);
}

const PROC_MOUNTS = ['Default', 'Unmasked'];

function validateUser(errors: Errors, path: string, id: number | undefined): void {
  if (id !== undefined) reject(errors, path, id, isValidUserId(id));
}

function validateGroup(errors: Errors, path: string, id: number | undefined): void {
  if (id !== undefined) reject(errors, path, id, isValidGroupId(id));
}

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateSeccomp(errors: Errors, profile: SeccompProfile, path: string): void {
  const { type, localhostProfile } = profile;
  if (!type) errors.push(required(`${path}.type`, 'type is required when seccompProfile is set'));
  else if (!PROFILE_TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, PROFILE_TYPES));
  if (type === 'Localhost') {
    if (localhostProfile === undefined) {
      errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
    } else {
      localDescendingPath(errors, `${path}.localhostProfile`, localhostProfile);
    }
  } else if (localhostProfile !== undefined) {
    const shown = dumpGo('core.SeccompProfile', profile);
    errors.push(invalid(`${path}.localhostProfile`, shown, 'can only be set when seccomp type is Localhost'));
  }
}

const MAX_PROFILE_BYTES = 4095;

/** Problems of an AppArmor profile. */
export function validateAppArmor(errors: Errors, { type, localhostProfile }: AppArmorProfile, path: string): void {
  const field = `${path}.localhostProfile`;
  const missing = 'must be set when AppArmor type is Localhost';
  if (!type) {
    errors.push(required(`${path}.type`, 'type is required when appArmorProfile is set'));
  } else if (!PROFILE_TYPES.includes(type)) {
    errors.push(notSupported(`${path}.type`, type, PROFILE_TYPES));
  } else if (type !== 'Localhost') {
    if (localhostProfile === undefined) return;
    errors.push(invalid(field, localhostProfile, 'can only be set when AppArmor type is Localhost'));
  } else if (localhostProfile === undefined) {
    errors.push(required(field, missing));
  } else {
    const trimmed = localhostProfile.trim();
    if (trimmed !== localhostProfile) {
      errors.push(invalid(field, localhostProfile, 'must not be padded with whitespace'));
    } else if (trimmed === '') {
      errors.push(required(field, missing));
    }
    if (new TextEncoder().encode(localhostProfile).length > MAX_PROFILE_BYTES) {
      const detail = `may not be more than ${MAX_PROFILE_BYTES} bytes`;
      errors.push({ type: 'FieldValueTooLong', field, badValue: '', detail });
    }
  }
}

const MAX_SYSCTL_LENGTH = 253;
const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL_TEXT = `^(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}$`;
const SYSCTL = new RegExp(SYSCTL_TEXT);

function validateSysctls(
  errors: Errors,
  spec: PodSpec,
  sysctls: readonly Sysctl[],
  path: string,
  options: PodValidationOptions,
): void {
  const names = new Set<string>();
  for (const [i, { name = '' }] of sysctls.entries()) {
    const at = `${path}[${i}].name`;
    if (name === '') errors.push(required(at));
    else if (name.length > MAX_SYSCTL_LENGTH || !SYSCTL.test(name)) {
      const detail = `must have at most ${MAX_SYSCTL_LENGTH} characters and match regex ${SYSCTL_TEXT}`;
      errors.push(invalid(at, name, detail));
    } else if (names.has(name)) {
      errors.push({ type: 'FieldValueDuplicate', field: at, badValue: name, detail: '' });
    }
    if (!options.allowNamespacedSysctlsForHostNetAndHostIPC) {
      const shared = sharedNamespace(spec, name);
      if (shared !== undefined) errors.push(invalid(at, name, `may not be specified when '${shared}' is true`));
    }
    names.add(name);
  }
}

/** The switch that makes the Pod share with the host what a sysctl would change. */
export function sharedNamespace(spec: PodSpec, sysctl: string): 'hostNetwork' | 'hostIPC' | undefined {
  const namespace = sysctlNamespace(dotted(sysctl));
  if (namespace === 'net' && spec.hostNetwork) return 'hostNetwork';
  if (namespace === 'ipc' && spec.hostIPC) return 'hostIPC';
  return undefined;
}

const IPC_SYSCTLS: ReadonlySet<string> = new Set(['kernel.sem']);

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/component-helpers/node/util/sysctl/namespace.go */
function sysctlNamespace(name: string): 'net' | 'ipc' | undefined {
  if (IPC_SYSCTLS.has(name) || /^(kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(name)) return 'ipc';
  return name.startsWith('net.') ? 'net' : undefined;
}

/** The first separator says which of `.` and `/` separates; the other one is part of a name. */
function dotted(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  return first === '/' ? name.replace(/[./]/g, (c) => (c === '/' ? '.' : '/')) : name;
}
