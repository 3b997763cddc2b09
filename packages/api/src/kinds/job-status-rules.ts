import {
  duplicate,
  type FieldError,
  GoText,
  invalid,
  OMITTED,
  required,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { Job } from '../generated/batch-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { nonNegative } from '../pod/rules.ts';
import { schemaOf } from '../schema/schemas.ts';
import { countIndexes, overlapProblem } from './rules/job-indexes.ts';

/*
 * Rules of a change of a Job's status. A Job may be somebody else's to manage (`spec.managedBy`), so what clients rely on
 * is enforced here; but only on what the write changes, so that an old flaw does not block it.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/batch/job/strategy.go getStatusValidationOptions
 */
export function validateJobStatusUpdate(job: Job, old: Job): readonly FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (what: string, value: unknown, detail: string): void => {
    errors.push(invalid(`status.${what}`, value, detail));
  };
  amountErrors(errors, job);
  conditionErrors(outcomeRules(job, old), refuse);
  timeErrors(errors, job, old, refuse);
  conditionErrors(reasonRules(job, old), refuse);
  finishedErrors(errors, job, old, refuse);
  indexErrors(job, old, refuse);
  podErrors(job, old, refuse);
  conditionErrors(successRules(job), refuse);
  transitionErrors(errors, job, old, refuse);
  return errors;
}

type Refuse = (what: string, value: unknown, detail: string) => void;

const UNCOUNTED = schemaOf('io.k8s.api.batch.v1.UncountedTerminatedPods');

const has = ({ status: { conditions = [] } = {} }: Job, type: string, status = 'True'): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === status);
const isFinished = (job: Job): boolean => has(job, 'Complete') || has(job, 'Failed');
const flips = (job: Job, old: Job, type: string): boolean => has(job, type) !== has(old, type);
const changed = (a: unknown, b: unknown): boolean => a !== b;
const activeChanged = (job: Job, old: Job): boolean => (job.status?.active ?? 0) !== (old.status?.active ?? 0);

function amountErrors(errors: FieldError[], { status = {} }: Job): void {
  for (const name of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) {
    nonNegative(errors, `status.${name}`, status[name]);
  }
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    for (const [i, uid] of (status.uncountedTerminatedPods?.[list] ?? []).entries()) {
      const field = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === '') errors.push(invalid(field, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicate(field, uid));
      seen.add(uid);
    }
  }
}

/** Conditions that exclude or need each other: what may not be, and how it is told. */
type ConditionRules = readonly (readonly [boolean, string])[];

function conditionErrors(rules: ConditionRules, refuse: Refuse): void {
  for (const [broken, detail] of rules) if (broken) refuse('conditions', OMITTED, detail);
}

function outcomeRules(job: Job, old: Job): ConditionRules {
  const flipped = (...types: readonly string[]): boolean => types.some((type) => flips(job, old, type));
  return [
    [
      flipped('Complete', 'Failed') && has(job, 'Complete') && has(job, 'Failed'),
      'cannot set Complete=True and Failed=true conditions',
    ],
    [
      flipped('Complete', 'FailureTarget') && has(job, 'Complete') && has(job, 'FailureTarget'),
      'cannot set Complete=True and FailureTarget=true conditions',
    ],
  ];
}

function reasonRules(job: Job, old: Job): ConditionRules {
  const flipped = (...types: readonly string[]): boolean => types.some((type) => flips(job, old, type));
  const failed = flipped('Failed') || job.status?.failedIndexes !== old.status?.failedIndexes;
  return [
    [
      failed && has(job, 'Failed') && !has(job, 'FailureTarget'),
      'cannot set Failed=True condition without the FailureTarget=true condition',
    ],
    [
      flipped('Complete', 'SuccessCriteriaMet') && has(job, 'Complete') && !has(job, 'SuccessCriteriaMet'),
      'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
    ],
  ];
}

function successRules(job: Job): ConditionRules {
  return [
    [
      has(job, 'SuccessCriteriaMet') && has(job, 'Failed'),
      'cannot set SuccessCriteriaMet=True and Failed=true conditions',
    ],
    [
      has(job, 'SuccessCriteriaMet') && has(job, 'FailureTarget'),
      'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
    ],
    [
      job.spec?.successPolicy !== undefined && !has(job, 'SuccessCriteriaMet') && has(job, 'Complete'),
      'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
    ],
  ];
}

function timeErrors(errors: FieldError[], job: Job, old: Job, refuse: Refuse): void {
  const { startTime, completionTime } = job.status ?? {};
  const started = changed(startTime, old.status?.startTime);
  const completed = changed(completionTime, old.status?.completionTime);
  const complete = has(job, 'Complete');
  if (flips(job, old, 'Complete') || completed) {
    if (completionTime && !complete) {
      refuse(
        'completionTime',
        goTime(completionTime),
        'cannot set completionTime when there is no Complete=True condition',
      );
    }
    if (!completionTime && complete) {
      errors.push(required('status.completionTime', 'completionTime is required for Complete jobs'));
    }
  }
  if ((started || completed) && startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime)) {
    refuse('completionTime', goTime(completionTime), 'completionTime cannot be set before startTime');
  }
}

/** A finished Job has no Pods left and has been started. */
function finishedErrors(errors: FieldError[], job: Job, old: Job, refuse: Refuse): void {
  if (!isFinished(job)) return;
  const { status = {} } = job;
  const before = old.status ?? {};
  const ended = !isFinished(old);
  if ((ended || activeChanged(job, old)) && (status.active ?? 0) > 0) {
    refuse('active', status.active, 'active>0 is invalid for finished job');
  }
  const startsNever = job.spec?.suspend === true && job.spec.completions === 0;
  if ((ended || changed(status.startTime, before.startTime)) && !startsNever && !status.startTime) {
    errors.push(required('status.startTime', 'startTime is required for finished job'));
  }
  const { uncountedTerminatedPods: pods } = status;
  const uncounted = (pods?.failed?.length ?? 0) + (pods?.succeeded?.length ?? 0);
  if ((ended || !semanticEqual(pods, before.uncountedTerminatedPods, UNCOUNTED)) && uncounted > 0) {
    refuse(
      'uncountedTerminatedPods',
      dumpGo('batch.UncountedTerminatedPods', pods),
      'uncountedTerminatedPods needs to be empty for finished job',
    );
  }
}

/** Pods that are counted in a state. */
function podErrors(job: Job, old: Job, refuse: Refuse): void {
  const { active = 0, ready, terminating = 0 } = job.status ?? {};
  const ended = isFinished(job) !== isFinished(old);
  if ((ended || changed(terminating, old.status?.terminating ?? 0)) && terminating > 0 && isFinished(job)) {
    refuse('terminating', terminating, 'terminating>0 is invalid for finished job');
  }
  if ((changed(ready, old.status?.ready) || activeChanged(job, old)) && ready !== undefined && ready > active) {
    refuse('ready', ready, 'cannot set more ready pods than active');
  }
}

function indexErrors({ spec, status = {} }: Job, old: Job, refuse: Refuse): void {
  const { completions, backoffLimitPerIndex } = spec ?? {};
  const { completedIndexes: completed = '', failedIndexes: failed } = status;
  const before = old.status ?? {};
  const completedChanged = completed !== (before.completedIndexes ?? '');
  const failedChanged = failed !== before.failedIndexes;
  if (completedChanged && completions !== undefined) {
    const counted = countIndexes(completed, completions);
    if (typeof counted === 'string')
      refuse('completedIndexes', completed, `error parsing completedIndexes: ${counted}`);
  }
  if (failedChanged && completions !== undefined && backoffLimitPerIndex !== undefined && failed !== undefined) {
    const counted = countIndexes(failed, completions);
    if (typeof counted === 'string') refuse('failedIndexes', failed, `error parsing failedIndexes: ${counted}`);
  }
  if (completedChanged && completed !== '' && spec?.completionMode !== 'Indexed') {
    refuse('completedIndexes', completed, 'cannot set non-empty completedIndexes when non-indexed completion mode');
  }
  if (failedChanged && failed !== undefined && backoffLimitPerIndex === undefined) {
    refuse('failedIndexes', failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  }
  if ((completedChanged || failedChanged) && completions !== undefined && failed !== undefined) {
    const overlap = overlapProblem(completed, failed, completions);
    if (overlap !== undefined) refuse('failedIndexes', failed, overlap);
  }
}

/** What may not be taken back. */
function transitionErrors(errors: FieldError[], job: Job, old: Job, refuse: Refuse): void {
  const { status = {}, spec } = job;
  const before = old.status ?? {};
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (has(old, type) && !has(job, type))
      refuse('conditions', OMITTED, `cannot disable the terminal ${type}=True condition`);
  }
  if ((status.failed ?? 0) < (before.failed ?? 0))
    refuse('failed', status.failed ?? 0, 'cannot decrease the failed counter');
  // An Indexed Job whose completions equal its parallelism can be scaled down.
  const scalable = spec?.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!scalable && (status.succeeded ?? 0) < (before.succeeded ?? 0)) {
    refuse('succeeded', status.succeeded ?? 0, 'cannot decrease the succeeded counter');
  }
  const { completionTime } = status;
  if (completionTime && before.completionTime && completionTime !== before.completionTime) {
    refuse('completionTime', goTime(completionTime), 'completionTime cannot be mutated');
  }
  // Whoever takes a Job up again sets its time anew.
  const resumes = has(old, 'Suspended') && has(job, 'Suspended', 'False');
  if (before.startTime && status.startTime !== before.startTime && spec?.suspend !== true && !resumes) {
    errors.push(required('status.startTime', 'startTime cannot be removed for unsuspended job'));
  }
  if (has(old, 'SuccessCriteriaMet') && !has(job, 'SuccessCriteriaMet')) {
    refuse('conditions', OMITTED, 'cannot disable the SuccessCriteriaMet=True condition');
  }
  if (has(old, 'Complete') && !has(old, 'SuccessCriteriaMet') && has(job, 'SuccessCriteriaMet')) {
    const detail = 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions';
    refuse('conditions', OMITTED, detail);
  }
}

/** Times print as Go's Time.String does. */
const goTime = (time: string): GoText => new GoText(`${time.replace('T', ' ').replace('Z', '')} +0000 UTC`);
