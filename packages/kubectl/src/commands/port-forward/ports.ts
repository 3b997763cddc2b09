import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';

/** A port here and the one of the Pod that it leads to; 0 here is any that is free. */
export interface Forwarded {
  readonly local: number;
  readonly remote: number;
}

const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);

/** `8080:http` with names and the ports of a Service replaced by the container's. @throws {Error} */
export function resolvedPorts(texts: readonly string[], object: KubeObject, pod: Pod): readonly string[] {
  const halves = texts.map(split);
  if (object.kind === 'Service') {
    const service = object as Service;
    for (const [, remote] of halves) refuseUdp(service.spec?.ports ?? [], servicePort(service, remote), remote);
    return halves.map(([local, remote]) => ofService(local, remote, service, pod));
  }
  const ports = (pod.spec?.containers ?? []).flatMap(({ ports: own = [] }) => own);
  for (const [, remote] of halves) refuseUdp(ports, podPort(pod, remote), remote);
  return halves.map(([local, remote]) => {
    if (remote === '') throw new Error('remote port cannot be empty');
    const number = isNumber(remote) ? remote : String(podPort(pod, remote));
    return local === remote ? number : `${local}:${number}`;
  });
}

function split(text: string): readonly [local: string, remote: string] {
  const [first = '', second, third] = text.split(':');
  return second === undefined || third !== undefined ? [first, first] : [first, second];
}

const podPort = (pod: Pod, text: string): number => (isNumber(text) ? Number(text) : namedPort(pod, text));

function servicePort({ metadata, spec }: Service, text: string): number {
  if (isNumber(text)) return Number(text);
  const byName = spec?.ports?.find(({ name }) => name === text);
  if (byName === undefined) throw new Error(`Service '${metadata.name}' does not have a named port '${text}'`);
  return byName.port;
}

function ofService(own: string, remote: string, service: Service, pod: Pod): string {
  const { metadata, spec } = service;
  const list = spec?.ports ?? [];
  const number = servicePort(service, remote);
  const local = own === remote ? String(number) : own;
  const entry = list.find(({ port }) => port === number);
  if (entry === undefined) throw new Error(`Service ${metadata.name} does not have a service port ${number}`);
  let target = number;
  if (spec?.clusterIP !== 'None' || entry.targetPort !== undefined) {
    const { targetPort } = entry;
    if (typeof targetPort === 'string') target = namedPort(pod, targetPort);
    else if (targetPort) target = targetPort;
  }
  return local === String(target) ? local : `${local}:${target}`;
}

function refuseUdp(
  ports: readonly { readonly protocol?: string; readonly port?: number; readonly containerPort?: number }[],
  number: number,
  text: string,
): void {
  const own = ports.filter(({ port, containerPort }) => (port ?? containerPort) === number);
  const isUdp = own.some(({ protocol }) => protocol === 'UDP') && !own.some(({ protocol }) => protocol !== 'UDP');
  if (isUdp) throw new Error(`UDP protocol is not supported for ${text}`);
}

function namedPort({ spec, metadata }: Pod, name: string): number {
  for (const { ports = [] } of spec?.containers ?? []) {
    const found = ports.find((port) => port.name === name);
    if (found !== undefined) return found.containerPort;
  }
  throw new Error(`Pod '${metadata.name}' does not have a named port '${name}'`);
}

/** @throws {Error} with client-go's text */
export function parsePort(text: string): Forwarded {
  const parts = text.split(':');
  if (parts.length > 2) throw new Error(`invalid port format '${text}'`);
  const [first = '', second = first] = parts;
  const read = (which: string, port: string): number => {
    const why = !/^\d+$/.test(port) ? 'invalid syntax' : Number(port) > 65_535 ? 'value out of range' : undefined;
    if (why === undefined) return Number(port);
    throw new Error(
      `error parsing ${which} port '${port}': strconv.ParseUint: parsing ${JSON.stringify(port)}: ${why}`,
    );
  };
  // `:80` takes any free port.
  const local = first === '' ? 0 : read('local', first);
  const remote = read('remote', second);
  if (remote === 0) throw new Error('remote port must be > 0');
  return { local, remote };
}
