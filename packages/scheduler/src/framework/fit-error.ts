import type { Status } from './status.ts';

/**
 * The text of a refusal: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.`
 *
 * @param absent what is said of the nodes that `statuses` leaves out
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/types.go FitError
 */
export function fitErrorText(
  nodeCount: number,
  statuses: readonly Status[],
  { absent = [], preFilter = '', postFilter = '' }: FitErrorParts = {},
): string {
  let text = `0/${nodeCount} nodes are available:`;
  if (preFilter !== '') {
    text += ` ${preFilter}.`;
  } else {
    const reasons = histogram(nodeCount, statuses, absent);
    if (reasons.length > 0) text += ` ${reasons.join(', ')}.`;
  }
  return postFilter === '' ? text : `${text} ${postFilter}`;
}

export interface FitErrorParts {
  /** Reasons that hold for each node without a status of its own. */
  readonly absent?: readonly string[];
  /** What a PreFilter said; it replaces the reasons of the nodes. */
  readonly preFilter?: string;
  readonly postFilter?: string;
}

/** `count reason`, sorted as text: `10 b` comes before `2 a`. */
function histogram(nodeCount: number, statuses: readonly Status[], absent: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const { reasons } of statuses) {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const rest = nodeCount - statuses.length;
  if (rest > 0) for (const reason of absent) counts.set(reason, (counts.get(reason) ?? 0) + rest);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
}
