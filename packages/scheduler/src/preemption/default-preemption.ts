import { fitErrorText } from '../framework/fit-error.ts';
import type { NodeFilter } from '../framework/plugin.ts';
import type { Status } from '../framework/status.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { selectVictims, startTime, type Victims } from './select-victims.ts';

/** What became of the attempt to make room. */
export interface PreemptionResult {
  /** Appended to the refusal; '' when a node was found. */
  readonly message: string;
  /** '': what was nominated before no longer holds. Undefined: leave it as it is. */
  readonly nominatedNodeName?: string;
  readonly victims?: Victims;
}

export interface PreemptionRequest {
  readonly pod: PodInfo;
  readonly filters: readonly NodeFilter[];
  /** Nodes that refused in a way that the departure of Pods may change. */
  readonly candidates: readonly NodeInfo[];
  /** What a nominated node said, if it was among those that refused. */
  readonly nominatedNodeName: string | undefined;
  readonly nominatedNodeStatus: Status | undefined;
  /** Uniform in 0 … n-1: where to begin among the candidates. */
  readonly randomInt: (n: number) => number;
}

/**
 * DefaultPreemption: finds the node on which the least important Pods must go.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/preemption/preemption.go
 */
export function preempt(request: PreemptionRequest, snapshot: Snapshot): PreemptionResult {
  const ineligible = whyNotEligible(request, snapshot);
  if (ineligible !== undefined) return { message: `preemption: ${ineligible}` };
  const { pod, filters, candidates, randomInt } = request;
  const found: Victims[] = [];
  const statuses: Status[] = [];
  if (candidates.length > 0) {
    const wanted = candidatesWanted(candidates.length);
    const offset = randomInt(candidates.length);
    let unviolated = 0;
    for (let i = 0; i < candidates.length; i++) {
      const node = candidates[(offset + i) % candidates.length] as NodeInfo;
      const victims = selectVictims(filters, pod, node, snapshot);
      if ('code' in victims) {
        statuses.push(victims);
        continue;
      }
      // Nobody has to go: what refused the Pod was something else, which a second look does not see.
      if (victims.pods.length === 0) continue;
      found.push(victims);
      if (victims.violations === 0) unviolated++;
      if (unviolated > 0 && found.length >= wanted) break;
    }
  }
  if (found.length === 0) {
    const text = fitErrorText(snapshot.nodes.length, statuses, {
      absent: ['Preemption is not helpful for scheduling'],
    });
    return { message: `preemption: ${text}`, nominatedNodeName: '' };
  }
  const best = pickOne(found);
  return { message: '', nominatedNodeName: best.node.name, victims: best };
}

/** A tenth of the nodes, at least a hundred. */
const candidatesWanted = (nodes: number): number => Math.min(nodes, Math.max(100, Math.trunc(nodes / 10)));

function whyNotEligible(
  { pod, nominatedNodeName, nominatedNodeStatus }: PreemptionRequest,
  snapshot: Snapshot,
): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  if (!nominatedNodeName || nominatedNodeStatus?.code === 'UnschedulableAndUnresolvable') return undefined;
  const node = snapshot.node(nominatedNodeName);
  for (const other of node?.pods.values() ?? []) {
    if (other.priority < pod.priority && isBeingPreempted(other))
      return 'not eligible due to a terminating pod on the nominated node.';
  }
  return undefined;
}

const isBeingPreempted = ({ terminating, pod }: PodInfo): boolean =>
  terminating &&
  pod.status?.conditions?.some(
    ({ type, status, reason }) =>
      type === 'DisruptionTarget' && status === 'True' && reason === 'PreemptionByScheduler',
  ) === true;

/**
 * The fewest broken budgets; then the least important victim on top; then the smallest sum of priorities; then the
 * fewest victims; then the one whose top victims started last.
 */
function pickOne(candidates: readonly Victims[]): Victims {
  let left = candidates;
  for (const score of SCORES) {
    if (left.length === 1) break;
    const scores = left.map(score);
    left = left.filter((_candidate, i) => !scores.some((other) => other > (scores[i] ?? other)));
  }
  return left[0] as Victims;
}

const SCORES: readonly ((victims: Victims) => number | string)[] = [
  ({ violations }) => -violations,
  ({ pods }) => -(pods[0]?.priority ?? 0),
  ({ pods }) => -pods.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
  ({ pods }) => -pods.length,
  ({ pods }) => {
    const top = pods[0]?.priority;
    let earliest = '~';
    for (const pod of pods) if (pod.priority === top && startTime(pod) < earliest) earliest = startTime(pod);
    return earliest;
  },
];
