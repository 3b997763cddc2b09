import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '@tabernetes/api/types/policy-v1';
import { type Condition, type IntOrString, rfc3339 } from '@tabernetes/apimachinery';
import { isReady } from '../pods/pod-state.ts';

/** A Pod whose eviction was granted goes within this time, or is taken to stay. */
const DELETION_TIMEOUT_MS = 120_000;

type DisruptedPods = NonNullable<PodDisruptionBudgetStatus['disruptedPods']>;

/** Whether the budget counts what owners ask for, and not the Pods that are there. */
export const countsScale = ({ spec }: PodDisruptionBudget): boolean =>
  spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === 'string';

/** How many healthy Pods there must be, of so many expected ones. */
export function desiredHealthy({ spec }: PodDisruptionBudget, expected: number): number {
  if (spec?.maxUnavailable !== undefined) return Math.max(0, expected - scaledUp(spec.maxUnavailable, expected));
  return scaledUp(spec?.minAvailable ?? 0, expected);
}

export interface Disrupted {
  /** Evictions that were granted, and whose Pods have not begun to go. */
  readonly pods: DisruptedPods;
  /** Pods that should have gone by now. */
  readonly stayed: readonly Pod[];
  /** Milliseconds until the first of them is taken to stay. */
  readonly recheckMs?: number;
}

/** What is left of `status.disruptedPods`, where the eviction API notes whom it lets go. */
export function disruptedPods({ status }: PodDisruptionBudget, pods: readonly Pod[], nowMs: number): Disrupted {
  const left: Record<string, string> = {};
  const stayed: Pod[] = [];
  let recheckMs = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    const { name = '', deletionTimestamp } = pod.metadata;
    const since = status?.disruptedPods?.[name];
    if (since === undefined || deletionTimestamp !== undefined) continue;
    const timeLeftMs = Date.parse(since) + DELETION_TIMEOUT_MS - nowMs;
    if (timeLeftMs < 0) stayed.push(pod);
    else {
      left[name] = since;
      recheckMs = Math.min(recheckMs, timeLeftMs + 1);
    }
  }
  return { pods: left, stayed, ...(Number.isFinite(recheckMs) && { recheckMs }) };
}

/** Ready, not told to go, and not about to be. */
export const countHealthy = (pods: readonly Pod[], disrupted: DisruptedPods, nowMs: number): number =>
  pods.filter((pod) => {
    const since = disrupted[pod.metadata.name ?? ''];
    const isGoing = since !== undefined && Date.parse(since) + DELETION_TIMEOUT_MS > nowMs;
    return pod.metadata.deletionTimestamp === undefined && !isGoing && isReady(pod);
  }).length;

export interface Counts {
  readonly expected: number;
  readonly healthy: number;
  readonly disrupted: DisruptedPods;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/disruption/disruption.go updatePdbStatus */
export function budgetStatus(
  pdb: PodDisruptionBudget,
  { expected, healthy, disrupted }: Counts,
  nowMs: number,
): PodDisruptionBudgetStatus {
  const desired = desiredHealthy(pdb, expected);
  // Of a budget that selects nothing yet none may go: the first Pods may be here before it is looked at again.
  const disruptionsAllowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
  const observedGeneration = pdb.metadata.generation ?? 0;
  const reason = disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods';
  return {
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    disruptionsAllowed,
    ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }),
    observedGeneration,
    conditions: withCondition(pdb, disruptionsAllowed > 0, { reason, message: '', observedGeneration }, nowMs),
  };
}

/** What is said when it cannot be counted: then nothing may be evicted. */
export function failedStatus(pdb: PodDisruptionBudget, message: string, nowMs: number): PodDisruptionBudgetStatus {
  const { status = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptionsAllowed: 0 } } = pdb;
  const { observedGeneration = 0 } = status;
  const condition = { reason: 'SyncFailed', message, observedGeneration };
  return { ...status, disruptionsAllowed: 0, conditions: withCondition(pdb, false, condition, nowMs) };
}

function withCondition(
  { status }: PodDisruptionBudget,
  allowed: boolean,
  rest: Pick<Condition, 'reason' | 'message' | 'observedGeneration'>,
  nowMs: number,
): readonly Condition[] {
  const type = 'DisruptionAllowed';
  const conditions = status?.conditions ?? [];
  const at = conditions.findIndex((c) => c.type === type);
  const before = conditions[at];
  const text = allowed ? 'True' : 'False';
  const lastTransitionTime = before?.status === text ? before.lastTransitionTime : rfc3339(nowMs);
  const condition = { type, status: text, lastTransitionTime, ...rest };
  return before === undefined ? [...conditions, condition] : conditions.with(at, condition);
}

/** Percentages are rounded up. */
const scaledUp = (value: IntOrString, total: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * total) / 100);
