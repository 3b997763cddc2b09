import type { Job, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule } from '@tabernetes/api/types/batch-v1';
import type { ContainerStatus, Pod } from '@tabernetes/api/types/core-v1';
import { isPodFailed } from './job-shape.ts';

/** What a Job's podFailurePolicy makes of a Pod that has failed. */
export interface FailureVerdict {
  /** Undefined: no rule matches, so it counts. */
  readonly action?: string;
  /** It counts towards backoffLimit. */
  readonly counts: boolean;
  /** Why the whole Job fails, of `FailJob`. */
  readonly message?: string;
}

/** The first rule that matches decides. @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/job/pod_failure_policy.go */
export function failureVerdict({ spec }: Job, pod: Pod): FailureVerdict {
  for (const [index, rule] of (spec?.podFailurePolicy?.rules ?? []).entries()) {
    const what = matched(rule, pod);
    if (what === undefined) continue;
    const { action } = rule;
    if (action === 'Ignore') return { action, counts: false };
    if (action === 'FailJob') {
      return { action, counts: true, message: `${what} matching ${action} rule at index ${index}` };
    }
    if (action === 'Count' || action === 'FailIndex') return { action, counts: true };
  }
  return { counts: true };
}

/** Why a Pod makes the whole Job fail, if one does. */
export function failJobMessage(job: Job, pods: readonly Pod[]): string | undefined {
  if (job.spec?.podFailurePolicy === undefined) return undefined;
  for (const pod of pods) {
    const message = isPodFailed(pod, job) ? failureVerdict(job, pod).message : undefined;
    if (message !== undefined) return message;
  }
  return undefined;
}

/** What it was that matched, as the message names it. */
function matched({ onExitCodes, onPodConditions = [] }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if (onExitCodes !== undefined) {
    const container =
      pod.status?.containerStatuses?.find((c) => exitMatches(c, onExitCodes)) ??
      pod.status?.initContainerStatuses?.find((c) => exitMatches(c, onExitCodes));
    return (
      container &&
      `Container ${container.name} for pod ${name} failed with exit code ${container.state?.terminated?.exitCode}`
    );
  }
  const condition = pod.status?.conditions?.find((c) =>
    onPodConditions.some(({ type, status }) => c.type === type && c.status === status),
  );
  return condition && `Pod ${name} has condition ${condition.type}`;
}

function exitMatches(
  { name, state }: ContainerStatus,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
): boolean {
  const exitCode = state?.terminated?.exitCode ?? 0;
  if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false;
  return values.includes(exitCode) === (operator === 'In');
}
