/*
 * Ages as tables and describers print them: two or three figures, coarser the longer they are.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go
 */

const SECOND_MS = 1000;
/** Go's durations end here: nothing is older than 292 years. */
const LONGEST_MS = 9_223_372_036_854;
const HOURS_PER_YEAR = 24 * 365;

/** `118s`, `3m20s`, `15m`, `7h12m`, `30h`, `5d3h`, `400d`, `3y12d`, `9y`. A clock may be off by less than two seconds. */
export function humanDuration(durationMs: number): string {
  const seconds = Math.trunc(Math.min(durationMs, LONGEST_MS) / SECOND_MS);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 24 * 8) return two(days, 'd', hours % 24, 'h');
  if (hours < HOURS_PER_YEAR * 2) return `${days}d`;
  const years = Math.floor(hours / HOURS_PER_YEAR);
  return hours < HOURS_PER_YEAR * 8 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

/** The age of something that happened at an RFC 3339 time; `<unknown>` if it did not. */
export const timestampAge = (timestamp: string | undefined, nowMs: number): string =>
  timestamp ? humanDuration(nowMs - Date.parse(timestamp)) : '<unknown>';

const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
