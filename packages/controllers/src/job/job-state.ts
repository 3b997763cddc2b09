import type { Job, JobCondition } from '@tabernetes/api/types/batch-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { isActive, isReady } from '../pods/pod-state.ts';
import { type BackoffRecord, finishedMs, nextBackoff } from './backoff.ts';
import { newCondition, trueCondition } from './conditions.ts';
import { failJobMessage, failureVerdict } from './failure-policy.ts';
import {
  completionIndexOf,
  countIndexes,
  hasIndex,
  type Indexes,
  indexesOf,
  parseIndexes,
  withIndexes,
} from './indexes.ts';
import { isIndexed, isPodFailed, isPodSucceeded, isPodTerminating, isSuspended, isTracked } from './job-shape.ts';
import { successMessage } from './success-policy.ts';

/** A Job and its Pods, as they stand. */
export interface JobState {
  readonly job: Job;
  /** Of an Indexed Job in the order of their indexes. */
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Those that have been counted, and those that have yet to be. */
  readonly succeeded: number;
  /** The same of Pods that failed and count as failures. */
  readonly failed: number;
  /** Of an Indexed Job. */
  readonly indexes?: IndexState;
  readonly backoff: BackoffRecord;
  /** How the Job ends, once that is clear: FailureTarget, Failed or SuccessCriteriaMet. */
  readonly outcome?: JobCondition;
  /** Milliseconds until activeDeadlineSeconds are over. */
  readonly deadlineMs?: number;
}

export interface IndexState {
  /** Those that the status counts already. */
  readonly counted: Indexes;
  readonly succeeded: Indexes;
  /** With backoffLimitPerIndex. */
  readonly failed?: Indexes;
  /**
   * With backoffLimitPerIndex: failed Pods that have no replacement yet. Each keeps its finalizer until it has one,
   * because it alone knows how often its index has failed.
   */
  readonly awaiting: ReadonlyMap<number, Pod>;
}

/**
 * Looks at a Job and its Pods. A verdict that was reached before stands; failures are looked for before successes.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/job/job_controller.go syncJob
 */
export function jobState(job: Job, unordered: readonly Pod[], before: BackoffRecord, nowMs: number): JobState {
  const pods = isIndexed(job) ? [...unordered].sort(byIndex) : unordered;
  const active = pods.filter(isActive);
  const { status = {} } = job;
  const { uncountedTerminatedPods: { succeeded: uncountedSucceeded = [], failed: uncountedFailed = [] } = {} } = status;
  const newSucceeded = uncounted(job, pods, uncountedSucceeded).filter(isPodSucceeded);
  const newFailed = uncounted(job, pods, uncountedFailed).filter((pod) => isPodFailed(pod, job));
  const indexes = isIndexed(job) ? indexState(job, pods, active) : undefined;
  const failed =
    (status.failed ?? 0) + newFailed.filter((pod) => failureVerdict(job, pod).counts).length + uncountedFailed.length;
  const deadlineMs = deadlineLeftMs(job, nowMs);
  const outcome = verdict(job, pods, { failed, indexes, deadlineMs }, nowMs);
  return {
    job,
    pods,
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter(isPodTerminating).length,
    succeeded: indexes
      ? countIndexes(indexes.succeeded)
      : (status.succeeded ?? 0) + newSucceeded.length + uncountedSucceeded.length,
    failed,
    ...(indexes && { indexes }),
    backoff: nextBackoff(before, newSucceeded, newFailed),
    ...(outcome && { outcome }),
    ...(deadlineMs !== undefined && { deadlineMs }),
  };
}

/** An index below `completions`. */
export function validIndexOf(pod: Pod, { spec }: Job): number | undefined {
  const index = completionIndexOf(pod);
  return index !== undefined && index < (spec?.completions ?? 0) ? index : undefined;
}

/** `batch.kubernetes.io/job-index-failure-count` and its like; 0 unless it is a whole number. */
export function failureCount(pod: Pod, annotation: string): number {
  const text = pod.metadata.annotations?.[annotation] ?? '';
  const count = /^\+?\d+$/.test(text) ? Number(text) : 0;
  return count <= 0x7fff_ffff ? count : 0;
}
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';
export const INDEX_IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count';
export const allFailures = (pod: Pod): number =>
  failureCount(pod, INDEX_FAILURES) + failureCount(pod, INDEX_IGNORED_FAILURES);

/** Pods that the status does not know of yet. */
function uncounted(job: Job, pods: readonly Pod[], known: readonly string[]): readonly Pod[] {
  const uids = new Set(known);
  return pods.filter(
    (pod) =>
      isTracked(pod) && !uids.has(pod.metadata.uid ?? '') && (!isIndexed(job) || validIndexOf(pod, job) !== undefined),
  );
}

interface Facts {
  readonly failed: number;
  readonly indexes: IndexState | undefined;
  readonly deadlineMs: number | undefined;
}

function verdict(job: Job, pods: readonly Pod[], facts: Facts, nowMs: number): JobCondition | undefined {
  const met = trueCondition(job, 'SuccessCriteriaMet');
  if (met !== undefined) return met;
  const target = trueCondition(job, 'FailureTarget');
  if (target !== undefined) return newCondition('Failed', target.reason ?? '', target.message ?? '', nowMs);
  const failure = failureOf(job, pods, facts);
  if (failure !== undefined) return newCondition('FailureTarget', failure[0], failure[1], nowMs);
  const success = facts.indexes && successMessage(job, facts.indexes.succeeded);
  return success === undefined ? undefined : newCondition('SuccessCriteriaMet', 'SuccessPolicy', success, nowMs);
}

function failureOf(
  job: Job,
  pods: readonly Pod[],
  { failed, indexes, deadlineMs }: Facts,
): readonly [reason: string, message: string] | undefined {
  const { backoffLimit = 6, completions = 0, maxFailedIndexes } = job.spec ?? {};
  const message = failJobMessage(job, pods);
  if (message !== undefined) return ['PodFailurePolicy', message];
  if (failed > backoffLimit || restartedTooOften(job, pods, backoffLimit))
    return ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'];
  if (deadlineMs !== undefined && deadlineMs <= 0)
    return ['DeadlineExceeded', 'Job was active longer than specified deadline'];
  if (indexes?.failed === undefined) return undefined;
  const failedIndexes = countIndexes(indexes.failed);
  if (maxFailedIndexes !== undefined && failedIndexes > maxFailedIndexes)
    return ['MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes'];
  if (failedIndexes > 0 && failedIndexes + countIndexes(indexes.succeeded) >= completions)
    return ['FailedIndexes', 'Job has failed indexes'];
  return undefined;
}

/** Containers that are restarted in place count as well, of Pods that are still there. */
function restartedTooOften({ spec }: Job, pods: readonly Pod[], backoffLimit: number): boolean {
  if (spec?.template.spec?.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const { restartCount = 0 } of status.initContainerStatuses ?? []) restarts += restartCount;
    for (const { restartCount = 0 } of status.containerStatuses ?? []) restarts += restartCount;
  }
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

/** The time while a Job is suspended does not count: its start time is set anew when it goes on. */
function deadlineLeftMs(job: Job, nowMs: number): number | undefined {
  const seconds = job.spec?.activeDeadlineSeconds;
  if (seconds === undefined || isSuspended(job)) return undefined;
  const startMs = job.status?.startTime === undefined ? nowMs : Date.parse(job.status.startTime);
  return startMs + seconds * 1000 - nowMs;
}

function indexState(job: Job, pods: readonly Pod[], active: readonly Pod[]): IndexState {
  const { completions = 0, backoffLimitPerIndex } = job.spec ?? {};
  const { completedIndexes = '', failedIndexes = '' } = job.status ?? {};
  const counted = parseIndexes(completedIndexes, completions);
  const tracked = pods.filter((pod) => isTracked(pod) && validIndexOf(pod, job) !== undefined);
  const succeeded = withIndexes(counted, indexesOf(tracked.filter(isPodSucceeded)));
  if (backoffLimitPerIndex === undefined) return { counted, succeeded, awaiting: new Map() };
  const failedForGood = tracked.filter((pod) => isIndexFailed(job, pod, backoffLimitPerIndex));
  const failed = withIndexes(parseIndexes(failedIndexes, completions), indexesOf(failedForGood));
  const activeIndexes = indexesOf(active);
  const awaiting = new Map<number, Pod>();
  for (const pod of tracked) {
    const index = validIndexOf(pod, job);
    if (index === undefined || !isPodFailed(pod, job)) continue;
    if (hasIndex(succeeded, index) || hasIndex(failed, index) || activeIndexes.has(index)) continue;
    const other = awaiting.get(index);
    const isLater =
      other === undefined || (allFailures(other) <= allFailures(pod) && finishedMs(pod) >= finishedMs(other));
    if (isLater) awaiting.set(index, pod);
  }
  return { counted, succeeded, failed, awaiting };
}

function isIndexFailed(job: Job, pod: Pod, limit: number): boolean {
  if (!isPodFailed(pod, job)) return false;
  const { action, counts } = failureVerdict(job, pod);
  return action === 'FailIndex' || (counts && failureCount(pod, INDEX_FAILURES) >= limit);
}

const byIndex = (a: Pod, b: Pod): number => (completionIndexOf(a) ?? -1) - (completionIndexOf(b) ?? -1);
