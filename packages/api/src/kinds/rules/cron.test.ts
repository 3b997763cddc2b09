import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createObject, testContext } from '../../testing/index.ts';
import { cronJob } from '../cron-job.ts';
import { parseCronSchedule } from './cron.ts';

interface Recorded {
  readonly schedule: string;
  readonly timeZone: string | null;
  readonly message: string | null;
}

const recorded = readFileSync(new URL('../../../testdata/cron-schedules.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Recorded);

const create = (schedule: string, timeZone: string | null): unknown =>
  createObject(
    cronJob,
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c' },
      spec: {
        schedule,
        timeZone,
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
        },
      },
    },
    testContext(),
  );

describe('schedules', () => {
  test.each(recorded)(
    'KND-11 $schedule in $timeZone is taken or refused as recorded',
    ({ schedule, timeZone, message }) => {
      if (message === null) expect(create(schedule, timeZone)).toBeDefined();
      else expect(() => create(schedule, timeZone)).toThrow(message);
    },
  );

  const fields = (schedule: string) => {
    const parsed = parseCronSchedule(schedule);
    if (parsed.type !== 'fields') throw new Error(schedule);
    const { minutes, hours, daysOfMonth, months, daysOfWeek, eitherDay } = parsed;
    return { all: [minutes, hours, daysOfMonth, months, daysOfWeek].map((field) => [...field].join()), eitherDay };
  };

  test.each([
    ['5 4 3 2 1', '5|4|3|2|1', true],
    ['*/20 9-11 1,15 * *', '0,20,40|9,10,11|1,15|1,2,3,4,5,6,7,8,9,10,11,12|0,1,2,3,4,5,6', false],
    ['50/5 0 1-10/4 jan,JUL sun-tue', '50,55|0|1,5,9|1,7|0,1,2', true],
    [
      '@weekly',
      '0|0|1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31|1,2,3,4,5,6,7,8,9,10,11,12|0',
      false,
    ],
    ['0 0 1 1 ?', '0|0|1|1|0,1,2,3,4,5,6', false],
  ])('KND-12 %s', (schedule, text, eitherDay) => {
    const { all, eitherDay: either } = fields(schedule);
    expect(all.join('|')).toBe(text);
    expect(either).toBe(eitherDay);
  });

  test.each([
    ['@every 90s', 90_000],
    ['@every 1h30m', 5_400_000],
    ['@every 10ms', 1000],
    ['@every 1500ms', 1000],
  ])('KND-12 %s', (schedule, intervalMs) => {
    expect(parseCronSchedule(schedule)).toEqual({ type: 'every', intervalMs });
  });

  test('KND-12 a zone may stand before the fields', () => {
    expect(parseCronSchedule('TZ=Asia/Seoul 0 0 * * *')).toMatchObject({ timeZone: 'Asia/Seoul' });
  });
});
