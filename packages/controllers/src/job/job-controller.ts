import { kinds, schemaOf } from '@tabernetes/api';
import type { Job, JobCondition, JobStatus } from '@tabernetes/api/types/batch-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { labelSelectorAsSelector, objectKey, rfc3339, StatusError, semanticEqual } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { claim } from '../pods/claim.ts';
import { candidatesOf, indexByController } from '../pods/indexes.ts';
import { isTerminating } from '../pods/namespace-terminating.ts';
import { controllerOf, isReady } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import { type BackoffRecord, NO_FAILURES } from './backoff.ts';
import { finishedCondition, newCondition, withCondition } from './conditions.ts';
import { isManagedElsewhere, isSuspended, TRACKING_FINALIZER } from './job-shape.ts';
import { type JobState, jobState } from './job-state.ts';
import { jobPod, jobPodTemplate, planPods } from './plan-pods.ts';
import { JOB_RETRY, releaseJobPods, removeFinalizer } from './release-pods.ts';
import { countReleased, type Tracking, trackedUids, trackPods } from './track-pods.ts';

/** What Pods and statuses tell is gathered for so long: many Pods that end together are one look at the Job. */
const BATCH_MS = 1000;
const STATUS = schemaOf('io.k8s.api.batch.v1.JobStatus');

/**
 * Runs the Pods of Jobs until enough have succeeded or too many have failed, and counts each of them once.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/job/job_controller.go
 */
export function jobController(context: ControllerContext): Controller {
  const parts = [runJobs(context), releaseJobPods(context)];
  return {
    name: 'job-controller',
    async start() {
      for (const part of parts) await part.start();
    },
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

function runJobs(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const jobs = informers.for(kinds.job);
  const pods = informers.for(kinds.pod);
  const write = { jobs: client.resource(kinds.job), pods: client.resource(kinds.pod) };
  const recorder = createEventRecorder(context, { component: 'job-controller' });
  const backoffs = new Map<string, BackoffRecord>();
  indexByController(pods);

  const ownPods = (job: Job, signal: AbortSignal): Promise<readonly Pod[]> => {
    const selector = labelSelectorAsSelector(job.spec?.selector);
    return claim(candidatesOf(pods, job), {
      client,
      claimed: kinds.pod,
      owner: job,
      finalizer: TRACKING_FINALIZER,
      matches: ({ metadata }) => selector.matches(metadata.labels ?? {}),
      async ownerIsAlive() {
        const { metadata } = await write.jobs.get(job.metadata.name ?? '', job.metadata.namespace);
        return metadata.uid === job.metadata.uid && metadata.deletionTimestamp === undefined;
      },
      signal,
    });
  };

  /** Deletes Pods. `counted`: those that are let go without being counted as failures lose their finalizer first. */
  async function remove(job: Job, unwanted: readonly Pod[], counted: boolean, signal: AbortSignal): Promise<Removed> {
    const removed = { count: 0, ready: 0 };
    let error: StatusError | undefined;
    for (const pod of unwanted) {
      const { name = '', namespace } = pod.metadata;
      try {
        if (!counted) await removeFinalizer(client, pod, signal);
        await write.pods.delete(name, namespace, { signal });
        recorder.event(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      } catch (cause) {
        if (!(cause instanceof StatusError)) throw cause;
        if (cause.reason !== 'NotFound') {
          recorder.event(job, 'Warning', 'FailedDelete', `Error deleting: ${cause.message}`);
          error ??= cause;
          continue;
        }
      }
      removed.count++;
      if (isReady(pod)) removed.ready++;
    }
    return error === undefined ? removed : { ...removed, error };
  }

  /** In batches of 1, 2, 4, …: one in which something fails is the last. */
  async function create(
    state: JobState,
    indexes: readonly (number | undefined)[],
    signal: AbortSignal,
  ): Promise<{ readonly count: number; readonly error?: StatusError }> {
    const { job } = state;
    const template = jobPodTemplate(job);
    let error: StatusError | undefined;
    let count = 0;
    for (let next = 0, batch = 1; next < indexes.length && error === undefined; next += batch, batch *= 2) {
      for (const index of indexes.slice(next, next + batch)) {
        const replaced = index === undefined ? undefined : state.indexes?.awaiting.get(index);
        try {
          const { metadata } = await write.pods.create(jobPod(job, template, index, replaced), { signal });
          recorder.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${metadata.name}`);
          count++;
        } catch (cause) {
          if (!(cause instanceof StatusError)) throw cause;
          // Nothing can be made here any more: no mistake of ours.
          if (isTerminating(cause)) return { count };
          recorder.event(job, 'Warning', 'FailedCreate', `Error creating: ${cause.message}`);
          error ??= cause;
        }
      }
    }
    return error === undefined ? { count } : { count, error };
  }

  /** One step of what the Job needs. */
  async function manage(state: JobState, signal: AbortSignal): Promise<Step> {
    const { job, active, ready, terminating } = state;
    const step: Step = { active: active.length, ready, terminating };
    if (job.metadata.deletionTimestamp !== undefined) return step;
    const plan = planPods(state, clock.now());
    if (plan.type === 'remove') return without(step, await remove(job, plan.pods, false, signal));
    // Upstream's quirk: a Job that waits says that none is active.
    if (plan.type === 'wait') return { ...step, active: 0, waitMs: Math.max(plan.delayMs, BATCH_MS) };
    if (plan.type === 'nothing') return step;
    const { count, error } = await create(state, plan.indexes, signal);
    return { ...step, active: active.length + count, ...(error && { error }) };
  }

  /** Says that a Job is suspended, or goes on: then its time begins anew. */
  function suspension(job: Job, status: JobStatus): JobStatus {
    const conditions = status.conditions ?? [];
    const nowMs = clock.now();
    const next = isSuspended(job)
      ? withCondition(conditions, newCondition('Suspended', 'JobSuspended', 'Job suspended', nowMs))
      : withCondition(conditions, newCondition('Suspended', 'JobResumed', 'Job resumed', nowMs, 'False'));
    if (next === conditions) return status;
    if (isSuspended(job)) {
      recorder.event(job, 'Normal', 'Suspended', 'Job suspended');
      return { ...status, conditions: next };
    }
    recorder.event(job, 'Normal', 'Resumed', 'Job resumed');
    return { ...status, conditions: next, startTime: rfc3339(nowMs) };
  }

  const flush = async (job: Job, status: JobStatus, signal: AbortSignal): Promise<Job> =>
    semanticEqual(job.status, status, STATUS) ? job : write.jobs.updateStatus({ ...job, status }, { signal });

  /** Writes down what has ended, releases it, and says how the Job ended when all is counted. */
  async function track(key: string, state: JobState, tracking: Tracking, signal: AbortSignal): Promise<void> {
    const flushed = await flush(state.job, tracking.status, signal);
    if (flushed !== state.job) backoffs.set(key, state.backoff);
    const held = trackedUids(state.pods);
    let error: unknown;
    for (const pod of tracking.release) {
      try {
        await removeFinalizer(client, pod, signal);
        held.delete(pod.metadata.uid ?? '');
      } catch (cause) {
        error ??= cause;
      }
    }
    const counted = countReleased(flushed.status ?? {}, held);
    const last = error === undefined && !tracking.more ? tracking.last : undefined;
    const ended = last && ending(counted, last, clock.now());
    const job = await flush(flushed, ended ?? counted, signal);
    if (error !== undefined) throw error;
    if (ended !== undefined && last !== undefined) report(job, last);
  }

  function report(job: Job, { type, reason = '', message = '' }: JobCondition): void {
    if (type === 'Failed') {
      recorder.event(job, 'Warning', reason, message);
      return;
    }
    if (job.spec?.completions !== undefined && (job.status?.succeeded ?? 0) > job.spec.completions) {
      const text = 'Too many succeeded pods running after completion count reached';
      recorder.event(job, 'Warning', 'TooManySucceededPods', text);
    }
    recorder.event(job, 'Normal', 'Completed', 'Job completed');
  }

  return createController(context, {
    name: 'job-controller',
    ...JOB_RETRY,
    informers: [jobs, pods],
    watch: (queue) => {
      const batched = (job: Job): void => queue.addAfter(objectKey(job), BATCH_MS);
      const own = (pod: Pod): boolean => {
        const owner = controllerOf(pod);
        if (owner?.kind !== 'Job') return owner !== undefined;
        const job = jobs.lister.get(owner.name, pod.metadata.namespace);
        if (job?.metadata.uid === owner.uid) batched(job);
        return true;
      };
      /** An orphan may belong to any Job of its namespace that selects it. */
      const offer = (pod: Pod): void => {
        for (const job of jobs.lister.list(pod.metadata.namespace)) {
          if (labelSelectorAsSelector(job.spec?.selector).matches(pod.metadata.labels ?? {})) batched(job);
        }
      };
      return [
        jobs.addHandler({
          onAdd: (job) => queue.add(objectKey(job)),
          onUpdate(job, old) {
            if (finishedCondition(job) !== undefined) queue.add(objectKey(job));
            else if (job.metadata.generation === old.metadata.generation) batched(job);
            else queue.add(objectKey(job));
          },
          onDelete: (job) => queue.add(objectKey(job)),
        }),
        pods.addHandler({
          onAdd: (pod) => own(pod) || offer(pod),
          onUpdate(pod, old) {
            if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) own(old);
            if (own(pod)) return;
            if (pod.metadata.labels !== old.metadata.labels || controllerOf(old) !== undefined) offer(pod);
          },
          onDelete: own,
        }),
      ];
    },
    async reconcile(key, signal): Promise<Result> {
      const job = jobs.lister.byKey(key);
      if (job === undefined || finishedCondition(job) !== undefined) {
        backoffs.delete(key);
        return DONE;
      }
      if (isManagedElsewhere(job)) return DONE;
      const nowMs = clock.now();
      const state = jobState(job, await ownPods(job, signal), backoffs.get(key) ?? NO_FAILURES, nowMs);
      let { outcome } = state;
      let status: JobStatus = { ...job.status };
      if (status.startTime === undefined && !isSuspended(job)) status = { ...status, startTime: rfc3339(nowMs) };
      let step: Step = { active: state.active.length, ready: state.ready, terminating: state.terminating };
      if (outcome !== undefined) {
        step = without(step, await remove(job, state.active, true, signal));
        // It has not ended while some of its Pods may still be made to run.
        if (step.active > 0) outcome = undefined;
      } else {
        step = await manage(state, signal);
        if (isComplete(state, step.active)) {
          const message = 'Reached expected number of succeeded pods';
          outcome = newCondition('SuccessCriteriaMet', 'CompletionsReached', message, nowMs);
        } else if (job.metadata.deletionTimestamp === undefined) status = suspension(job, status);
      }
      const { active, ready, terminating } = step;
      status = { ...status, active, ready, terminating };
      await track(key, state, trackPods(state, status, outcome, clock.now()), signal);
      if (step.error !== undefined) throw step.error;
      return again(outcome === undefined ? state.deadlineMs : undefined, step.waitMs);
    },
  });
}

interface Removed {
  /** Deleted, or gone already. */
  readonly count: number;
  readonly ready: number;
  readonly error?: StatusError;
}

interface Step {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly waitMs?: number;
  readonly error?: StatusError;
}

const without = ({ active, ready, terminating }: Step, removed: Removed): Step => ({
  active: active - removed.count,
  ready: ready - removed.ready,
  terminating: terminating + removed.count,
  ...(removed.error && { error: removed.error }),
});

/** Without completions, any success is enough once the others have ended. */
const isComplete = ({ job, succeeded }: JobState, active: number): boolean =>
  active === 0 && succeeded >= (job.spec?.completions ?? 1);

/** The status of a Job that has ended; undefined while Pods wait to be counted or have not gone. */
function ending(status: JobStatus, last: JobCondition, nowMs: number): JobStatus | undefined {
  const { uncountedTerminatedPods: { succeeded = [], failed = [] } = {}, terminating = 0, conditions = [] } = status;
  if (succeeded.length + failed.length + terminating > 0) return undefined;
  const { type, reason = '', message = '', lastTransitionTime } = last;
  return {
    ...status,
    conditions: withCondition(conditions, newCondition(type, reason, message, nowMs)),
    ...(type === 'Complete' && lastTransitionTime && { completionTime: lastTransitionTime }),
  };
}

/** A deadline is for what may never come: `idle()` does not wait for it. */
function again(deadlineMs: number | undefined, waitMs: number | undefined): Result {
  if (waitMs !== undefined) return { requeueAfterMs: Math.min(waitMs, deadlineMs ?? waitMs) };
  return deadlineMs === undefined ? DONE : { requeueAfterMs: deadlineMs, background: true };
}
