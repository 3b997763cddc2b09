import type { Draft } from '@tabernetes/apimachinery';
import type { Pod, PodCondition, PodStatus } from '../generated/core-v1.ts';

/** The condition of this type, if the Pod has one. */
export const podCondition = (status: PodStatus | undefined, type: string): PodCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

/** True when the Pod serves: its Ready condition says so. */
export const isPodReady = ({ status }: Pod): boolean => podCondition(status, 'Ready')?.status === 'True';

/**
 * Sets a condition, in a new list: the one that is there may be stored. The time of its last transition stays when its status does.
 * `now` is RFC 3339 in seconds. False: the Pod had it so already.
 */
export function setPodCondition(
  status: Draft<PodStatus>,
  now: string,
  condition: Omit<PodCondition, 'lastTransitionTime'>,
): boolean {
  const conditions = status.conditions?.slice() ?? [];
  status.conditions = conditions;
  const at = conditions.findIndex(({ type }) => type === condition.type);
  const old = conditions[at];
  const lastTransitionTime = old && old.status === condition.status ? (old.lastTransitionTime ?? now) : now;
  // What is new stands first: what is added to a spread copy gives every object a layout of its own.
  const next = { lastTransitionTime, ...condition };
  if (!old) {
    conditions.push(next);
    return true;
  }
  conditions[at] = next;
  return (
    old.status !== next.status ||
    (old.reason ?? '') !== (next.reason ?? '') ||
    (old.message ?? '') !== (next.message ?? '') ||
    old.lastProbeTime !== next.lastProbeTime ||
    old.lastTransitionTime !== next.lastTransitionTime
  );
}
