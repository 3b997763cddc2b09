import type { Deployment } from '@tabernetes/api/types/apps-v1';
import type { IntOrString } from '@tabernetes/apimachinery';

export const replicasOf = ({ spec }: { readonly spec?: { readonly replicas?: number } }): number => spec?.replicas ?? 1;

export const isRollingUpdate = (d: Deployment): boolean => d.spec?.strategy?.type === 'RollingUpdate';

/** How many Pods above `replicas` a rolling update may have. */
export function maxSurgeOf(d: Deployment): number {
  return isRollingUpdate(d) ? fenceposts(d).surge : 0;
}

/** How many Pods below `replicas` it may have, never more than `replicas`. */
export function maxUnavailableOf(d: Deployment): number {
  const replicas = replicasOf(d);
  return !isRollingUpdate(d) || replicas === 0 ? 0 : Math.min(fenceposts(d).unavailable, replicas);
}

/** Percentages of surge round up, of unavailable down; when both come out as 0 nothing could move, so one may be unavailable. */
function fenceposts(d: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge = 0, maxUnavailable = 0 } = d.spec?.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(d);
  const surge = scaled(maxSurge, replicas, Math.ceil);
  const unavailable = scaled(maxUnavailable, replicas, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function scaled(value: IntOrString, total: number, round: (n: number) => number): number {
  if (typeof value === 'number') return value;
  return round((Number.parseInt(value, 10) * total) / 100);
}

/** math.MaxInt32 stands for no deadline. */
export const hasProgressDeadline = (d: Deployment): boolean => {
  const seconds = d.spec?.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== 2_147_483_647;
};
export const hasRevisionHistoryLimit = (d: Deployment): boolean => {
  const limit = d.spec?.revisionHistoryLimit;
  return limit !== undefined && limit !== 2_147_483_647;
};
