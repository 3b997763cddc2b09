import type { ContainerStatus, Pod } from '@tabernetes/api/types/core-v1';

/** How often Pods of a Job have failed in a row. Kept in memory: after a restart a Job starts anew. */
export interface BackoffRecord {
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly lastFailureMs: number;
}
export const NO_FAILURES: BackoffRecord = { failures: 0, lastFailureMs: 0 };

const FIRST_MS = 10_000;
const LONGEST_MS = 600_000;

/** The record after more Pods have finished: a success forgets what failed before it. */
export function nextBackoff(record: BackoffRecord, succeeded: readonly Pod[], failed: readonly Pod[]): BackoffRecord {
  if (failed.length === 0) return succeeded.length === 0 ? record : NO_FAILURES;
  const failedMs = failed.map(finishedMs);
  const lastFailureMs = Math.max(...failedMs);
  if (succeeded.length === 0) return { failures: record.failures + failed.length, lastFailureMs };
  const lastSuccessMs = Math.max(...succeeded.map(finishedMs));
  const failures = failedMs.filter((ms) => ms > lastSuccessMs).length;
  return failures === 0 ? NO_FAILURES : { failures, lastFailureMs };
}

/** Milliseconds until the next Pod may be made: 10 s after the last failure, doubling up to 10 minutes. */
export function remainingMs({ failures, lastFailureMs }: BackoffRecord, nowMs: number): number {
  if (failures === 0) return 0;
  return Math.max(0, lastFailureMs + Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS) - nowMs);
}

/**
 * When a Pod ended: its last container, or else when it was no longer ready, or was told to go.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/job/backoff_utils.go getFinishedTime
 */
export function finishedMs({ metadata, spec, status }: Pod): number {
  const sidecars = new Set(spec?.initContainers?.filter((c) => c.restartPolicy === 'Always').map((c) => c.name));
  const ends = lastEndMs([
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses?.filter((c) => sidecars.has(c.name)) ?? []),
  ]);
  if (ends !== undefined) return ends;
  const ready = status?.conditions?.find((c) => c.type === 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime) return Date.parse(ready.lastTransitionTime);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = metadata;
  return deletionTimestamp === undefined
    ? Date.parse(creationTimestamp ?? '')
    : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
}

/** Undefined: one has not ended, or it is not known when. */
function lastEndMs(statuses: readonly ContainerStatus[]): number | undefined {
  let last: number | undefined;
  for (const { state } of statuses) {
    if (!state?.terminated?.finishedAt) return undefined;
    last = Math.max(last ?? 0, Date.parse(state.terminated.finishedAt));
  }
  return last;
}
