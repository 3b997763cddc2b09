import { parseCronSchedule } from '@tabernetes/api';
import { describe, expect, test } from 'vitest';
import { nextTime } from './next-time.ts';
import { timeZoneOf, zonedTimestamp } from './time-zone.ts';

/** The next times, as the zone's clock shows them. */
function times(schedule: string, after: string, count: number, zoneName = 'UTC'): readonly string[] {
  const zone = timeZoneOf(zoneName);
  const parsed = parseCronSchedule(schedule);
  const found: string[] = [];
  let atMs: number | undefined = Date.parse(after);
  while (found.length < count) {
    atMs = nextTime(parsed, atMs, zone);
    if (atMs === undefined) return [...found, 'never'];
    found.push(zonedTimestamp(zone, atMs));
  }
  return found;
}

describe('CRON-1 the next time of a schedule', () => {
  test.each([
    ['* * * * *', '2026-11-20T22:35:10.500Z', ['2026-11-20T22:36:00Z', '2026-11-20T22:37:00Z']],
    ['* * * * *', '2026-11-20T22:36:00Z', ['2026-11-20T22:37:00Z']],
    ['*/20 9-10 * * *', '2026-01-01T10:30:00Z', ['2026-01-01T10:40:00Z', '2026-01-02T09:00:00Z']],
    ['0 0 1 1 *', '2026-01-01T00:00:00Z', ['2027-01-01T00:00:00Z']],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
    ['0 0 31 2 *', '2026-01-01T00:00:00Z', ['never']],
    ['0 12 * * mon', '2026-11-20T00:00:00Z', ['2026-11-23T12:00:00Z', '2026-11-30T12:00:00Z']],
    ['0 0 13 * fri', '2026-11-10T00:00:00Z', ['2026-11-13T00:00:00Z', '2026-11-20T00:00:00Z']],
    ['@hourly', '2026-11-20T22:35:00Z', ['2026-11-20T23:00:00Z']],
    ['@weekly', '2026-11-20T22:35:00Z', ['2026-11-22T00:00:00Z']],
    ['@every 90s', '2026-11-20T22:35:00.700Z', ['2026-11-20T22:36:30Z', '2026-11-20T22:38:00Z']],
  ])('%s after %s', (schedule, after, expected) => {
    expect(times(schedule, after, expected.length)).toEqual(expected);
  });

  test.each([
    ['0 9 * * *', '2026-07-01T00:00:00Z', 'Europe/Rome', ['2026-07-01T09:00:00+02:00']],
    ['0 9 * * *', '2026-01-01T10:00:00Z', 'Europe/London', ['2026-01-02T09:00:00Z']],
    ['30 6 * * *', '2026-01-01T00:00:00Z', 'Asia/Kolkata', ['2026-01-01T06:30:00+05:30']],
    // Put forward: 02:30 does not exist on the 29th of March.
    ['30 2 * * *', '2026-03-28T00:00:00Z', 'Europe/Rome', ['2026-03-28T02:30:00+01:00', '2026-03-30T02:30:00+02:00']],
    // Put back: 02:30 comes twice on the 25th of October.
    [
      '30 2 * * *',
      '2026-10-24T12:00:00Z',
      'Europe/Rome',
      ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00', '2026-10-26T02:30:00+01:00'],
    ],
    [
      '0 0 * * *',
      '2026-03-07T12:00:00Z',
      'America/New_York',
      ['2026-03-08T00:00:00-05:00', '2026-03-09T00:00:00-04:00'],
    ],
  ])('%s after %s in %s', (schedule, after, zone, expected) => {
    expect(times(schedule, after, expected.length, zone)).toEqual(expected);
  });
});
