import { kinds } from '@tabernetes/api';
import type { CronJob, Job } from '@tabernetes/api/types/batch-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { garbageCollector } from '../garbage-collector/garbage-collector.ts';
import { jobController } from '../job/job-controller.ts';
import { exitScript } from '../testing/exit-script.ts';
import { type Harness, NS, startHarness } from '../testing/harness.ts';
import { cronJobController } from './cron-job-controller.ts';

const START = Date.UTC(2026, 10, 20, 22, 35, 10);

let harness: Harness;
let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  harness.dispose();
});

async function start(): Promise<void> {
  harness = await startHarness({
    controllers: [cronJobController, jobController, garbageCollector],
    startMs: START,
  });
  stop = await exitScript(harness);
}

const seconds = (n: number): Promise<void> => harness.clock.advance(n * 1000);

const cronJob = (name: string, script: string, spec: Partial<NonNullable<CronJob['spec']>> = {}): CronJob => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name },
  spec: {
    schedule: '* * * * *',
    jobTemplate: {
      spec: {
        backoffLimit: 0,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', script] }],
          },
        },
      },
    },
    ...spec,
  },
});

const names = (jobs: readonly Job[]): readonly string[] => jobs.map(({ metadata }) => metadata.name ?? '').sort();
const MINUTE = Math.floor(START / 60_000) + 1;

describe('a CronJob', () => {
  test('CRON-3 makes a Job when its time comes, and sees it complete', async () => {
    await start();
    await harness.create(cronJob('tick', 'sleep 1; exit 0', { concurrencyPolicy: 'Forbid' }));
    await seconds(49);
    expect(await harness.list(kinds.job)).toEqual([]);
    await seconds(2);
    const [job] = await harness.list(kinds.job);
    expect(job?.metadata.name).toBe(`tick-${MINUTE}`);
    expect(job?.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-11-20T22:36:00Z',
    });
    expect(job?.metadata.ownerReferences).toMatchObject([
      { apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', controller: true, blockOwnerDeletion: true },
    ]);
    const running = await harness.get(kinds.cronJob, 'tick');
    expect(running.status?.lastScheduleTime).toBe('2026-11-20T22:36:00Z');
    expect(running.status?.active).toMatchObject([
      { apiVersion: 'batch/v1', kind: 'Job', name: `tick-${MINUTE}`, namespace: NS, uid: job?.metadata.uid },
    ]);
    await seconds(4);
    const done = await harness.get(kinds.cronJob, 'tick');
    const { completionTime } = (await harness.get(kinds.job, `tick-${MINUTE}`)).status ?? {};
    expect(done.status).toEqual({ lastScheduleTime: '2026-11-20T22:36:00Z', lastSuccessfulTime: completionTime });
    expect(await harness.events('tick')).toEqual([
      `Normal SuccessfulCreate Created job tick-${MINUTE}`,
      `Normal SawCompletedJob Saw completed job: tick-${MINUTE}, condition: Complete`,
    ]);
    expect(harness.errors).toEqual([]);
  });

  test('CRON-3 idle does not wait for schedules', async () => {
    await start();
    await harness.create(cronJob('tick', 'exit 0'));
    const before = harness.clock.now();
    await harness.clock.idle();
    expect(harness.clock.now() - before).toBeLessThan(5000);
  });

  test('CRON-4 Forbid waits for the Job that runs, Allow does not, Replace deletes it', async () => {
    await start();
    for (const concurrencyPolicy of ['Forbid', 'Allow', 'Replace'])
      await harness.create(cronJob(concurrencyPolicy.toLowerCase(), 'sleep 90; exit 0', { concurrencyPolicy }));
    await seconds(51 + 60);
    const jobs = names(await harness.list(kinds.job));
    expect(jobs).toEqual([`allow-${MINUTE}`, `allow-${MINUTE + 1}`, `forbid-${MINUTE}`, `replace-${MINUTE + 1}`]);
    expect(await harness.events('forbid')).toContain(
      'Normal JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid',
    );
    expect(await harness.events('replace')).toContain(`Normal SuccessfulDelete Deleted job replace-${MINUTE}`);
    // What was forbidden is made up for when the other has ended.
    await seconds(35);
    expect(names(await harness.list(kinds.job))).toContain(`forbid-${MINUTE + 1}`);
  });

  test('CRON-5 keeps as many Jobs that ended as its limits say', async () => {
    await start();
    await harness.create(cronJob('good', 'exit 0', { successfulJobsHistoryLimit: 2 }));
    await harness.create(cronJob('bad', 'exit 1', { failedJobsHistoryLimit: 1 }));
    await seconds(55 + 4 * 60);
    expect(names(await harness.list(kinds.job))).toEqual([
      `bad-${MINUTE + 4}`,
      `good-${MINUTE + 3}`,
      `good-${MINUTE + 4}`,
    ]);
    expect(await harness.events('bad')).toContain(
      `Normal SawCompletedJob Saw completed job: bad-${MINUTE}, condition: Failed`,
    );
  });

  test('CRON-6 does nothing while it is suspended, and makes up for the last time it missed', async () => {
    await start();
    await harness.create(cronJob('sus', 'exit 0', { suspend: true }));
    await seconds(200);
    expect(await harness.list(kinds.job)).toEqual([]);
    await harness.patch(kinds.cronJob, 'sus', { spec: { suspend: false } });
    expect(names(await harness.list(kinds.job))).toEqual([`sus-${MINUTE + 2}`]);
  });

  test('CRON-6 what is older than startingDeadlineSeconds is not made up for', async () => {
    await start();
    await harness.create(cronJob('late', 'exit 0', { suspend: true, startingDeadlineSeconds: 10 }));
    await seconds(200);
    await harness.patch(kinds.cronJob, 'late', { spec: { suspend: false } });
    expect(await harness.list(kinds.job)).toEqual([]);
  });

  test('CRON-7 a schedule that is changed counts from then on', async () => {
    await start();
    await harness.create(cronJob('new', 'exit 0', { schedule: '0 0 1 1 *' }));
    await seconds(120);
    await harness.patch(kinds.cronJob, 'new', { spec: { schedule: '*/5 * * * *', timeZone: 'Europe/Rome' } });
    expect(await harness.list(kinds.job)).toEqual([]);
    await seconds(4 * 60);
    const [job] = await harness.list(kinds.job);
    expect(job?.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-11-20T23:40:00+01:00',
    });
  });

  test('CRON-9 whose schedule is changed to one that names no time is told of at once', async () => {
    await start();
    await harness.create(cronJob('never', 'exit 0', { schedule: '0 0 1 1 *' }));
    await seconds(5);
    await harness.patch(kinds.cronJob, 'never', { spec: { schedule: '0 0 31 2 *' } });
    await harness.settle();
    expect(await harness.events('never')).toEqual([
      'Warning InvalidSchedule invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second',
    ]);
  });

  test('CRON-8 a Job that is deleted is no longer active', async () => {
    await start();
    await harness.create(cronJob('c', 'sleep 500', { concurrencyPolicy: 'Forbid' }));
    await seconds(52);
    await harness.client.resource(kinds.job).delete(`c-${MINUTE}`, NS, { propagationPolicy: 'Background' });
    await seconds(1);
    expect((await harness.get(kinds.cronJob, 'c')).status?.active).toBeUndefined();
    expect(await harness.events('c')).toContain(`Normal MissingJob Active job went missing: c-${MINUTE}`);
  });

  test('CRON-8 a Job that somebody made by hand is not its own', async () => {
    await start();
    const made = await harness.create(cronJob('hello', 'sleep 2', { schedule: '0 0 1 1 *' }));
    const { uid = '' } = made.metadata;
    await harness.create<Job>({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'manual',
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'hello', uid, controller: true }],
      },
      ...(made.spec?.jobTemplate.spec && { spec: made.spec.jobTemplate.spec }),
    });
    await seconds(5);
    expect((await harness.get(kinds.cronJob, 'hello')).status?.active).toBeUndefined();
    expect((await harness.events('hello'))[0]).toContain(
      'Warning UnexpectedJob Saw a job that the controller did not create or forgot: manual',
    );
  });
});
