import type { Draft } from '@tabernetes/apimachinery';
import type { Pod, PodCondition, PodStatus } from '../generated/core-v1.ts';

/** The condition of this type, if the Pod has one. */
export const podCondition = (status: PodStatus | undefined, type: string): PodCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

/** True when the Pod serves: its Ready condition says so. */
export const isPodReady = ({ status }: Pod): boolean => podCondition(status, 'Ready')?.status === 'True';

/**
 * Sets a condition; the time of its last transition stays when its status does. `now` is RFC 3339 in seconds. False:
 * the Pod had it so already.
 */
export function setPodCondition(status: Draft<PodStatus>, now: string, condition: PodCondition): boolean {
  status.conditions ??= [];
  const at = status.conditions.findIndex(({ type }) => type === condition.type);
  const old = status.conditions[at];
  const lastTransitionTime = old && old.status === condition.status ? (old.lastTransitionTime ?? now) : now;
  const next = { ...condition, lastTransitionTime };
  if (!old) {
    status.conditions.push(next);
    return true;
  }
  status.conditions[at] = next;
  return (
    old.status !== next.status ||
    (old.reason ?? '') !== (next.reason ?? '') ||
    (old.message ?? '') !== (next.message ?? '') ||
    old.lastProbeTime !== next.lastProbeTime ||
    old.lastTransitionTime !== next.lastTransitionTime
  );
}
