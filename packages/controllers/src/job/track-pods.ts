import type { Job, JobCondition, JobStatus } from '@tabernetes/api/types/batch-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { newCondition } from './conditions.ts';
import { failureVerdict } from './failure-policy.ts';
import { countIndexes, formatIndexes, hasIndex, withIndexes } from './indexes.ts';
import { isIndexed, isPodFailed, isPodSucceeded, isTracked } from './job-shape.ts';
import { type JobState, validIndexOf } from './job-state.ts';

/** How many Pods may wait in the status to be counted. */
const MAX_UNCOUNTED = 500;

/**
 * How Pods that have ended are counted once each, whatever fails in between:
 *
 *   1. their uids go to status.uncountedTerminatedPods   (written)
 *   2. the finalizer of each is removed                  (written)
 *   3. uids of Pods without finalizer become numbers     (written)
 */
export interface Tracking {
  /** To be written before a finalizer is removed. */
  readonly status: JobStatus;
  /** Pods that may lose their finalizer then. */
  readonly release: readonly Pod[];
  /** `Complete` or `Failed`: to be set when no Pod waits to be counted. */
  readonly last?: JobCondition;
  /** More Pods are left than one turn takes. */
  readonly more: boolean;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/job/job_controller.go trackJobStatusAndRemoveFinalizers */
export function trackPods(
  { job, pods, indexes }: JobState,
  current: JobStatus,
  outcome: JobCondition | undefined,
  nowMs: number,
): Tracking {
  const known = {
    succeeded: new Set(current.uncountedTerminatedPods?.succeeded),
    failed: new Set(current.uncountedTerminatedPods?.failed),
  };
  const cleaned = countReleased(current, trackedUids(pods));
  const succeeded = [...(cleaned.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(cleaned.uncountedTerminatedPods?.failed ?? [])];
  const newIndexes: number[] = [];
  const release: Pod[] = [];
  let more = false;
  for (const pod of pods) {
    const uid = pod.metadata.uid ?? '';
    if (!isTracked(pod) || !mayRelease(pod)) continue;
    release.push(pod);
    const index = validIndexOf(pod, job);
    if (isPodSucceeded(pod) && !known.failed.has(uid)) {
      if (!isIndexed(job)) {
        if (!known.succeeded.has(uid)) succeeded.push(uid);
      } else if (index !== undefined && !hasIndex(indexes?.counted ?? [], index)) newIndexes.push(index);
    } else if (countsAsFailed(pod) && !known.failed.has(uid) && (!isIndexed(job) || index !== undefined)) {
      if (failureVerdict(job, pod).counts) failed.push(uid);
    }
    if (newIndexes.length + succeeded.length + failed.length >= MAX_UNCOUNTED) {
      more = true;
      break;
    }
  }
  const { interim, last } = steps(job, outcome, nowMs);
  const { failedIndexes: _, ...rest } = cleaned;
  const completed = indexes && withIndexes(indexes.succeeded, newIndexes);
  const status: JobStatus = {
    ...rest,
    ...(completed && { succeeded: countIndexes(completed), completedIndexes: formatIndexes(completed) }),
    ...(indexes?.failed && { failedIndexes: formatIndexes(indexes.failed) }),
    ...(interim && { conditions: [...(cleaned.conditions ?? []), interim] }),
    uncountedTerminatedPods: uncountedPods(succeeded, failed),
  };
  return { status, release, more, ...(last && { last }) };

  function mayRelease(pod: Pod): boolean {
    if (job.metadata.deletionTimestamp !== undefined || outcome !== undefined || isPodSucceeded(pod)) return true;
    const index = validIndexOf(pod, job);
    return isPodFailed(pod, job) && (index === undefined || indexes?.awaiting.get(index) !== pod);
  }

  /** Of a Job that fails, whatever has not ended counts as failed. */
  function countsAsFailed(pod: Pod): boolean {
    return isPodFailed(pod, job) || (outcome !== undefined && outcome.type !== 'SuccessCriteriaMet');
  }
}

export const trackedUids = (pods: readonly Pod[]): Set<string> =>
  new Set(pods.filter(isTracked).map(({ metadata }) => metadata.uid ?? ''));

/** Counts those whose finalizer is gone. The same status if there are none. */
export function countReleased(status: JobStatus, tracked: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const stays = (uid: string): boolean => tracked.has(uid);
  const [succeededLeft, failedLeft] = [succeeded.filter(stays), failed.filter(stays)];
  if (succeededLeft.length === succeeded.length && failedLeft.length === failed.length) return status;
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - succeededLeft.length,
    failed: (status.failed ?? 0) + failed.length - failedLeft.length,
    uncountedTerminatedPods: uncountedPods(succeededLeft, failedLeft),
  };
}

const uncountedPods = (succeeded: readonly string[], failed: readonly string[]) => ({
  ...(succeeded.length > 0 && { succeeded }),
  ...(failed.length > 0 && { failed }),
});

/** What the status says before Pods are released, unless it says so already, and what it says in the end. */
function steps(
  { status }: Job,
  outcome: JobCondition | undefined,
  nowMs: number,
): { readonly interim?: JobCondition; readonly last?: JobCondition } {
  if (outcome === undefined) return {};
  const { type, reason = '', message = '' } = outcome;
  if (type === 'Failed') return { last: outcome };
  const last = newCondition(type === 'FailureTarget' ? 'Failed' : 'Complete', reason, message, nowMs);
  const said = status?.conditions?.some((c) => c.type === type && c.status === 'True') === true;
  return said ? { last } : { interim: outcome, last };
}
