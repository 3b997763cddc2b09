import type { Job, JobCondition } from '@tabernetes/api/types/batch-v1';
import { rfc3339 } from '@tabernetes/apimachinery';

export function newCondition(
  type: string,
  reason: string,
  message: string,
  nowMs: number,
  status = 'True',
): JobCondition {
  const now = rfc3339(nowMs);
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

/** The condition of this type, if it is true. */
export const trueCondition = ({ status }: Job, type: string): JobCondition | undefined =>
  status?.conditions?.find((c) => c.type === type && c.status === 'True');

/** `Complete` or `Failed`, once it is either. */
export const finishedCondition = ({ status }: Job): JobCondition | undefined =>
  status?.conditions?.find((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True');

/** The same list if nothing changes. What has never been true is not said to be false. */
export function withCondition(conditions: readonly JobCondition[], condition: JobCondition): readonly JobCondition[] {
  const at = conditions.findIndex((c) => c.type === condition.type);
  const before = conditions[at];
  if (before === undefined) return condition.status === 'False' ? conditions : [...conditions, condition];
  const same =
    before.status === condition.status && before.reason === condition.reason && before.message === condition.message;
  return same ? conditions : conditions.with(at, condition);
}
