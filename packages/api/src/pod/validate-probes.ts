import {
  forbidden,
  type IntOrString,
  invalid,
  isHttpHeaderName,
  isValidPortName,
  isValidPortNum,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../generated/core-v1.ts';
import type { AnyContainer } from './default-containers.ts';
import { type Errors, nonNegative, reject } from './rules.ts';

/** Lifecycle hooks and probes of a container that may have them. `gracePeriod` is the Pod's, in seconds. */
export function validateProbes(
  errors: Errors,
  container: AnyContainer,
  gracePeriod: number | undefined,
  path: string,
): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle) validateLifecycle(errors, lifecycle, gracePeriod, `${path}.lifecycle`);
  if (livenessProbe) validateOneSuccess(errors, livenessProbe, `${path}.livenessProbe`);
  if (readinessProbe) {
    validateProbe(errors, readinessProbe, `${path}.readinessProbe`);
    const seconds = readinessProbe.terminationGracePeriodSeconds;
    if (seconds !== undefined) {
      const field = `${path}.readinessProbe.terminationGracePeriodSeconds`;
      errors.push(invalid(field, seconds, 'must not be set for readinessProbes'));
    }
  }
  if (startupProbe) validateOneSuccess(errors, startupProbe, `${path}.startupProbe`);
}

/** A container is alive or started after one success; more makes no sense. */
function validateOneSuccess(errors: Errors, probe: Probe, path: string): void {
  validateProbe(errors, probe, path);
  const threshold = probe.successThreshold ?? 0;
  if (threshold !== 1) errors.push(invalid(`${path}.successThreshold`, threshold, 'must be 1'));
}

function validateProbe(errors: Errors, probe: Probe, path: string): void {
  validateHandler(errors, probe, undefined, path);
  nonNegative(errors, `${path}.initialDelaySeconds`, probe.initialDelaySeconds);
  nonNegative(errors, `${path}.timeoutSeconds`, probe.timeoutSeconds);
  nonNegative(errors, `${path}.periodSeconds`, probe.periodSeconds);
  nonNegative(errors, `${path}.successThreshold`, probe.successThreshold);
  nonNegative(errors, `${path}.failureThreshold`, probe.failureThreshold);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'));
  }
}

function validateLifecycle(
  errors: Errors,
  { postStart, preStop }: Lifecycle,
  gracePeriod: number | undefined,
  path: string,
): void {
  if (postStart) validateHandler(errors, postStart, gracePeriod, `${path}.postStart`);
  if (preStop) validateHandler(errors, preStop, gracePeriod, `${path}.preStop`);
}

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const satisfies readonly (keyof Handler)[];

function validateHandler(errors: Errors, handler: Handler, gracePeriod: number | undefined, path: string): void {
  let found = false;
  for (const name of HANDLERS) {
    if (handler[name] === undefined) continue;
    if (found) errors.push(forbidden(`${path}.${name}`, 'may not specify more than 1 handler type'));
    else validateAction(errors, handler, name, gracePeriod, `${path}.${name}`);
    found = true;
  }
  if (!found) errors.push(required(path, 'must specify a handler type'));
}

function validateAction(
  errors: Errors,
  { exec, httpGet, tcpSocket, grpc, sleep }: Handler,
  name: keyof Handler,
  gracePeriod: number | undefined,
  path: string,
): void {
  if (name === 'exec') {
    if (!exec?.command?.length) errors.push(required(`${path}.command`));
  } else if (name === 'httpGet') {
    if (httpGet) validateHttpGet(errors, httpGet, path);
  } else if (name === 'tcpSocket') {
    validatePort(errors, tcpSocket?.port, `${path}.port`);
  } else if (name === 'grpc') {
    validatePort(errors, grpc?.port, `${path}.port`);
  } else if (gracePeriod !== undefined) {
    const seconds = sleep?.seconds ?? 0;
    if (seconds > 0 && seconds <= gracePeriod) return;
    const detail = `must be greater than 0 and less than terminationGracePeriodSeconds (${gracePeriod}). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.`;
    errors.push(invalid(path, seconds, detail));
  }
}

const SCHEMES = ['HTTP', 'HTTPS'];

function validateHttpGet(errors: Errors, http: HTTPGetAction, path: string): void {
  if (!http.path) errors.push(required(`${path}.path`));
  validatePort(errors, http.port, `${path}.port`);
  const scheme = http.scheme ?? '';
  if (!SCHEMES.includes(scheme)) errors.push(notSupported(`${path}.scheme`, scheme, SCHEMES));
  for (const { name } of http.httpHeaders ?? []) {
    reject(errors, `${path}.httpHeaders`, name ?? '', isHttpHeaderName(name ?? ''));
  }
}

/** A port by number or by name; none at all is number 0. */
function validatePort(errors: Errors, port: IntOrString | undefined, path: string): void {
  const value = port ?? 0;
  reject(errors, path, value, typeof value === 'number' ? isValidPortNum(value) : isValidPortName(value));
}
