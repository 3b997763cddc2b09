import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Probe,
  ResourceRequirements,
} from '@tabernetes/api/types/core-v1';
import { goQuote } from '@tabernetes/apimachinery';
import { rfc1123 } from '../../printers/dates.ts';
import type { Description } from './description.ts';
import { bracketed, capital, compare } from './metadata.ts';
import { resourceValue } from './resource-value.ts';

/** What a field of the Pod is, for variables that are taken from it. */
export type FieldValue = (path: string) => string;

/** Containers one below the other; `space` stands in front of the title where they belong to a template. */
export function containers(
  d: Description,
  title: string,
  list: readonly Container[],
  statuses: readonly ContainerStatus[] = [],
  fieldValue: FieldValue = () => '',
  space = '',
): void {
  d.write(0, `${space}${title}:${list.length === 0 ? ' <none>' : ''}\n`);
  for (const container of list) {
    const status = statuses.find(({ name }) => name === container.name);
    basics(d, container, status, space === '' ? '' : ' ');
    command(d, 'Command', container.command);
    command(d, 'Args', container.args);
    if (status !== undefined) stateOf(d, status);
    resources(d, 2, container.resources);
    probes(d, container);
    environmentSources(d, container);
    environment(d, container, fieldValue);
    mounts(d, container);
  }
}

function basics(d: Description, container: Container, status: ContainerStatus | undefined, indent: string): void {
  d.write(1, `${indent}${container.name}:\n`);
  if (status !== undefined) d.field(2, 'Container ID', status.containerID ?? '');
  d.field(2, 'Image', container.image ?? '');
  if (status !== undefined) d.field(2, 'Image ID', status.imageID ?? '');
  ports(d, 'Port', container.ports, ({ containerPort }) => containerPort);
  ports(d, 'Host Port', container.ports, ({ hostPort }) => hostPort ?? 0);
  const seccomp = container.securityContext?.seccompProfile;
  if (seccomp === undefined) return;
  d.field(2, 'SeccompProfile', seccomp.type);
  if (seccomp.type === 'Localhost') d.field(3, 'LocalhostProfile', seccomp.localhostProfile ?? '');
}

function ports(
  d: Description,
  title: string,
  list: readonly ContainerPort[] = [],
  number: (port: ContainerPort) => number,
): void {
  const text = list.map((port) => `${number(port)}/${port.protocol ?? ''}`).join(', ');
  d.field(2, list.length > 1 ? `${title}s` : title, text === '' ? '<none>' : text);
}

function command(d: Description, title: string, words: readonly string[] = []): void {
  if (words.length === 0) return;
  d.write(2, `${title}:\n`);
  for (const line of words.flatMap((word) => word.split('\n'))) d.write(3, `${line}\n`);
}

function stateOf(d: Description, status: ContainerStatus): void {
  state(d, 'State', status.state ?? {});
  if (status.lastState?.terminated !== undefined) state(d, 'Last State', status.lastState);
  d.field(2, 'Ready', capital(status.ready ?? false));
  d.field(2, 'Restart Count', status.restartCount ?? 0);
}

function state(d: Description, title: string, { running, waiting, terminated }: ContainerState): void {
  if (running !== undefined) {
    d.field(2, title, 'Running');
    d.field(3, 'Started', rfc1123(running.startedAt));
  } else if (waiting === undefined && terminated !== undefined) {
    d.field(2, title, 'Terminated');
    if (terminated.reason) d.field(3, 'Reason', terminated.reason);
    if (terminated.message) d.field(3, 'Message', terminated.message);
    d.field(3, 'Exit Code', terminated.exitCode ?? 0);
    if ((terminated.signal ?? 0) > 0) d.field(3, 'Signal', terminated.signal);
    d.field(3, 'Started', rfc1123(terminated.startedAt));
    d.field(3, 'Finished', rfc1123(terminated.finishedAt));
  } else {
    d.field(2, title, 'Waiting');
    if (waiting?.reason) d.field(3, 'Reason', waiting.reason);
  }
}

/** Limits and requests, sorted by name. */
export function resources(d: Description, level: number, amounts: ResourceRequirements | undefined): void {
  for (const [title, list] of [
    ['Limits', amounts?.limits],
    ['Requests', amounts?.requests],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length > 0) d.write(level, `${title}:\n`);
    for (const name of names) d.field(level + 1, name, list?.[name] ?? '');
  }
}

function probes(d: Description, { livenessProbe, readinessProbe, startupProbe }: Container): void {
  if (livenessProbe) d.field(2, 'Liveness', probeText(livenessProbe));
  if (readinessProbe) d.field(2, 'Readiness', probeText(readinessProbe));
  if (startupProbe) d.field(2, 'Startup', probeText(startupProbe));
}

/** `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3` */
function probeText(probe: Probe): string {
  const attributes = `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s #success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec) return `exec ${bracketed(exec.command)} ${attributes}`;
  if (httpGet) {
    const host = httpGet.host ?? '';
    const port = String(httpGet.port);
    const address = port === '' ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const path = httpGet.path ?? '';
    const url = `${(httpGet.scheme ?? '').toLowerCase()}://${address}${path === '' || path.startsWith('/') ? '' : '/'}${escapedPath(path)}`;
    return `http-get ${url} ${attributes}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${attributes}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${attributes}`;
  return `unknown ${attributes}`;
}

/** A path as Go's net/url writes it. */
const escapedPath = (path: string): string =>
  path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]]/gu, (character) => encodeURIComponent(character));

function environmentSources(d: Description, { envFrom = [] }: Container): void {
  if (envFrom.length === 0) return;
  d.write(2, 'Environment Variables from:\n');
  for (const { configMapRef, secretRef, prefix = '' } of envFrom) {
    const source = configMapRef ?? secretRef;
    const type = configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : '';
    const how = prefix === '' ? type : `${type} with prefix '${prefix}'`;
    d.write(3, `${source?.name ?? ''}\t${how}\tOptional: ${source?.optional === true}\n`);
  }
}

function environment(d: Description, container: Container, fieldValue: FieldValue): void {
  const { env = [] } = container;
  d.write(2, `Environment:${env.length === 0 ? '\t<none>' : ''}\n`);
  for (const variable of env) {
    if (variable.valueFrom === undefined) {
      (variable.value ?? '').split('\n').forEach((line, at) => {
        d.write(3, `${at === 0 ? `${variable.name}:` : ''}\t${line}\n`);
      });
    } else variableFrom(d, container, variable, fieldValue);
  }
}

function variableFrom(
  d: Description,
  container: Container,
  { name, valueFrom = {} }: EnvVar,
  fieldValue: FieldValue,
): void {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) {
    d.field(3, name, `${fieldValue(fieldRef.fieldPath)} (${fieldRef.apiVersion ?? ''}:${fieldRef.fieldPath})`);
  } else if (resourceFieldRef) {
    const { resource } = resourceFieldRef;
    const value = resourceValue(resourceFieldRef, container);
    const isWhole = value === '0' && (resource === 'limits.cpu' || resource === 'limits.memory');
    d.field(3, name, `${isWhole ? 'node allocatable' : value} (${resource})`);
  } else if (secretKeyRef) {
    const { key, name: secret = '', optional } = secretKeyRef;
    d.field(3, name, `<set to the key '${key}' in secret '${secret}'>\tOptional: ${optional === true}`);
  } else if (configMapKeyRef) {
    const { key, name: map = '', optional } = configMapKeyRef;
    d.field(3, name, `<set to the key '${key}' of config map '${map}'>\tOptional: ${optional === true}`);
  }
}

function mounts(d: Description, { volumeMounts = [], volumeDevices = [] }: Container): void {
  const none = volumeMounts.length === 0 ? '\t<none>' : '';
  d.write(2, `Mounts:${none}\n`);
  for (const mount of volumeMounts.toSorted((a, b) => compare(a.mountPath, b.mountPath))) {
    const mode = mount.readOnly ? 'ro' : 'rw';
    const path = mount.subPath ? `,path=${goQuote(mount.subPath)}` : '';
    d.write(3, `${mount.mountPath} from ${mount.name} (${mode}${path})\n`);
  }
  if (volumeDevices.length === 0) return;
  d.write(2, `Devices:${none}\n`);
  for (const { devicePath, name } of volumeDevices.toSorted((a, b) => compare(a.devicePath, b.devicePath))) {
    d.write(3, `${devicePath} from ${name}\n`);
  }
}
