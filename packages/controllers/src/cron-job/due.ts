import type { CronJob } from '@tabernetes/api/types/batch-v1';

/** The first time after another, both in milliseconds since the epoch; undefined: never. */
export type Next = (afterMs: number) => number | undefined;

/** Which of the times of a schedule have come since a Job was last made. */
export interface Due {
  /** From here on times have been looked at. */
  readonly sinceMs: number;
  /** The latest that has come. */
  readonly lastMs?: number;
  /** Roughly how many have come and are not this one; more than a hundred are many. */
  readonly missed: 'none' | 'few' | 'many';
  /** The schedule makes no sense, though each part of it does. */
  readonly problem?: string;
}

/** Controllers look again so much later than a schedule says, for clocks that differ. */
const SKEW_MS = 100;
const MANY = 100;

/**
 * `withDeadline`: times before startingDeadlineSeconds ago are forgotten.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/cronjob/utils.go mostRecentScheduleTime
 */
export function dueTimes({ metadata, spec, status }: CronJob, nowMs: number, next: Next, withDeadline: boolean): Due {
  const deadlineSeconds = withDeadline ? spec?.startingDeadlineSeconds : undefined;
  const lastMs = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '');
  const sinceMs = deadlineSeconds === undefined ? lastMs : Math.max(lastMs, nowMs - deadlineSeconds * 1000);
  const firstMs = next(sinceMs);
  const secondMs = firstMs === undefined ? undefined : next(firstMs);
  if (firstMs !== undefined && nowMs < firstMs) return { sinceMs, missed: 'none' };
  if (firstMs !== undefined && secondMs !== undefined && nowMs < secondMs)
    return { sinceMs, lastMs: firstMs, missed: 'none' };
  if (firstMs === undefined || secondMs === undefined) return { sinceMs, missed: 'none', problem: PROBLEM };

  // A guess from the first interval brings us near; from there every time is looked at.
  const intervalMs = secondMs - firstMs;
  const guess = Math.floor((nowMs - firstMs) / intervalMs);
  let latestMs: number | undefined;
  for (let t = next(firstMs + (guess - 1) * intervalMs); t !== undefined && t <= nowMs; t = next(t)) latestMs = t;
  return {
    sinceMs,
    ...(latestMs !== undefined && { lastMs: latestMs }),
    missed: guess + 1 > MANY ? 'many' : 'few',
  };
}

const PROBLEM = 'time difference between two schedules is less than 1 second';

/** Milliseconds until the schedule is to be looked at again; undefined: it names no more times. */
export function nextLookMs(cronJob: CronJob, nowMs: number, next: Next): number | undefined {
  const { sinceMs, lastMs, missed, problem } = dueTimes(cronJob, nowMs, next, false);
  const fromMs = problem !== undefined ? nowMs : (lastMs ?? (missed === 'none' ? sinceMs : nowMs));
  const atMs = next(fromMs);
  return atMs === undefined ? undefined : atMs + SKEW_MS - nowMs;
}
