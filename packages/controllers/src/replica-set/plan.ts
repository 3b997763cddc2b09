import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { deletionOrder } from '../pods/deletion-order.ts';
import { isAvailable, isReady } from '../pods/pod-state.ts';

/** How many Pods one turn makes or deletes at most. */
const BURST = 500;

export interface ReplicaPlan {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/**
 * What brings the number of active Pods to `spec.replicas`. `siblings`: active Pods of all ReplicaSets of the same owner, to
 * see which nodes are crowded.
 */
export function planReplicas(
  rs: ReplicaSet,
  active: readonly Pod[],
  siblings: readonly Pod[],
  nowMs: number,
): ReplicaPlan {
  const surplus = active.length - (rs.spec?.replicas ?? 1);
  if (surplus <= 0) return { create: Math.min(-surplus, BURST), remove: [] };
  const onNode = new Map<string, number>();
  for (const { spec } of siblings) {
    const node = spec?.nodeName;
    if (node) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const crowd = (pod: Pod): number => onNode.get(pod.spec?.nodeName ?? '') ?? 0;
  return { create: 0, remove: deletionOrder(active, crowd, nowMs).slice(0, Math.min(surplus, BURST)) };
}

export interface ReplicaFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

/**
 * The status that the Pods give. `failure`: what the last attempt to make or delete Pods ended with.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/replicaset/replica_set_utils.go
 */
export function replicaSetStatus(
  rs: ReplicaSet,
  active: readonly Pod[],
  failure: ReplicaFailure | undefined,
  nowMs: number,
): ReplicaSetStatus {
  const templateLabels = Object.entries(rs.spec?.template?.metadata?.labels ?? {});
  const minReadySeconds = rs.spec?.minReadySeconds ?? 0;
  const hasAll = ({ metadata }: Pod): boolean =>
    templateLabels.every(([key, value]) => metadata.labels?.[key] === value);
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(hasAll).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, nowMs)).length,
    observedGeneration: rs.metadata.generation ?? 0,
    conditions: conditions(rs.status?.conditions ?? [], failure, nowMs),
  };
}

function conditions(
  old: readonly ReplicaSetCondition[],
  failure: ReplicaFailure | undefined,
  nowMs: number,
): readonly ReplicaSetCondition[] {
  const others = old.filter((c) => c.type !== 'ReplicaFailure');
  if (failure === undefined) return others;
  const before = old.find((c) => c.type === 'ReplicaFailure');
  // A failure that goes on is the same failure, whatever its message says this time.
  if (before !== undefined) return old;
  const lastTransitionTime = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
  return [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime, ...failure }];
}
