import { parseCronSchedule } from '@tabernetes/api';
import type { CronJob } from '@tabernetes/api/types/batch-v1';
import { describe, expect, test } from 'vitest';
import { dueTimes, nextLookMs } from './due.ts';
import { nextTime } from './next-time.ts';
import { UTC } from './time-zone.ts';

const at = (text: string): number => Date.parse(text);
const nextOf = (schedule: string) => (afterMs: number) => nextTime(parseCronSchedule(schedule), afterMs, UTC);

const cronJob = (startingDeadlineSeconds?: number, lastScheduleTime?: string): CronJob => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'c', creationTimestamp: '2026-01-01T10:00:30Z' },
  spec: {
    schedule: '',
    jobTemplate: {},
    ...(startingDeadlineSeconds !== undefined && { startingDeadlineSeconds }),
  },
  status: { ...(lastScheduleTime !== undefined && { lastScheduleTime }) },
});

describe('CRON-2 which times have come', () => {
  test.each([
    ['none yet', '* * * * *', cronJob(), '2026-01-01T10:00:50Z', undefined, 'none'],
    ['the first', '* * * * *', cronJob(), '2026-01-01T10:01:00Z', '2026-01-01T10:01:00Z', 'none'],
    ['the last of some', '* * * * *', cronJob(), '2026-01-01T10:05:10Z', '2026-01-01T10:05:00Z', 'few'],
    ['the last of many', '* * * * *', cronJob(), '2026-01-03T10:05:10Z', '2026-01-03T10:05:00Z', 'many'],
    [
      'irregular ones',
      '30 6-16/4 * * 1-5',
      cronJob(undefined, '2026-01-02T14:30:00Z'),
      '2026-01-06T12:00:00Z',
      '2026-01-06T10:30:00Z',
      'few',
    ],
    ['none within the deadline', '0 * * * *', cronJob(60), '2026-01-01T13:30:00Z', undefined, 'none'],
    ['one within the deadline', '0 * * * *', cronJob(600), '2026-01-01T13:05:00Z', '2026-01-01T13:00:00Z', 'none'],
  ])('%s', (_, schedule, object, now, last, missed) => {
    const due = dueTimes(object, at(now), nextOf(schedule), true);
    expect(due.lastMs).toBe(last === undefined ? undefined : at(last));
    expect(due.missed).toBe(missed);
  });

  test('a day that no month has is a problem', () => {
    const { problem } = dueTimes(cronJob(), at('2026-01-01T10:01:00Z'), nextOf('59 23 31 2 *'), true);
    expect(problem).toBe('time difference between two schedules is less than 1 second');
  });

  test('CRON-2 the next look is a tenth of a second after the next time', () => {
    const now = at('2026-01-01T10:00:50Z');
    expect(nextLookMs(cronJob(), now, nextOf('* * * * *'))).toBe(10_100);
    expect(nextLookMs(cronJob(), now, nextOf('59 23 31 2 *'))).toBeUndefined();
  });
});
