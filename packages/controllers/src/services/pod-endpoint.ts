import type { Pod, Service, ServicePort } from '@tabernetes/api/types/core-v1';
import { isFinished, isReady } from '../pods/pod-state.ts';

/** The Pod has an address that can be told of. Those that are being deleted count only if `terminating`. */
export const hasEndpoint = (pod: Pod, terminating: boolean): boolean =>
  !isFinished(pod) &&
  (Boolean(pod.status?.podIP) || (pod.status?.podIPs?.length ?? 0) > 0) &&
  (terminating || pod.metadata.deletionTimestamp === undefined);

/** The name by which DNS knows the Pod behind the Service, if it has one. */
export const endpointHostname = ({ spec, metadata }: Pod, service: Service): string | undefined =>
  spec?.hostname && spec.subdomain === service.metadata.name && service.metadata.namespace === metadata.namespace
    ? spec.hostname
    : undefined;

/** The Pod's addresses of one family. */
export const podAddresses = ({ status }: Pod, family: 'IPv4' | 'IPv6'): readonly string[] =>
  (status?.podIPs ?? []).map(({ ip }) => ip).filter((ip) => ip.includes(':') === (family === 'IPv6'));

/** The number behind a port of a Service on this Pod; undefined: no container has a port of that name and protocol. */
export function targetPortOn(pod: Pod, { targetPort, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort;
  for (const { ports = [] } of pod.spec?.containers ?? [])
    for (const port of ports)
      if (port.name === targetPort && (port.protocol ?? 'TCP') === protocol) return port.containerPort;
  return undefined;
}

/** Something has changed that endpoints tell of. */
export function endpointChanged(pod: Pod, old: Pod): boolean {
  if (pod.metadata.deletionTimestamp !== old.metadata.deletionTimestamp || isReady(pod) !== isReady(old)) return true;
  const [now = [], before = []] = [pod.status?.podIPs, old.status?.podIPs];
  return now.length !== before.length || now.some(({ ip }, i) => ip !== before[i]?.ip);
}

/** Something has changed that decides which Services the Pod belongs to. */
export function membershipChanged({ metadata, spec }: Pod, old: Pod): boolean {
  return (
    !sameLabels(metadata.labels, old.metadata.labels) ||
    spec?.hostname !== old.spec?.hostname ||
    spec?.subdomain !== old.spec?.subdomain
  );
}

type Labels = Readonly<Record<string, string>>;

export function sameLabels(a: Labels = {}, b: Labels = {}): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
