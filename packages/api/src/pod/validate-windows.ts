import { forbidden, invalid, isDns1123Subdomain } from '@tabernetes/apimachinery';
import type {
  PodSecurityContext,
  PodSpec,
  SecurityContext,
  WindowsSecurityContextOptions,
} from '../generated/core-v1.ts';
import { containersWithPath, someContainer } from './containers.ts';
import type { AnyContainer } from './default-containers.ts';
import { type Errors, reject } from './rules.ts';

const MAX_CREDENTIAL_SPEC_BYTES = 64 * 1024;
const MAX_DOMAIN_BYTES = 256;
const MAX_USER_BYTES = 104;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\u0000-\u001f\u007f]/;
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** Options that only Windows has; they are checked everywhere. */
export function validateWindowsOptions(errors: Errors, options: WindowsSecurityContextOptions, path: string): void {
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName } = options;
  if (specName !== undefined) {
    reject(errors, `${path}.gmsaCredentialSpecName`, specName, isDns1123Subdomain(specName));
  }
  if (spec === '') {
    errors.push(invalid(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'));
  } else if (spec !== undefined && bytes(spec) > MAX_CREDENTIAL_SPEC_BYTES) {
    errors.push(invalid(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB'));
  }
  if (runAsUserName !== undefined) {
    reject(errors, `${path}.runAsUserName`, runAsUserName, userNameProblems(runAsUserName));
  }
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function userNameProblems(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (CONTROL.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const domain = parts.length === 2 ? parts[0] : undefined;
  const user = parts.at(-1) ?? '';
  const problems: string[] = [];
  if (domain !== undefined) {
    if (bytes(domain) >= MAX_DOMAIN_BYTES) {
      problems.push(`runAsUserName's Domain length must be under ${MAX_DOMAIN_BYTES} characters`);
    }
    if (!NET_BIOS.test(domain) && !DNS.test(domain)) {
      problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
    }
  }
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (bytes(user) > MAX_USER_BYTES) {
    problems.push(`runAsUserName's User length must not be longer than ${MAX_USER_BYTES} characters`);
  }
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    problems.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  }
  return problems;
}

/** A Pod runs on the Windows host itself with all of its containers or with none. */
export function validateHostProcess(errors: Errors, spec: PodSpec, path: string): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  if (ofPod === undefined && !someContainer(spec, hasWindowsOptions)) return;
  let count = 0;
  let onHost = 0;
  for (const [container, at] of containersWithPath(spec, path)) {
    count++;
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(invalid(`${at}.securityContext.windowsOptions.hostProcess`, own, detail));
    }
    if (own ?? ofPod) onHost++;
  }
  if (onHost === 0) return;
  if (onHost !== count) {
    const detail = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(path, '', detail));
  }
  if (!spec.hostNetwork) {
    const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(`${path}.hostNetwork`, false, detail));
  }
}

const hasWindowsOptions = ({ securityContext }: AnyContainer): boolean => securityContext?.windowsOptions !== undefined;

const NOT_ON_WINDOWS = 'cannot be set for a windows pod';

const POD_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const;

/** Those that stand beside the security context in the API. */
const SPEC_FIELDS: ReadonlySet<string> = new Set(['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace']);
/** Those that say the same when they are false. */
const SWITCHES: ReadonlySet<string> = new Set(['hostPID', 'hostIPC']);

const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const satisfies readonly (keyof SecurityContext)[];

/** A Pod that says it is for Windows may not use what only Linux has. */
export function validateWindowsPod(errors: Errors, spec: PodSpec, path: string): void {
  const context: PodSecurityContext = spec.securityContext ?? {};
  for (const field of POD_FIELDS) {
    const inSpec = SPEC_FIELDS.has(field);
    const value: unknown = inSpec ? spec[field as keyof PodSpec] : context[field as keyof PodSecurityContext];
    if (value === undefined || (SWITCHES.has(field) && value === false)) continue;
    if (field === 'sysctls' && Array.isArray(value) && value.length === 0) continue;
    errors.push(forbidden(inSpec ? `${path}.${field}` : `${path}.securityContext.${field}`, NOT_ON_WINDOWS));
  }
  for (const [{ securityContext }, at] of containersWithPath(spec, path)) {
    if (!securityContext) continue;
    for (const field of CONTAINER_FIELDS) {
      if (securityContext[field] !== undefined) {
        errors.push(forbidden(`${at}.securityContext.${field}`, NOT_ON_WINDOWS));
      }
    }
  }
}

/** And the other way round. */
export function validateLinuxPod(errors: Errors, spec: PodSpec, path: string): void {
  const detail = 'windows options cannot be set for a linux pod';
  if (spec.securityContext?.windowsOptions) errors.push(forbidden(`${path}.securityContext.windowsOptions`, detail));
  for (const [{ securityContext }, at] of containersWithPath(spec, path)) {
    if (securityContext?.windowsOptions) errors.push(forbidden(`${at}.securityContext.windowsOptions`, detail));
  }
}
