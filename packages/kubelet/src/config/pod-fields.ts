import type { Container, EphemeralContainer, Pod, ResourceFieldSelector } from '@tabernetes/api/types/core-v1';
import { goQuote, parseQuantity } from '@tabernetes/apimachinery';
import { asSeen, containerNamed } from '../pod/pod-view.ts';

/** What the node adds to the fields of a Pod. */
export interface FieldContext {
  readonly pod: Pod;
  /** Since when the node knows the Pod. Milliseconds since the epoch. */
  readonly seenMs: number;
  readonly podIPs: readonly string[];
  readonly hostIP: string;
  /** Allocatable of the node, by resource name: the limit of a container that has none. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/**
 * The text of a `fieldRef`.
 *
 * @throws {Error} for a path that the downward API has not got
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export function podField({ pod, seenMs, podIPs, hostIP }: FieldContext, path: string): string {
  const { metadata, spec } = pod;
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return mapText(metadata.labels ?? {});
    case 'metadata.annotations':
      return mapText(asSeen(pod, seenMs).metadata.annotations ?? {});
    case 'spec.nodeName':
      return spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? '';
    case 'spec.restartPolicy':
      return spec?.restartPolicy ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP;
    case 'status.podIP':
      return podIPs[0] ?? '';
    case 'status.podIPs':
      return podIPs.join(',');
  }
  const [, of, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (key === undefined) throw new Error(`unsupported fieldPath: ${path}`);
  return (of === 'labels' ? metadata.labels : asSeen(pod, seenMs).metadata.annotations)?.[key] ?? '';
}

/** `key="value"` lines by key, as downward API files have them. */
const mapText = (map: Readonly<Record<string, string>>): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuote(map[key] ?? '')}`)
    .join('\n');

/**
 * The text of a `resourceFieldRef`: whole divisors, rounded up; `container` is meant where it names none.
 *
 * @throws {Error} for a resource that the downward API has not got, or a container that the Pod has not got
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/api/v1/resource/helpers.go
 */
export function resourceField(
  { pod, allocatable }: FieldContext,
  container: Container | EphemeralContainer | undefined,
  selector: ResourceFieldSelector,
): string {
  const of = selector.containerName ? containerNamed(pod, selector.containerName) : container;
  if (of === undefined) throw new Error(`container ${selector.containerName ?? ''} not found`);
  const [which = '', ...rest] = selector.resource.split('.');
  const name = rest.join('.');
  const known = name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-');
  if (!known || (which !== 'limits' && which !== 'requests')) {
    throw new Error(`unsupported container resource : ${selector.resource}`);
  }
  const { limits, requests } = of.resources ?? {};
  const defaulted = name.startsWith('hugepages-') ? '0' : (allocatable[name] ?? '0');
  const text = which === 'requests' ? (requests?.[name] ?? '0') : (nonZero(limits?.[name]) ?? defaulted);
  const divisor = nonZero(selector.divisor) ?? '1';
  const scale = name === 'cpu' ? ('milliValue' as const) : ('value' as const);
  return String(Math.ceil(parseQuantity(text)[scale]() / parseQuantity(divisor)[scale]()));
}

const nonZero = (text: string | undefined): string | undefined =>
  text === undefined || parseQuantity(text).isZero() ? undefined : text;
