import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import { semanticEqual } from '@tabernetes/apimachinery';
import { hasProgressDeadline, maxUnavailableOf, replicasOf } from './limits.ts';
import { sumOf } from './rolling.ts';

const NEW_REPLICA_SET_AVAILABLE = 'NewReplicaSetAvailable';
export const PROGRESS_DEADLINE_EXCEEDED = 'ProgressDeadlineExceeded';

export const conditionOf = (status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined =>
  status?.conditions?.find((c) => c.type === type);

/** Milliseconds to the text that conditions hold. */
const seconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const condition = (
  type: string,
  status: string,
  reason: string,
  message: string,
  nowMs: number,
): DeploymentCondition => ({
  type,
  status,
  lastUpdateTime: seconds(nowMs),
  lastTransitionTime: seconds(nowMs),
  reason,
  message,
});

/** Leaves a condition alone that says the same; keeps its transition time while its status stays. */
export function withCondition(
  conditions: readonly DeploymentCondition[],
  next: DeploymentCondition,
): readonly DeploymentCondition[] {
  const current = conditions.find((c) => c.type === next.type);
  if (current?.status === next.status && current.reason === next.reason) return conditions;
  const kept =
    current?.status === next.status ? { ...next, lastTransitionTime: current.lastTransitionTime ?? seconds(0) } : next;
  return [...without(conditions, next.type), kept];
}

const without = (conditions: readonly DeploymentCondition[], type: string): readonly DeploymentCondition[] =>
  conditions.filter((c) => c.type !== type);

/** Nothing of the old runs, and the new was available once: what happens to its Pods now is not the rollout's. */
const isRolledOut = (status: DeploymentStatus, progressing: DeploymentCondition | undefined): boolean =>
  status.replicas === status.updatedReplicas && progressing?.reason === NEW_REPLICA_SET_AVAILABLE;

/** Equal but for zeros, which the server leaves out. */
export function isSameStatus(a: DeploymentStatus, b: DeploymentStatus): boolean {
  return (
    (a.observedGeneration ?? 0) === (b.observedGeneration ?? 0) &&
    (a.replicas ?? 0) === (b.replicas ?? 0) &&
    (a.updatedReplicas ?? 0) === (b.updatedReplicas ?? 0) &&
    (a.readyReplicas ?? 0) === (b.readyReplicas ?? 0) &&
    (a.availableReplicas ?? 0) === (b.availableReplicas ?? 0) &&
    (a.unavailableReplicas ?? 0) === (b.unavailableReplicas ?? 0) &&
    a.collisionCount === b.collisionCount &&
    semanticEqual(a.conditions, b.conditions)
  );
}

/** All that runs is new, and as much as is wanted. */
export function isComplete(d: Deployment, status: DeploymentStatus): boolean {
  const wanted = replicasOf(d);
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  return (
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas === wanted &&
    (status.observedGeneration ?? 0) >= (d.metadata.generation ?? 0)
  );
}

/** The counts, and whether enough Pods are available. */
export function deploymentStatus(
  d: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  const replicas = sumOf(all, (rs) => rs.status?.replicas ?? 0);
  const availableReplicas = sumOf(all, (rs) => rs.status?.availableReplicas ?? 0);
  const available =
    availableReplicas >= replicasOf(d) - maxUnavailableOf(d)
      ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', nowMs)
      : condition(
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
          nowMs,
        );
  const { collisionCount } = d.status ?? {};
  return {
    observedGeneration: d.metadata.generation ?? 0,
    replicas,
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sumOf(all, (rs) => rs.status?.readyReplicas ?? 0),
    availableReplicas,
    unavailableReplicas: Math.max(sumOf(all, replicasOf) - availableReplicas, 0),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: withCondition(d.status?.conditions ?? [], available),
  };
}

/**
 * The status of a rollout: the counts, and how it goes on.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/deployment/progress.go
 */
export function rolloutStatus(
  d: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  const status = deploymentStatus(d, all, newSet, nowMs);
  let conditions = status.conditions ?? [];
  if (!hasProgressDeadline(d)) conditions = without(conditions, 'Progressing');

  const current = conditionOf(d.status, 'Progressing');
  const done = isRolledOut(status, current);
  if (hasProgressDeadline(d) && !done) {
    const what = newSet === undefined ? `Deployment "${d.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`;
    if (isComplete(d, status)) {
      conditions = withCondition(
        conditions,
        condition('Progressing', 'True', NEW_REPLICA_SET_AVAILABLE, `${what} has successfully progressed.`, nowMs),
      );
    } else if (hasProgressed(d, status)) {
      const next = condition('Progressing', 'True', 'ReplicaSetUpdated', `${what} is progressing.`, nowMs);
      // Written anew even when it says the same: its update time is what the deadline counts from.
      const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
      conditions = [
        ...without(conditions, 'Progressing'),
        since === undefined ? next : { ...next, lastTransitionTime: since },
      ];
    } else if (isTimedOut(d, status, nowMs)) {
      conditions = withCondition(
        conditions,
        condition('Progressing', 'False', PROGRESS_DEADLINE_EXCEEDED, `${what} has timed out progressing.`, nowMs),
      );
    }
  }
  const failure = replicaFailure(all, newSet);
  conditions = failure === undefined ? without(conditions, 'ReplicaFailure') : withCondition(conditions, failure);
  return { ...status, conditions };
}

/** Something has moved since the last status. */
function hasProgressed(d: Deployment, status: DeploymentStatus): boolean {
  const before = d.status ?? {};
  const old = (s: DeploymentStatus): number => (s.replicas ?? 0) - (s.updatedReplicas ?? 0);
  return (
    (status.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(status) < old(before) ||
    (status.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isTimedOut(d: Deployment, status: DeploymentStatus, nowMs: number): boolean {
  const progressing = conditionOf(status, 'Progressing');
  if (progressing === undefined || progressing.reason === NEW_REPLICA_SET_AVAILABLE) return false;
  if (progressing.reason === PROGRESS_DEADLINE_EXCEEDED) return true;
  return Date.parse(progressing.lastUpdateTime ?? '') + (d.spec?.progressDeadlineSeconds ?? 0) * 1000 < nowMs;
}

/** The new ReplicaSet's failure comes before those of the old ones. */
function replicaFailure(all: readonly ReplicaSet[], newSet: ReplicaSet | undefined): DeploymentCondition | undefined {
  const failed = [newSet, ...all]
    .flatMap((rs) => rs?.status?.conditions ?? [])
    .find((c) => c.type === 'ReplicaFailure');
  if (failed === undefined) return undefined;
  const { type, status, lastTransitionTime = '', reason = '', message = '' } = failed;
  return { type, status, lastUpdateTime: lastTransitionTime, lastTransitionTime, reason, message };
}

/** When to look again at a rollout that does not move, in milliseconds; undefined: no need to. */
export function stuckCheckAfterMs(d: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const progressing = conditionOf(d.status, 'Progressing');
  if (!hasProgressDeadline(d) || progressing === undefined) return undefined;
  if (isComplete(d, status) || progressing.reason === PROGRESS_DEADLINE_EXCEEDED) return undefined;
  // A rollout that once came to its end has no deadline; upstream looks again and again, and finds nothing to do.
  if (isRolledOut(status, progressing)) return undefined;
  const dueMs = Date.parse(progressing.lastUpdateTime ?? '') + (d.spec?.progressDeadlineSeconds ?? 0) * 1000;
  return Math.max(dueMs - nowMs, 0) + 1000;
}
