import type { Job } from '@tabernetes/api/types/batch-v1';
import type { Container, Pod, PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { podFromTemplate } from '../pods/pod-from-template.ts';
import { isReady, readySince, restartsOf } from '../pods/pod-state.ts';
import { finishedMs, remainingMs } from './backoff.ts';
import { failureVerdict } from './failure-policy.ts';
import { completionIndexOf, firstMissing, indexesOf, mergeIndexes, withIndexes } from './indexes.ts';
import {
  COMPLETION_INDEX,
  isIndexed,
  isPodTerminating,
  isSuspended,
  replacesOnlyFailed,
  TRACKING_FINALIZER,
} from './job-shape.ts';
import { allFailures, failureCount, INDEX_FAILURES, INDEX_IGNORED_FAILURES, type JobState } from './job-state.ts';

/** How many Pods one turn makes or deletes at most. */
const BURST = 500;
/** generateName is cut here, so that a suffix fits. */
const MAX_PREFIX = 58;
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

/** Deletes some, makes some, or waits: one of them in one turn. */
export type PodPlan =
  | { readonly type: 'remove'; readonly pods: readonly Pod[] }
  /** One per Pod; of an Indexed Job its index. */
  | { readonly type: 'create'; readonly indexes: readonly (number | undefined)[] }
  /** Pods have failed, and it is too early to replace them. */
  | { readonly type: 'wait'; readonly delayMs: number }
  | { readonly type: 'nothing' };

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/job/job_controller.go manageJob */
export function planPods(state: JobState, nowMs: number): PodPlan {
  const { job, active, terminating } = state;
  const wanted = isSuspended(job) ? 0 : wantedActive(state);
  const surplus = podsForRemoval(job, active, Math.max(0, active.length - wanted));
  if (surplus.length > 0) return { type: 'remove', pods: isSuspended(job) ? surplus : surplus.slice(0, BURST) };

  const missing = wanted - (replacesOnlyFailed(job) ? terminating : 0) - active.length;
  if (missing <= 0) return { type: 'nothing' };
  const perIndex = job.spec?.backoffLimitPerIndex !== undefined;
  const delayMs = perIndex ? 0 : remainingMs(state.backoff, nowMs);
  if (delayMs > 0) return { type: 'wait', delayMs };
  const count = Math.min(missing, BURST);
  return isIndexed(job)
    ? planIndexes(state, count, nowMs)
    : { type: 'create', indexes: Array<undefined>(count).fill(undefined) };
}

/** What a Pod of a Job is made of; of an Indexed Job it can tell its index from its environment. */
export function jobPodTemplate(job: Job): PodTemplateSpec {
  const { template } = job.spec ?? { template: {} };
  const finalizers = template.metadata?.finalizers ?? [];
  const metadata = {
    ...template.metadata,
    finalizers: finalizers.includes(TRACKING_FINALIZER) ? finalizers : [...finalizers, TRACKING_FINALIZER],
  };
  const { spec } = template;
  if (!isIndexed(job) || spec === undefined) return { ...template, metadata };
  return {
    metadata,
    spec: {
      ...spec,
      ...(spec.initContainers && { initContainers: spec.initContainers.map(withIndexVariable) }),
      containers: spec.containers.map(withIndexVariable),
    },
  };
}

/** `replaced`: with backoffLimitPerIndex, the Pod of the same index that failed; its failures are counted on. */
export function jobPod(job: Job, template: PodTemplateSpec, index: number | undefined, replaced?: Pod): Pod {
  const pod = podFromTemplate(template, job);
  if (index === undefined) return pod;
  const { name = '' } = job.metadata;
  const suffix = `-${index}-`;
  const { labels, annotations } = pod.metadata;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${name.slice(0, MAX_PREFIX - suffix.length)}${suffix}`,
      labels: { ...labels, [COMPLETION_INDEX]: `${index}` },
      annotations: {
        ...annotations,
        [COMPLETION_INDEX]: `${index}`,
        ...(job.spec?.backoffLimitPerIndex !== undefined && failureAnnotations(job, replaced)),
      },
    },
    spec: { ...pod.spec, containers: pod.spec?.containers ?? [], hostname: `${name}-${index}` },
  };
}

/**
 * Which Pods an Indexed Job has twice, or has no use for, and `least` in all: those that are worth least first.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/controller_utils.go ActivePods
 */
export function podsForRemoval(job: Job, active: readonly Pod[], least: number): readonly Pod[] {
  const { surplus, left } = isIndexed(job) ? splitByIndex(job, active) : { surplus: [], left: active };
  const more = least - surplus.length;
  return more <= 0 ? surplus : [...surplus, ...[...left].sort(byWorth).slice(0, more)];
}

function wantedActive({ job, active, succeeded }: JobState): number {
  const { completions, parallelism = 1 } = job.spec ?? {};
  // Without completions the first success is the end: those that run may finish, and no more are made.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

function planIndexes({ job, pods, active, indexes }: JobState, count: number, nowMs: number): PodPlan {
  if (indexes === undefined) return { type: 'nothing' };
  let taken = withIndexes(indexes.succeeded, indexesOf(active));
  if (replacesOnlyFailed(job)) taken = withIndexes(taken, indexesOf(pods.filter(isPodTerminating)));
  if (indexes.failed !== undefined) taken = mergeIndexes(taken, indexes.failed);
  const pending = firstMissing(taken, count, job.spec?.completions ?? 0);
  const waits = pending.map((index) => indexDelayMs(indexes.awaiting.get(index), nowMs));
  const due = pending.filter((_, i) => waits[i] === 0);
  if (due.length > 0 || pending.length === 0) return { type: 'create', indexes: due };
  return { type: 'wait', delayMs: Math.min(...waits) };
}

/** With backoffLimitPerIndex every index has a back-off of its own. */
function indexDelayMs(failed: Pod | undefined, nowMs: number): number {
  if (failed === undefined) return 0;
  return remainingMs({ failures: allFailures(failed) + 1, lastFailureMs: finishedMs(failed) }, nowMs);
}

function failureAnnotations(job: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (replaced === undefined) return { [INDEX_FAILURES]: '0' };
  const { counts } = failureVerdict(job, replaced);
  const failures = failureCount(replaced, INDEX_FAILURES) + (counts ? 1 : 0);
  const ignored = failureCount(replaced, INDEX_IGNORED_FAILURES) + (counts ? 0 : 1);
  return { [INDEX_FAILURES]: `${failures}`, ...(ignored > 0 && { [INDEX_IGNORED_FAILURES]: `${ignored}` }) };
}

function withIndexVariable(container: Container): Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === INDEX_VARIABLE)) return container;
  const valueFrom = { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } };
  return { ...container, env: [...env, { name: INDEX_VARIABLE, valueFrom }] };
}

/** Of the Pods of one index the most valuable stays; those without a valid index go. */
function splitByIndex(
  { spec }: Job,
  active: readonly Pod[],
): { readonly surplus: readonly Pod[]; readonly left: readonly Pod[] } {
  const groups = new Map<number, Pod[]>();
  const surplus: Pod[] = [];
  for (const pod of active) {
    const index = completionIndexOf(pod);
    const group = groups.get(index ?? -1);
    if (index === undefined || index >= (spec?.completions ?? 0)) surplus.push(pod);
    else if (group === undefined) groups.set(index, [pod]);
    else group.push(pod);
  }
  const left: Pod[] = [];
  for (const group of groups.values()) {
    group.sort(byWorth);
    surplus.push(...group.slice(0, -1));
    left.push(...group.slice(-1));
  }
  return { surplus, left };
}

const PHASES = ['Pending', 'Unknown', 'Running'];

/** Not on a node; pending; not ready; ready for a shorter time; restarted more often; younger. */
function byWorth(a: Pod, b: Pod): number {
  const [x, y] = [restartsOf(a), restartsOf(b)];
  return (
    Number(assigned(a)) - Number(assigned(b)) ||
    PHASES.indexOf(a.status?.phase ?? '') - PHASES.indexOf(b.status?.phase ?? '') ||
    Number(isReady(a)) - Number(isReady(b)) ||
    (readySince(b) ?? 0) - (readySince(a) ?? 0) ||
    y.containers - x.containers ||
    y.sidecars - x.sidecars ||
    createdMs(b) - createdMs(a)
  );
}

const assigned = ({ spec }: Pod): boolean => (spec?.nodeName ?? '') !== '';
const createdMs = ({ metadata }: Pod): number => Date.parse(metadata.creationTimestamp ?? '');
