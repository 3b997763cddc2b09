import { kinds, parseCronSchedule } from '@tabernetes/api';
import type { CronJob, CronJobStatus, Job } from '@tabernetes/api/types/batch-v1';
import { objectKey, rfc3339, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder, objectReference } from '@tabernetes/client';
import { finishedCondition, trueCondition } from '../job/conditions.ts';
import { ownerReference } from '../pods/claim.ts';
import { isTerminating } from '../pods/namespace-terminating.ts';
import { controllerOf } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import { dueTimes, type Next, nextLookMs } from './due.ts';
import { nextTime } from './next-time.ts';
import { type TimeZone, timeZoneOf, zonedTimestamp } from './time-zone.ts';

/** Index of Jobs by `namespace/name` of what controls them. */
const BY_OWNER = 'ownerName';
const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/**
 * Makes Jobs when their schedule says, and forgets those that are old. Schedules have no end: what waits for them waits
 * in the background.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/cronjob/cronjob_controllerv2.go
 */
export function cronJobController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const cronJobs = informers.for(kinds.cronJob);
  const jobs = informers.for(kinds.job);
  const write = { cronJobs: client.resource(kinds.cronJob), jobs: client.resource(kinds.job) };
  const recorder = createEventRecorder(context, { component: 'cronjob-controller' });
  jobs.addIndex(BY_OWNER, (job) => {
    const owner = controllerOf(job);
    return owner === undefined ? [] : [`${job.metadata.namespace}/${owner.name}`];
  });

  /** Deletes a Job and forgets it. Undefined: the server refused. */
  async function remove(
    cronJob: CronJob,
    status: CronJobStatus,
    { metadata }: Job,
    signal: AbortSignal,
  ): Promise<CronJobStatus | undefined> {
    try {
      await write.jobs.delete(metadata.name ?? '', metadata.namespace, { propagationPolicy: 'Background', signal });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      recorder.event(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${error.message}`);
      return undefined;
    }
    recorder.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${metadata.name}`);
    return withoutActive(status, metadata.uid);
  }

  /** Of the Jobs that have ended, keeps as many as the history limits say. */
  async function cleanUp(
    cronJob: CronJob,
    before: CronJobStatus,
    owned: readonly Job[],
    signal: AbortSignal,
  ): Promise<CronJobStatus> {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec ?? {};
    let status = before;
    for (const [type, limit] of [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const) {
      if (limit === undefined) continue;
      const ended = owned.filter((job) => finishedCondition(job)?.type === type).sort(byStart);
      const tooMany = ended.slice(0, Math.max(0, ended.length - limit));
      for (const job of tooMany) status = (await remove(cronJob, status, job, signal)) ?? status;
    }
    return status;
  }

  /** What has become of the Jobs since the last look. */
  function observe(cronJob: CronJob, before: CronJobStatus, owned: readonly Job[]): CronJobStatus {
    let status = before;
    for (const job of owned) {
      const { name, uid } = job.metadata;
      const known = status.active?.some((active) => active.uid === uid) === true;
      const ended = finishedCondition(job);
      if (ended === undefined) {
        if (known) continue;
        const text = `Saw a job that the controller did not create or forgot: ${name}`;
        recorder.event(cronJob, 'Warning', 'UnexpectedJob', text);
        continue;
      }
      if (known) {
        status = withoutActive(status, uid);
        const text = `Saw completed job: ${name}, condition: ${ended.type}`;
        recorder.event(cronJob, 'Normal', 'SawCompletedJob', text);
      }
      const { completionTime } = job.status ?? {};
      if (completionTime === undefined || trueCondition(job, 'Complete') === undefined) continue;
      // Timestamps of one format sort as texts.
      if (completionTime > (status.lastSuccessfulTime ?? '')) {
        status = { ...status, lastSuccessfulTime: completionTime };
      }
    }
    const uids = new Set(owned.map(({ metadata }) => metadata.uid));
    for (const { name, namespace, uid } of status.active ?? []) {
      if (uids.has(uid) || jobs.lister.get(name ?? '', namespace) !== undefined) continue;
      recorder.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
      status = withoutActive(status, uid);
    }
    return status;
  }

  /** Makes the Job of a time that has come. What it gives back may come with an error: both count. */
  async function startJob(
    cronJob: CronJob,
    before: CronJobStatus,
    { dueMs, zone }: { readonly dueMs: number; readonly zone: TimeZone },
    signal: AbortSignal,
  ): Promise<Started> {
    let status = before;
    for (const { name = '', namespace } of cronJob.spec?.concurrencyPolicy === 'Replace' ? (status.active ?? []) : []) {
      const running = jobs.lister.get(name, namespace);
      const removed = running === undefined ? status : await remove(cronJob, status, running, signal);
      if (removed === undefined) return { status, error: new Error(`could not replace job ${namespace}/${name}`) };
      status = removed;
    }
    const job = jobOf(cronJob, dueMs, zone);
    let made: Job | undefined;
    try {
      made = await write.jobs.create(job, { signal });
      recorder.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${made.metadata.name}`);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.reason === 'AlreadyExists') {
        // Made before, but not written down. One that is not ours, or that is known, is left alone.
        made = jobs.lister.get(job.metadata.name ?? '', job.metadata.namespace);
        const ours = made !== undefined && controllerOf(made)?.uid === cronJob.metadata.uid;
        if (!ours || made === undefined || status.active?.some((a) => a.uid === made?.metadata.uid)) return { status };
      } else {
        if (!isTerminating(error))
          recorder.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
        return { status, error };
      }
    }
    const active = [...(status.active ?? []), objectReference(made)];
    return { status: { ...status, active, lastScheduleTime: rfc3339(dueMs) }, next: true };
  }

  /** Makes a Job if its time has come and nothing speaks against it. */
  async function runSchedule(cronJob: CronJob, status: CronJobStatus, signal: AbortSignal): Promise<Started> {
    const { schedule = '', suspend, startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec ?? {};
    if (cronJob.metadata.deletionTimestamp !== undefined || suspend === true) return { status };
    const nowMs = clock.now();
    const { next, zone } = scheduleOf(cronJob);
    const { lastMs, missed, problem } = dueTimes({ ...cronJob, status }, nowMs, next, true);
    if (problem !== undefined) {
      recorder.event(cronJob, 'Warning', 'InvalidSchedule', `invalid schedule: ${schedule} : ${problem}`);
      return { status };
    }
    if (lastMs === undefined) return { status, next: true };
    if (missed === 'many') {
      const text = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      recorder.event(cronJob, 'Warning', 'TooManyMissedTimes', text);
    }
    if (startingDeadlineSeconds !== undefined && lastMs + startingDeadlineSeconds * 1000 < nowMs) {
      const time = new Date(lastMs).toUTCString().replace('GMT', '+0000');
      recorder.event(cronJob, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${time}`);
      return { status, next: true };
    }
    const { namespace } = cronJob.metadata;
    const name = jobName(cronJob, lastMs);
    const isMade = status.active?.some((a) => a.name === name && a.namespace === namespace) === true;
    if (isMade || status.lastScheduleTime === rfc3339(lastMs)) return { status, next: true };
    if (concurrencyPolicy === 'Forbid' && (status.active ?? []).length > 0) {
      const text = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      recorder.event(cronJob, 'Normal', 'JobAlreadyActive', text);
      return { status, next: true };
    }
    return startJob(cronJob, status, { dueMs: lastMs, zone }, signal);
  }

  return createController(context, {
    name: 'cronjob-controller',
    informers: [cronJobs, jobs],
    watch: (queue) => {
      const own = (job: Job): void => {
        const owner = controllerOf(job);
        const cronJob = owner && cronJobs.lister.get(owner.name, job.metadata.namespace);
        if (cronJob !== undefined && cronJob.metadata.uid === owner?.uid) queue.add(objectKey(cronJob));
      };
      return [
        cronJobs.addHandler({
          onAdd: (cronJob) => queue.add(objectKey(cronJob)),
          onUpdate(cronJob, old) {
            const { spec } = cronJob;
            if (spec?.schedule === old.spec?.schedule && spec?.timeZone === old.spec?.timeZone) {
              queue.add(objectKey(cronJob));
              return;
            }
            // Times of the new schedule that are past already are nobody's loss: it is looked at when the next one comes.
            const delayMs = nextLookMs(cronJob, clock.now(), scheduleOf(cronJob).next);
            // One that names no time is looked at now, and told of.
            if (delayMs === undefined) queue.add(objectKey(cronJob));
            else queue.addAfter(objectKey(cronJob), delayMs, { background: true });
          },
        }),
        jobs.addHandler({
          onAdd: own,
          onUpdate(job, old) {
            if (controllerOf(old)?.uid !== controllerOf(job)?.uid) own(old);
            own(job);
          },
          onDelete: own,
        }),
      ];
    },
    async reconcile(key, signal): Promise<Result> {
      const cronJob = cronJobs.lister.byKey(key);
      if (cronJob === undefined) return DONE;
      const before = cronJob.status ?? {};
      const owned = jobs.lister.byIndex(BY_OWNER, key);
      const observed = observe(cronJob, await cleanUp(cronJob, before, owned, signal), owned);
      const { status, next = false, error } = await runSchedule(cronJob, observed, signal);
      if (status !== before) await write.cronJobs.updateStatus({ ...cronJob, status }, { signal });
      if (error !== undefined) throw error;
      if (!next) return DONE;
      const delayMs = nextLookMs({ ...cronJob, status }, clock.now(), scheduleOf(cronJob).next);
      return delayMs === undefined ? DONE : { requeueAfterMs: delayMs, background: true };
    },
  });
}

interface Started {
  readonly status: CronJobStatus;
  /** Look again when the next time comes. */
  readonly next?: true;
  readonly error?: Error;
}

/** The control plane's own zone is UTC. @throws {CronProblem} never, of what the API server has taken */
function scheduleOf({ spec }: CronJob): { readonly next: Next; readonly zone: TimeZone } {
  const schedule = parseCronSchedule(spec?.schedule ?? '');
  const prefixed = schedule.type === 'fields' ? schedule.timeZone : undefined;
  const zone = timeZoneOf(prefixed ?? spec?.timeZone ?? '');
  return { next: (afterMs) => nextTime(schedule, afterMs, zone), zone };
}

/** One Job per minute at most: its name says which. */
const jobName = ({ metadata }: CronJob, dueMs: number): string => `${metadata.name}-${Math.floor(dueMs / 60_000)}`;

function jobOf(cronJob: CronJob, dueMs: number, zone: TimeZone): Job {
  const { metadata, spec } = cronJob.spec?.jobTemplate ?? {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, dueMs),
      namespace: cronJob.metadata.namespace ?? '',
      ...(metadata?.labels && { labels: metadata.labels }),
      annotations: { ...metadata?.annotations, [SCHEDULED_AT]: zonedTimestamp(zone, dueMs) },
      ownerReferences: [ownerReference(cronJob)],
    },
    ...(spec && { spec }),
  };
}

/** The same status if the Job is not there. */
function withoutActive(status: CronJobStatus, uid: string | undefined): CronJobStatus {
  const active = status.active?.filter((a) => a.uid !== uid) ?? [];
  return active.length === (status.active ?? []).length ? status : { ...status, active };
}

/** Those that have not started last; of one time by name. */
function byStart(a: Job, b: Job): number {
  const [x = '~', y = '~'] = [a.status?.startTime, b.status?.startTime];
  if (x !== y) return x < y ? -1 : 1;
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}
