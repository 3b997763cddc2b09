import type { DaemonSet } from '@tabernetes/api/types/apps-v1';
import type { IntOrString } from '@tabernetes/apimachinery';

const isRolling = ({ spec }: DaemonSet): boolean => spec?.updateStrategy?.type === 'RollingUpdate';

/** A node may have an old and a new Pod at once. */
export const allowsSurge = (ds: DaemonSet): boolean => surgeOf(ds, 1) > 0;

const surgeOf = (ds: DaemonSet, nodes: number): number =>
  isRolling(ds) ? scaled(ds.spec?.updateStrategy?.rollingUpdate?.maxSurge, nodes) : 0;

/** How many nodes of `nodes` may have a Pod too many, or none that is available. */
export function rollingLimits(
  ds: DaemonSet,
  nodes: number,
): { readonly maxSurge: number; readonly maxUnavailable: number } {
  const maxSurge = surgeOf(ds, nodes);
  const maxUnavailable = isRolling(ds) ? scaled(ds.spec?.updateStrategy?.rollingUpdate?.maxUnavailable, nodes) : 0;
  // Nothing could move.
  if (nodes > 0 && maxSurge === 0 && maxUnavailable === 0) return { maxSurge, maxUnavailable: 1 };
  return { maxSurge, maxUnavailable };
}

/** Percentages round up, both of them. */
function scaled(value: IntOrString = 0, total: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * total) / 100);
}
