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
  // Everything that is compared is worked out once for each Pod, not once for each comparison.
  return pods
    .map((pod) => worthOf(pod, crowd(pod), nowMs))
    .sort(compare)
    .map(({ pod }) => pod);
}

interface Worth {
  readonly pod: Pod;
  readonly uid: string;
  readonly assigned: number;
  readonly phase: number;
  readonly ready: number;
  readonly cost: number;
  readonly crowd: number;
  readonly readySinceMs: number;
  readonly readyMagnitude: number;
  readonly restarts: number;
  readonly sidecarRestarts: number;
  readonly ageMagnitude: number;
}

function worthOf(pod: Pod, crowd: number, nowMs: number): Worth {
  const since = readySince(pod);
  const { containers, sidecars } = restartsOf(pod);
  return {
    pod,
    uid: pod.metadata.uid ?? '',
    assigned: pod.spec?.nodeName ? 1 : 0,
    phase: PHASE_RANK[pod.status?.phase ?? ''] ?? 0,
    ready: isReady(pod) ? 1 : 0,
    cost: deletionCost(pod),
    crowd,
    readySinceMs: since ?? 0,
    readyMagnitude: since === undefined ? 0 : magnitude(since, nowMs),
    restarts: containers,
    sidecarRestarts: sidecars,
    ageMagnitude: magnitude(Date.parse(pod.metadata.creationTimestamp ?? ''), nowMs),
  };
}

const compare = (a: Worth, b: Worth): number =>
  a.assigned - b.assigned ||
  a.phase - b.phase ||
  a.ready - b.ready ||
  a.cost - b.cost ||
  b.crowd - a.crowd ||
  a.readyMagnitude - b.readyMagnitude ||
  // Times that differ within one magnitude: nothing after them counts.
  (a.readySinceMs === b.readySinceMs ? 0 : byUid(a, b)) ||
  b.restarts - a.restarts ||
  b.sidecarRestarts - a.sidecarRestarts ||
  a.ageMagnitude - b.ageMagnitude ||
  byUid(a, b);

const byUid = (a: Worth, b: Worth): number => (a.uid < b.uid ? -1 : 1);

/** As written in the annotation: no plus sign, no leading zeros, 32 bits. Anything else is 0. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST] ?? '';
  if (!/^(0|-\d+|[1-9]\d*)$/.test(text)) return 0;
  const cost = Number(text);
  return cost === (cost | 0) ? cost : 0;
}

/** The logarithm of an age in nanoseconds: what is equally old to a factor of two is equally old. */
function magnitude(sinceMs: number, nowMs: number): number {
  const ageNs = (nowMs - sinceMs) * 1e6;
  return ageNs > 0 ? Math.floor(Math.log2(ageNs)) : -1;
}
