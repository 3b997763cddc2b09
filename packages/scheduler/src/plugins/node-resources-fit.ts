import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { ClusterEvent } from '../framework/events.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type Status, unschedulable } from '../framework/status.ts';
import { NodeInfo } from '../snapshot/node-info.ts';
import { PodInfo } from '../snapshot/pod-info.ts';
import { type ResourceScoring, resourceScorers, scoringFunction } from './resource-scoring.ts';

const NAME = 'NodeResourcesFit';
/** By bit of what is short. */
const REASONS = ['Too many pods', 'Insufficient cpu', 'Insufficient memory', 'Insufficient ephemeral-storage'];

/** Which nodes have left what the Pod requests, and how full they would be then. Default strategy: LeastAllocated. */
export function nodeResourcesFit(scoring: ResourceScoring = {}): Plugin {
  const scorerOf = resourceScorers('nonZero', scoring.resources ?? DEFAULT_RESOURCES, scoringFunction(scoring));
  return {
    name: NAME,
    requeueOn: [
      { resource: 'AssignedPod', actions: ['Delete', 'UpdatePodScaleDown'], helps: freesWhatIsRequested },
      { resource: 'Pod', actions: ['UpdatePodScaleDown'] },
      { resource: 'Node', actions: ['Add', 'UpdateNodeAllocatable'], helps: offersMore },
    ],
    preFilter({ requests }) {
      const { values, scalars } = requests;
      const [cpu = 0, memory = 0, ephemeral = 0] = values;
      return {
        filter(node) {
          const { freeAt } = node;
          const free = node.free.values;
          let short = (free[freeAt + 3] ?? 0) < 1 ? 1 : 0;
          // 0, 1, 2: cpu, memory, ephemeral storage. A zero request fits even an overcommitted node.
          if (cpu > 0 && cpu > (free[freeAt] ?? 0)) short |= 2;
          if (memory > 0 && memory > (free[freeAt + 1] ?? 0)) short |= 4;
          if (ephemeral > 0 && ephemeral > (free[freeAt + 2] ?? 0)) short |= 8;
          if (scalars !== undefined) return shortOfScalars(scalars, node, short);
          return short === 0 ? undefined : refusal(short);
        },
      };
    },
    preScore: (pod) => scorerOf(pod.nonZero),
  };
}

export const DEFAULT_RESOURCES = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
] as const;

/** One status for each set of what is short. */
const refusals: (Status | undefined)[] = [];

function refusal(short: number): Status {
  const known = refusals[short];
  if (known !== undefined) return known;
  const made = unschedulable(NAME, ...reasons(short));
  refusals[short] = made;
  return made;
}

const reasons = (short: number): string[] => REASONS.filter((_reason, bit) => (short & (1 << bit)) !== 0);

function shortOfScalars(
  wanted: ReadonlyMap<string, number>,
  { allocatable, requested }: NodeInfo,
  short: number,
): Status | undefined {
  let more: string[] | undefined;
  for (const [name, amount] of wanted) {
    if (amount === 0 || amount <= allocatable.amount(name) - requested.amount(name)) continue;
    more ??= [];
    more.push(`Insufficient ${name}`);
  }
  if (more === undefined) return short === 0 ? undefined : refusal(short);
  return unschedulable(NAME, ...reasons(short), ...more);
}

/** A Pod that went helps when it had something of what is wanted; every Pod had its place among the node's Pods. */
function freesWhatIsRequested({ requests }: PodInfo, { action, object }: ClusterEvent): boolean {
  if (action === 'Delete' || object === undefined) return true;
  const freed = new PodInfo(object as Pod).requests;
  return requests.values.some((amount, i) => amount > 0 && (freed.values[i] ?? 0) > 0);
}

/** A node that the Pod fits when it is empty, and that has more of what is requested than before. */
function offersMore({ requests }: PodInfo, { object, old }: ClusterEvent): boolean {
  const node = nodeInfo(object);
  if (!fitsEmpty(requests, node)) return false;
  if (old === undefined) return true;
  const before = nodeInfo(old);
  if (node.allowedPods > before.allowedPods) return true;
  const grew = (amount: number, now: number, then: number): boolean => amount > 0 && now > then;
  const { allocatable } = node;
  return (
    requests.values.some((amount, i) => grew(amount, allocatable.values[i] ?? 0, before.allocatable.values[i] ?? 0)) ||
    [...(requests.scalars ?? [])].some(([name, amount]) =>
      grew(amount, allocatable.amount(name), before.allocatable.amount(name)),
    )
  );
}

function nodeInfo(object: KubeObject | undefined): NodeInfo {
  const node = new NodeInfo('', 0);
  node.setNode(object as Node);
  return node;
}

function fitsEmpty(requests: PodInfo['requests'], node: NodeInfo): boolean {
  const { allocatable } = node;
  if (node.allowedPods < 1) return false;
  if (requests.values.some((amount, i) => amount > (allocatable.values[i] ?? 0))) return false;
  for (const [name, amount] of requests.scalars ?? []) if (amount > allocatable.amount(name)) return false;
  return true;
}
