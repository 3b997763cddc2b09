import type { Container, EphemeralContainer, Pod } from '@tabernetes/api/types/core-v1';

/** `web_demo(uid)`: how kubelets name a Pod in messages. */
export const podText = ({ metadata }: Pod): string => `${metadata.name}_${metadata.namespace}(${metadata.uid})`;

export const podUid = ({ metadata }: Pod): string => metadata.uid ?? '';

/** An init container that stays up beside the others. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

export const hasSidecars = ({ spec }: Pod): boolean => spec?.initContainers?.some(isSidecar) ?? false;

export const restartsOnFailure = ({ spec }: Pod): boolean => spec?.restartPolicy !== 'Never';

/** The container of any of the three lists. */
export function containerNamed({ spec }: Pod, name: string): Container | EphemeralContainer | undefined {
  return (
    spec?.containers.find((c) => c.name === name) ??
    spec?.initContainers?.find((c) => c.name === name) ??
    spec?.ephemeralContainers?.find((c) => c.name === name)
  );
}

/** `spec.containers{web}`: where Events say the container stands. */
export function containerFieldPath({ spec }: Pod, name: string): string {
  if (spec?.containers.some((c) => c.name === name)) return `spec.containers{${name}}`;
  if (spec?.initContainers?.some((c) => c.name === name)) return `spec.initContainers{${name}}`;
  return `spec.ephemeralContainers{${name}}`;
}

export const isTerminalPhase = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';

/** A Pod that the node itself owns, from a file. @see pkg/kubelet/types/pod_update.go */
export function isStaticPod({ metadata }: Pod): boolean {
  const source = metadata.annotations?.[SOURCE_ANNOTATION];
  return source !== undefined && source !== 'api' && metadata.annotations?.[MIRROR_ANNOTATION] === undefined;
}

/**
 * The Pod as the node's own programs and its containers see it: where it comes from, and since when the node knows it.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/config/config.go updatePodsFunc
 */
export function asSeen(pod: Pod, seenMs: number): Pod {
  const { annotations } = pod.metadata;
  if (annotations?.[SOURCE_ANNOTATION] !== undefined) return pod;
  const own = { [SEEN_ANNOTATION]: seenText(seenMs), [SOURCE_ANNOTATION]: 'api' };
  return { ...pod, metadata: { ...pod.metadata, annotations: { ...annotations, ...own } } };
}

/** A moment as kubelets note it, to the nanosecond. */
export const seenText = (ms: number): string => new Date(ms).toISOString().replace('Z', '000000Z');

export const SEEN_ANNOTATION = 'kubernetes.io/config.seen';
export const SOURCE_ANNOTATION = 'kubernetes.io/config.source';

/** The shadow of a static Pod in the API. */
export const isMirrorPod = ({ metadata }: Pod): boolean => metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;

export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
