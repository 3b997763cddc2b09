import type { Pod } from '@tabernetes/api/types/core-v1';
import { isReady, readySince, restarts } from './pod-state.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const PHASE_RANK: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The order in which a ReplicaSet that has too many Pods lets go of them: those that are worth least first. Not yet on a node;
 * pending; not ready; cheap to delete; on a node with more of their kind (`crowd`); ready for a shorter time; restarted more often; younger.
 * Times are compared by their order of magnitude, so that what is old is not always what stays.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/controller_utils.go ActivePodsWithRanks
 */
export function deletionOrder(pods: readonly Pod[], crowd: (pod: Pod) => number, nowMs: number): readonly Pod[] {
  return [...pods].sort(
    (a, b) =>
      Number(assigned(a)) - Number(assigned(b)) ||
      phaseRank(a) - phaseRank(b) ||
      Number(isReady(a)) - Number(isReady(b)) ||
      deletionCost(a) - deletionCost(b) ||
      crowd(b) - crowd(a) ||
      (isReady(a) && isReady(b) ? magnitude(readySince(a), nowMs) - magnitude(readySince(b), nowMs) : 0) ||
      restarts(b) - restarts(a) ||
      magnitude(Date.parse(a.metadata.creationTimestamp ?? ''), nowMs) -
        magnitude(Date.parse(b.metadata.creationTimestamp ?? ''), nowMs) ||
      ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1),
  );
}

const assigned = (pod: Pod): boolean => (pod.spec?.nodeName ?? '') !== '';
const phaseRank = (pod: Pod): number => PHASE_RANK[pod.status?.phase ?? ''] ?? 0;

function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST];
  const cost = text === undefined ? 0 : Number(text);
  return Number.isInteger(cost) ? cost : 0;
}

/** The logarithm of an age: what is equally old to a factor of two is equally old. */
function magnitude(sinceMs: number | undefined, nowMs: number): number {
  if (sinceMs === undefined || Number.isNaN(sinceMs)) return -1;
  const seconds = Math.floor((nowMs - sinceMs) / 1000);
  return seconds <= 0 ? 0 : Math.floor(Math.log2(seconds)) + 1;
}
