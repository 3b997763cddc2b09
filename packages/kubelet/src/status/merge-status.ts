import type { PodCondition, PodStatus } from '@tabernetes/api/types/core-v1';
import { isTerminalPhase } from '../pod/pod-view.ts';
import { KUBELET_CONDITIONS } from './pod-conditions.ts';

/**
 * The kubelet's status over what the API has: conditions of others stay, and a Pod does not end before its containers have.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/status/status_manager.go mergePodStatus
 */
export function mergeStatus(stored: PodStatus, own: PodStatus, mayRun: boolean): PodStatus {
  const ending = !isTerminalPhase(stored.phase) && isTerminalPhase(own.phase);
  const conditions: PodCondition[] = (stored.conditions ?? []).filter(({ type }) => !KUBELET_CONDITIONS.has(type));
  for (const condition of own.conditions ?? []) {
    if (KUBELET_CONDITIONS.has(condition.type)) conditions.push(condition);
    else if (condition.type === 'DisruptionTarget' && ending && !mayRun) {
      const at = conditions.findIndex(({ type }) => type === condition.type);
      if (at < 0) conditions.push(condition);
      else conditions[at] = condition;
    }
  }
  const merged: { -readonly [K in keyof PodStatus]: PodStatus[K] } = { ...own, conditions };
  if (conditions.length === 0) delete merged.conditions;
  if (ending && mayRun) {
    put(merged, 'phase', stored.phase);
    put(merged, 'reason', stored.reason);
    put(merged, 'message', stored.message);
  }
  for (const key of NOT_OURS) put(merged, key, stored[key]);
  if (isTerminalPhase(merged.phase)) {
    const reason = merged.phase === 'Failed' ? 'PodFailed' : 'PodCompleted';
    merged.conditions = merged.conditions?.map((c) =>
      (c.type === 'Ready' || c.type === 'ContainersReady') && c.status === 'True'
        ? {
            type: c.type,
            status: 'False',
            reason,
            ...(c.lastTransitionTime && { lastTransitionTime: c.lastTransitionTime }),
          }
        : c,
    );
  }
  return merged;
}

const NOT_OURS = ['qosClass', 'nominatedNodeName', 'resourceClaimStatuses', 'resize'] as const;

type Draft = { -readonly [K in keyof PodStatus]: PodStatus[K] };

function put<K extends keyof PodStatus>(draft: Draft, key: K, value: PodStatus[K] | undefined): void {
  if (value === undefined) delete draft[key];
  else draft[key] = value;
}

/** What has to be sent so that the stored status becomes the other one; undefined: nothing. A null takes a field away. */
export function statusPatch(stored: PodStatus, wanted: PodStatus): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  let changed = false;
  for (const key of new Set([...Object.keys(stored), ...Object.keys(wanted)]) as Set<keyof PodStatus>) {
    const next = wanted[key];
    if (sameValue(stored[key], next)) continue;
    patch[key] = next ?? null;
    changed = true;
  }
  return changed ? patch : undefined;
}

/** Whether two JSON values are the same; what is undefined or null is not there. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b || (a ?? b ?? undefined) === undefined) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key in left) if (!sameValue(left[key], right[key])) return false;
  for (const key in right) if ((right[key] ?? undefined) !== undefined && left[key] === undefined) return false;
  return true;
}
