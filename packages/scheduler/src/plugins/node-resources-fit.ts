import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { ClusterEvent } from '../framework/events.ts';
import type { Plugin } from '../framework/plugin.ts';
import { type Status, unschedulable } from '../framework/status.ts';
import { NodeInfo } from '../snapshot/node-info.ts';
import { PodInfo } from '../snapshot/pod-info.ts';
import { type ResourceScoring, resourceScorer, scoringFunction } from './resource-scoring.ts';

const NAME = 'NodeResourcesFit';
const CPU = 'Insufficient cpu';
const MEMORY = 'Insufficient memory';
const EPHEMERAL = 'Insufficient ephemeral-storage';
const PODS = 'Too many pods';

/** Which nodes have left what the Pod requests, and how full they would be then. Default strategy: LeastAllocated. */
export function nodeResourcesFit(scoring: ResourceScoring = {}): Plugin {
  const score = scoringFunction(scoring);
  const resources = scoring.resources ?? DEFAULT_RESOURCES;
  return {
    name: NAME,
    requeueOn: [
      { resource: 'AssignedPod', actions: ['Delete', 'UpdatePodScaleDown'], helps: freesWhatIsRequested },
      { resource: 'Pod', actions: ['UpdatePodScaleDown'] },
      { resource: 'Node', actions: ['Add', 'UpdateNodeAllocatable'], helps: fitsEmptyNode },
    ],
    preFilter({ requests }) {
      const { milliCpu, memoryBytes, ephemeralBytes, scalars } = requests;
      const asksNothing = milliCpu === 0 && memoryBytes === 0 && ephemeralBytes === 0 && !scalars?.size;
      return {
        filter(node) {
          const { allocatable, requested } = node;
          let short = node.pods.size + 1 > node.allowedPods ? 1 : 0;
          if (!asksNothing) {
            if (milliCpu > 0 && milliCpu > allocatable.milliCpu - requested.milliCpu) short |= 2;
            if (memoryBytes > 0 && memoryBytes > allocatable.memoryBytes - requested.memoryBytes) short |= 4;
            if (ephemeralBytes > 0 && ephemeralBytes > allocatable.ephemeralBytes - requested.ephemeralBytes) short |= 8;
            if (scalars !== undefined) return shortOfScalars(scalars, node, short);
          }
          return short === 0 ? undefined : refusal(short);
        },
      };
    },
    preScore: (pod) => resourceScorer(pod.nonZero, 'nonZero', resources, score),
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

const reasons = (short: number): string[] =>
  [PODS, CPU, MEMORY, EPHEMERAL].filter((_reason, bit) => (short & (1 << bit)) !== 0);

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
  return (
    (requests.milliCpu > 0 && freed.milliCpu > 0) ||
    (requests.memoryBytes > 0 && freed.memoryBytes > 0) ||
    (requests.ephemeralBytes > 0 && freed.ephemeralBytes > 0)
  );
}

/** No node is of use whose whole allocatable is less than the request. */
function fitsEmptyNode({ requests }: PodInfo, { object }: ClusterEvent): boolean {
  const node = new NodeInfo('', 0);
  node.setNode(object as Node);
  const { allocatable } = node;
  if (node.allowedPods < 1) return false;
  if (requests.milliCpu > allocatable.milliCpu) return false;
  if (requests.memoryBytes > allocatable.memoryBytes) return false;
  if (requests.ephemeralBytes > allocatable.ephemeralBytes) return false;
  for (const [name, amount] of requests.scalars ?? []) if (amount > allocatable.amount(name)) return false;
  return true;
}
