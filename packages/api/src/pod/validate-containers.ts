import {
  duplicate,
  forbidden,
  invalid,
  isDns1123Label,
  isValidPortName,
  isValidPortNum,
  notFoundValue,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type { Container, ContainerPort, EphemeralContainer, PodSpec, Volume } from '../generated/core-v1.ts';
import { isRestartableInit } from './containers.ts';
import type { AnyContainer } from './default-containers.ts';
import { type Errors, oneOf, reject } from './rules.ts';
import { Seen } from './seen.ts';
import { validateEnv, validateEnvFrom } from './validate-env.ts';
import { validateMounts } from './validate-mounts.ts';
import { validateProbes } from './validate-probes.ts';
import { validateResources } from './validate-resources.ts';
import { validateSecurityContext } from './validate-security-context.ts';
import type { PodValidationOptions } from './validation-options.ts';

/** What the checks of containers need to know of the Pod around them. */
export interface ContainerScope {
  /** Sound volumes by name. */
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly options: PodValidationOptions;
}

/**
 * All containers of a spec: regular ones, init containers, ephemeral ones.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go validateContainers
 */
export function validateContainers(errors: Errors, spec: PodSpec, scope: ContainerScope, path: string): void {
  validateRegular(errors, spec, scope, `${path}.containers`);
  if (spec.initContainers?.length) validateInit(errors, spec, spec.initContainers, scope, `${path}.initContainers`);
  if (spec.ephemeralContainers?.length) {
    validateEphemeral(errors, spec, spec.ephemeralContainers, scope, `${path}.ephemeralContainers`);
  }
}

function validateRegular(errors: Errors, spec: PodSpec, scope: ContainerScope, path: string): void {
  const containers = spec.containers ?? [];
  if (containers.length === 0) {
    errors.push(required(path));
    return;
  }
  const names = new Seen();
  for (let i = 0; i < containers.length; i++) {
    const container = containers[i] as Container;
    const at = `${path}[${i}]`;
    validateCommon(errors, container, scope, at);
    const name = container.name ?? '';
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    validateProbes(errors, container, spec.terminationGracePeriodSeconds, at);
    if (container.restartPolicy !== undefined) {
      errors.push(forbidden(`${at}.restartPolicy`, 'may not be set for non-init containers'));
    }
  }
  const hostPorts = new Seen();
  for (let i = 0; i < containers.length; i++) {
    validateHostPorts(errors, containers[i] as Container, hostPorts, `${path}[${i}]`);
  }
}

const PROBE_FIELDS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

function validateInit(
  errors: Errors,
  spec: PodSpec,
  containers: readonly Container[],
  scope: ContainerScope,
  path: string,
): void {
  const names = new Set((spec.containers ?? []).map((container) => container.name ?? ''));
  for (const [i, container] of containers.entries()) {
    const at = `${path}[${i}]`;
    validateCommon(errors, container, scope, at);
    const { name = '', restartPolicy } = container;
    if (restartPolicy !== undefined && restartPolicy !== 'Always') {
      errors.push(notSupported(`${at}.restartPolicy`, restartPolicy, ['Always']));
    }
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else if (name !== '') names.add(name);
    // Init containers run one by one, so only their own ports can clash. Upstream checks a list of one: index 0.
    validateHostPorts(errors, container, new Seen(), `${path}[0]`);
    if (isRestartableInit(container)) {
      validateProbes(errors, container, spec.terminationGracePeriodSeconds, at);
      continue;
    }
    for (const field of PROBE_FIELDS) {
      if (container[field] === undefined) continue;
      const detail = 'may not be set for init containers without restartPolicy=Always';
      errors.push(forbidden(`${at}.${field}`, detail));
    }
  }
}

/** Fields that an ephemeral container may not have, in the order of Go's struct. */
const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const satisfies readonly (keyof EphemeralContainer)[];

function validateEphemeral(
  errors: Errors,
  spec: PodSpec,
  containers: readonly EphemeralContainer[],
  scope: ContainerScope,
  path: string,
): void {
  const lasting = new Set(
    [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.name ?? ''),
  );
  const names = new Set(lasting);
  const detail = 'cannot be set for an Ephemeral Container';
  for (const [i, container] of containers.entries()) {
    const at = `${path}[${i}]`;
    validateCommon(errors, container, scope, at);
    validateImageText(errors, container, at);
    const { name = '', targetContainerName } = container;
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (targetContainerName && !lasting.has(targetContainerName)) {
      errors.push(notFoundValue(`${at}.targetContainerName`, targetContainerName));
    }
    for (const field of NOT_EPHEMERAL) {
      if (isSet(field, container[field])) errors.push(forbidden(`${at}.${field}`, detail));
    }
    for (const [j, { subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
      if (subPath) errors.push(forbidden(`${at}.volumeMounts[${j}].subPath`, detail));
      if (subPathExpr) errors.push(forbidden(`${at}.volumeMounts[${j}].subPathExpr`, detail));
    }
  }
}

/** An empty list is set, an empty `resources` is not: that is Go's zero value. */
/** As Go compares with a zero value: only `resources` is no pointer and no list, so empty ones of it are not set. */
const isSet = (field: (typeof NOT_EPHEMERAL)[number], value: object | string | undefined): boolean =>
  value !== undefined && !(field === 'resources' && Object.keys(value).length === 0);

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];

function validateCommon(errors: Errors, container: AnyContainer, scope: ContainerScope, path: string): void {
  const name = container.name ?? '';
  if (name === '') errors.push(required(`${path}.name`));
  else reject(errors, `${path}.name`, name, isDns1123Label(name));
  if (!container.image) errors.push(required(`${path}.image`));
  oneOf(errors, `${path}.terminationMessagePolicy`, container.terminationMessagePolicy, MESSAGE_POLICIES);
  if (container.ports) validatePorts(errors, container.ports, `${path}.ports`);
  if (container.env) validateEnv(errors, container.env, `${path}.env`);
  if (container.envFrom) validateEnvFrom(errors, container.envFrom, `${path}.envFrom`);
  validateMounts(errors, container, scope.volumes, path);
  oneOf(errors, `${path}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES);
  if (container.resources) validateResources(errors, container.resources, `${path}.resources`, scope.options);
  if (container.securityContext) {
    validateSecurityContext(errors, container.securityContext, `${path}.securityContext`);
  }
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function validatePorts(errors: Errors, ports: readonly ContainerPort[], path: string): void {
  const names = new Seen();
  for (let i = 0; i < ports.length; i++) {
    const { name, containerPort, hostPort, protocol } = ports[i] as ContainerPort;
    if (name) {
      const problems = isValidPortName(name);
      if (problems.length > 0) reject(errors, `${path}[${i}].name`, name, problems);
      else if (names.has(name)) errors.push(duplicate(`${path}[${i}].name`, name));
      else names.add(name);
    }
    if (!containerPort) errors.push(required(`${path}[${i}].containerPort`));
    else reject(errors, `${path}[${i}].containerPort`, containerPort, isValidPortNum(containerPort));
    if (hostPort) reject(errors, `${path}[${i}].hostPort`, hostPort, isValidPortNum(hostPort));
    oneOf(errors, `${path}[${i}].protocol`, protocol, PROTOCOLS);
  }
}

/** No two containers can have one port of the host. */
function validateHostPorts(errors: Errors, { ports }: Container, taken: Seen, path: string): void {
  if (!ports) return;
  for (let i = 0; i < ports.length; i++) {
    const { protocol = '', hostIP = '', hostPort } = ports[i] as ContainerPort;
    if (!hostPort) continue;
    const key = `${protocol}/${hostIP}/${hostPort}`;
    if (taken.has(key)) errors.push(duplicate(`${path}.ports[${i}].hostPort`, key));
    taken.add(key);
  }
}

/** For Pods alone: templates have always been let through. */
export function validateImageText(errors: Errors, { image = '' }: AnyContainer, path: string): void {
  if (image.trim() !== image) {
    errors.push(invalid(`${path}.image`, image, 'must not have leading or trailing whitespace'));
  }
}
