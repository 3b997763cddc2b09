import { MAX_NODE_SCORE, type NodeScorer } from '../framework/plugin.ts';
import type { FreeAmounts, NodeInfo } from '../snapshot/node-info.ts';
import { EPHEMERAL, type ResourceAmounts, resourceIndex } from '../snapshot/resources.ts';

export interface WeightedResource {
  readonly name: string;
  /** 1 to 100. */
  readonly weight: number;
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing/ */
export interface ResourceScoring {
  /** Default LeastAllocated. */
  readonly type?: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
  /** Default cpu and memory, equal. */
  readonly resources?: readonly WeightedResource[];
  /** Of RequestedToCapacityRatio: scores of 0 to 10 by utilization in percent, ascending. */
  readonly shape?: readonly { readonly utilization: number; readonly score: number }[];
}

/**
 * 0 to 100 from what would be requested and what there is, resource by resource; a resource that the node has none of
 * has an allocatable of 0.
 */
export type ResourceScore = (
  requested: Float64Array,
  allocatable: Float64Array,
  resources: readonly WeightedResource[],
) => number;

export function scoringFunction({ type = 'LeastAllocated', shape = [] }: ResourceScoring): ResourceScore {
  const most = MAX_NODE_SCORE;
  switch (type) {
    case 'LeastAllocated':
      return weightedMean(
        (requested, capacity) => (requested > capacity ? 0 : Math.trunc(((capacity - requested) * most) / capacity)),
        false,
      );
    case 'MostAllocated':
      return weightedMean(
        (requested, capacity) => Math.trunc((Math.min(requested, capacity) * most) / capacity),
        false,
      );
    case 'RequestedToCapacityRatio': {
      const ratio = brokenLine(shape.map(({ utilization, score }) => [utilization, score * 10]));
      return weightedMean(
        (requested, capacity) =>
          ratio(requested > capacity ? MAX_UTILIZATION : Math.trunc((requested * MAX_UTILIZATION) / capacity)),
        true,
      );
    }
  }
}

/** The more alike the shares of the resources that are taken, the better. */
export const balance: ResourceScore = (requested, allocatable) => {
  let count = 0;
  let sum = 0;
  let squares = 0;
  let first = 0;
  let last = 0;
  for (let i = 0; i < requested.length; i++) {
    const capacity = allocatable[i] ?? 0;
    if (capacity === 0) continue;
    last = Math.min((requested[i] ?? 0) / capacity, 1);
    if (count === 0) first = last;
    count++;
    sum += last;
  }
  let deviation = 0;
  if (count === 2) deviation = Math.abs((first - last) / 2);
  else if (count > 2) {
    const mean = sum / count;
    for (let i = 0; i < requested.length; i++) {
      const capacity = allocatable[i] ?? 0;
      if (capacity === 0) continue;
      const gap = Math.min((requested[i] ?? 0) / capacity, 1) - mean;
      squares += gap * gap;
    }
    deviation = Math.sqrt(squares / count);
  }
  return Math.trunc((1 - deviation) * MAX_NODE_SCORE);
};

/**
 * Scores nodes by their amounts with the Pod added. Pods that ask for the same have the same scores, so that a node is looked at again
 * only when its amounts have changed.
 *
 * @param of which of a node's sums to start from
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/plugins/noderesources/resource_allocation.go
 */
export function resourceScorers(
  of: 'nonZero' | 'requested',
  resources: readonly WeightedResource[],
  score: ResourceScore,
): (pod: ResourceAmounts) => NodeScorer {
  const known = new Map<string, NodeScorer>();
  return (pod) => {
    const wanted = Float64Array.from(resources, ({ name }) => pod.amount(name));
    const id = wanted.join();
    const before = known.get(id);
    if (before !== undefined) return before;
    if (known.size >= MAX_SHAPES) known.clear();
    const made = rememberedScores(resourceScorer(wanted, of, resources, score));
    known.set(id, made);
    return made;
  };
}

/**
 * What was worked out for a node holds until its amounts change, which {@link FreeAmounts} counts:
 *
 *   place of the node     0   1   2   3
 *   changes of it         7   4   9   4        when it was scored   7   4   8   0        so 2 and 3 are to be scored
 */
function rememberedScores(workOut: (node: NodeInfo) => number): NodeScorer {
  let amounts: FreeAmounts | undefined;
  let scored = new Uint32Array(0);
  let known = new Uint8Array(0);
  return (nodes, scores) => {
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as NodeInfo;
      const { free, place } = node;
      if (free !== amounts || place >= scored.length) {
        const same = free === amounts;
        amounts = free;
        scored = grown(scored, free.changes.length, same);
        known = grown(known, free.changes.length, same);
      }
      const changes = free.changes[place] ?? 0;
      if (scored[place] !== changes) {
        scored[place] = changes;
        known[place] = workOut(node);
      }
      scores[i] = known[place] ?? 0;
    }
  };
}

/** A longer array, with what was in it when that still holds. */
function grown<A extends Uint8Array | Uint32Array>(array: A, length: number, keep: boolean): A {
  const longer = new (array.constructor as new (length: number) => A)(length);
  if (keep) longer.set(array);
  return longer;
}

/** Shapes of Pods that are remembered. */
const MAX_SHAPES = 256;

function resourceScorer(
  wanted: Float64Array,
  of: 'nonZero' | 'requested',
  resources: readonly WeightedResource[],
  score: ResourceScore,
): (node: NodeInfo) => number {
  const requested = new Float64Array(resources.length);
  const allocatable = new Float64Array(resources.length);
  const indexes = Int32Array.from(resources, ({ name }) => resourceIndex(name));
  return (node) => {
    const sums = of === 'nonZero' ? node.nonZeroRequested.values : node.requested.values;
    const all = node.allocatable.values;
    for (let i = 0; i < wanted.length; i++) {
      const index = indexes[i] ?? -1;
      const amount = wanted[i] ?? 0;
      let capacity = 0;
      let sum = 0;
      if (index >= 0) {
        capacity = all[index] ?? 0;
        sum = (index === EPHEMERAL ? node.requested.values[index] : sums[index]) ?? 0;
      } else if (amount > 0) {
        // What the Pod does not ask for says nothing about where it should go; cpu and memory always do.
        const name = resources[i]?.name ?? '';
        capacity = node.allocatable.amount(name);
        sum = node.requested.amount(name);
      }
      allocatable[i] = capacity;
      requested[i] = capacity === 0 ? 0 : sum + amount;
    }
    return score(requested, allocatable, resources);
  };
}

const MAX_UTILIZATION = 100;

/** `sparse`: scores of 0 do not count, and the mean is rounded, not cut. */
function weightedMean(scoreOf: (requested: number, capacity: number) => number, sparse: boolean): ResourceScore {
  return (requested, allocatable, resources) => {
    let sum = 0;
    let weights = 0;
    for (let i = 0; i < resources.length; i++) {
      const capacity = allocatable[i] ?? 0;
      if (capacity === 0) continue;
      const score = scoreOf(requested[i] ?? 0, capacity);
      if (sparse && score <= 0) continue;
      const weight = resources[i]?.weight ?? 1;
      sum += score * weight;
      weights += weight;
    }
    if (weights === 0) return 0;
    return sparse ? Math.round(sum / weights) : Math.trunc(sum / weights);
  };
}

/** Whole numbers throughout, cut towards zero, as upstream calculates. */
function brokenLine(points: readonly (readonly [x: number, y: number])[]): (x: number) => number {
  return (x) => {
    let before: readonly [x: number, y: number] | undefined;
    for (const point of points) {
      if (x <= point[0]) {
        if (before === undefined) return point[1];
        return before[1] + Math.trunc(((point[1] - before[1]) * (x - before[0])) / (point[0] - before[0]));
      }
      before = point;
    }
    return before?.[1] ?? 0;
  };
}
