import type { Pod } from '@tabernetes/api/types/core-v1';
import { isReady, readySince, restartsOf } from './pod-state.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const PHASE_RANK: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The order in which a ReplicaSet that has too many Pods lets go of them: those that are worth least first. Not yet on a
 * node; pending; not ready; cheap to delete; on a node with more of their kind (`crowd`); ready for a shorter time;
 * restarted more often; younger. Times that differ are compared by their order of magnitude, and those of one magnitude
 * by uid, which is chance: so that what is old is not always what stays.
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
      byAge(readySince(a), readySince(b), nowMs) ||
      byAgeOrUid(a, b, readySince(a), readySince(b)) ||
      byRestarts(a, b) ||
      byAge(createdMs(a), createdMs(b), nowMs) ||
      byUid(a, b),
  );
}

const assigned = (pod: Pod): boolean => (pod.spec?.nodeName ?? '') !== '';
const phaseRank = (pod: Pod): number => PHASE_RANK[pod.status?.phase ?? ''] ?? 0;
const createdMs = (pod: Pod): number => Date.parse(pod.metadata.creationTimestamp ?? '');
const byUid = (a: Pod, b: Pod): number => ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1);

/** As written in the annotation: no plus sign, no leading zeros, 32 bits. Anything else is 0. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST] ?? '';
  if (!/^(0|-\d+|[1-9]\d*)$/.test(text)) return 0;
  const cost = Number(text);
  return cost === (cost | 0) ? cost : 0;
}

function byRestarts(a: Pod, b: Pod): number {
  const [x, y] = [restartsOf(a), restartsOf(b)];
  return y.containers - x.containers || y.sidecars - x.sidecars;
}

/** The younger first, by magnitude. 0 also when neither has the time. */
function byAge(a: number | undefined, b: number | undefined, nowMs: number): number {
  return a === undefined || b === undefined ? 0 : magnitude(a, nowMs) - magnitude(b, nowMs);
}

/** Times that differ within one magnitude: nothing after them counts. */
const byAgeOrUid = (a: Pod, b: Pod, x: number | undefined, y: number | undefined): number =>
  x === y ? 0 : byUid(a, b);

/** The logarithm of an age in nanoseconds: what is equally old to a factor of two is equally old. */
function magnitude(sinceMs: number, nowMs: number): number {
  const ageNs = (nowMs - sinceMs) * 1e6;
  return ageNs > 0 ? Math.floor(Math.log2(ageNs)) : -1;
}
