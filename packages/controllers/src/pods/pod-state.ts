import type { ContainerStatus, Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject, OwnerReference } from '@tabernetes/apimachinery';

/** The owner that manages an object, if any. */
export function controllerOf({ metadata: { ownerReferences } }: KubeObject): OwnerReference | undefined {
  if (ownerReferences === undefined) return undefined;
  for (const owner of ownerReferences) if (owner.controller === true) return owner;
  return undefined;
}

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

/** Ready for at least `minReadySeconds`. */
export const isAvailable = (pod: Pod, minReadySeconds: number, nowMs: number): boolean =>
  isReady(pod) && (minReadySeconds === 0 || availableAtMs(pod, minReadySeconds) <= nowMs);

/** When the next Pod that is ready will have been so for long enough; undefined: all are available, or not ready. */
export function nextAvailableAfterMs(pods: readonly Pod[], minReadySeconds: number, nowMs: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  let next: number | undefined;
  for (const pod of pods) {
    if (!isReady(pod)) continue;
    const afterMs = availableAtMs(pod, minReadySeconds) - nowMs;
    if (afterMs > 0 && afterMs < (next ?? Number.POSITIVE_INFINITY)) next = afterMs;
  }
  return next;
}

/** NaN when it is not known since when it has been ready: then it is not available. */
const availableAtMs = (pod: Pod, minReadySeconds: number): number =>
  Date.parse(readyCondition(pod)?.lastTransitionTime ?? '') + minReadySeconds * 1000;

/** All its containers have ended, for good. */
export const isFinished = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** Neither finished nor told to go. */
export const isActive = (pod: Pod): boolean => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;

/** The most restarts of any container, and of any sidecar. */
export function restartsOf({ spec, status }: Pod): { readonly containers: number; readonly sidecars: number } {
  const sidecars = new Set(spec?.initContainers?.filter((c) => c.restartPolicy === 'Always').map((c) => c.name));
  return {
    containers: mostRestarts(status?.containerStatuses),
    sidecars: mostRestarts(status?.initContainerStatuses?.filter((c) => sidecars.has(c.name))),
  };
}

const mostRestarts = (statuses: readonly ContainerStatus[] = []): number =>
  statuses.reduce((most, { restartCount = 0 }) => Math.max(most, restartCount), 0);

/** Milliseconds since the epoch; undefined: not ready. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod);
  return condition?.status === 'True' ? Date.parse(condition.lastTransitionTime ?? '') || undefined : undefined;
}

const readyCondition = (pod: Pod) => pod.status?.conditions?.find((c) => c.type === 'Ready');
