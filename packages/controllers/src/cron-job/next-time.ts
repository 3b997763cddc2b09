import type { CronSchedule } from '@tabernetes/api';
import { type TimeZone, wallClock, whenShown } from './time-zone.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** What does not happen for so long never happens: the 31st of February. */
const MAX_YEARS = 5;

/**
 * The first time after `afterMs` that a schedule names, in milliseconds since the epoch; undefined: never. Where the
 * clock is put forward, times that it skips are skipped; where it is put back, times that it shows twice come twice.
 * @see https://github.com/robfig/cron/blob/v3.0.1/spec.go
 */
export function nextTime(schedule: CronSchedule, afterMs: number, zone: TimeZone): number | undefined {
  let atMs = (Math.floor(afterMs / SECOND_MS) + 1) * SECOND_MS;
  if (schedule.type === 'every') return atMs - SECOND_MS + schedule.intervalMs;
  const { minutes, hours, months } = schedule;
  let wall = wallClock(zone, atMs);
  const lastYear = wall.getUTCFullYear() + MAX_YEARS;
  for (; wall.getUTCFullYear() <= lastYear; wall = wallClock(zone, atMs)) {
    const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
    const pastMinuteMs = wall.getUTCSeconds() * SECOND_MS;
    const pastHourMs = wall.getUTCMinutes() * MINUTE_MS + pastMinuteMs;
    if (!months.has(month + 1)) atMs = midnight(zone, Date.UTC(year, month + 1, 1));
    else if (!dayMatches(schedule, wall)) atMs = midnight(zone, Date.UTC(year, month, day + 1));
    else if (!hours.has(wall.getUTCHours())) atMs += HOUR_MS - pastHourMs;
    else if (!minutes.has(wall.getUTCMinutes()) || pastMinuteMs > 0) atMs += MINUTE_MS - pastMinuteMs;
    else return atMs;
  }
  return undefined;
}

type Fields = Extract<CronSchedule, { readonly type: 'fields' }>;

function dayMatches({ daysOfMonth, daysOfWeek, eitherDay }: Fields, wall: Date): boolean {
  const [ofMonth, ofWeek] = [daysOfMonth.has(wall.getUTCDate()), daysOfWeek.has(wall.getUTCDay())];
  return eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
}

/** The beginning of a day; where a change of the clock skips midnight, its first moment. */
function midnight(zone: TimeZone, shownMs: number): number {
  const atMs = whenShown(zone, shownMs);
  const hour = wallClock(zone, atMs).getUTCHours();
  if (hour === 0) return atMs;
  return hour > 12 ? atMs + (24 - hour) * HOUR_MS : atMs - hour * HOUR_MS;
}
