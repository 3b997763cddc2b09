import type { Pod } from '@tabernetes/api/types/core-v1';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ClusterEvent } from './events.ts';
import type { Status } from './status.ts';

/**
 * One concern of scheduling. A cycle asks every plugin once what the Pod means to it (`preFilter`, `preScore`), and gets
 * a function over nodes, which keeps what was computed in a closure of its own:
 *
 *   preFilter(pod) ── skip | refused | filter(node) … ──► feasible nodes
 *   preScore(pod, feasible) ── undefined | one score for all | score(nodes) ──► weighted sum
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/
 */
export interface Plugin {
  readonly name: string;
  /** A text holds the Pod back from the queue. */
  preEnqueue?(pod: Pod): string | undefined;
  preFilter?(pod: PodInfo, snapshot: Snapshot): PreFilterResult;
  /**
   * Undefined: the plugin has no opinion on this Pod; a number: every node has this score, and none needs a look. `nodes` are the
   * feasible ones, at least two.
   */
  preScore?(pod: PodInfo, snapshot: Snapshot, nodes: readonly NodeInfo[]): NodeScorer | number | undefined;
  /** What may make a Pod schedulable that this plugin refused. */
  readonly requeueOn?: readonly RequeueRule[];
}

export type PreFilterResult = 'skip' | Status | NodeFilter;

export interface NodeFilter {
  /** Undefined: the Pod fits. */
  filter(node: NodeInfo): Status | undefined;
  /** No other nodes can fit. */
  readonly nodeNames?: ReadonlySet<string>;
  /**
   * The same filter for one node that Pods are added to and removed from in thought. Absent: the filter looks at
   * nothing but the NodeInfo it is given.
   */
  simulate?(node: NodeInfo): SimulatedFilter;
}

/** A filter over one node that is being changed in thought. */
export interface SimulatedFilter {
  filter(node: NodeInfo): Status | undefined;
  addPod(pod: PodInfo): void;
  removePod(pod: PodInfo): void;
}

/** Writes the score of every feasible node, a whole number from 0 to 100, at the node's index. */
export type NodeScorer = (nodes: readonly NodeInfo[], scores: Float64Array) => void;

export const MAX_NODE_SCORE = 100;

export interface RequeueRule {
  readonly resource: ClusterEvent['resource'];
  readonly actions: readonly ClusterEvent['action'][];
  /** Whether this very change can help this Pod. Default: it may. */
  helps?(pod: PodInfo, event: ClusterEvent): boolean;
}

export const isStatus = (result: PreFilterResult): result is Status => typeof result === 'object' && 'code' in result;

/** Scales to 0 … 100 by the greatest; `reverse` makes the smallest the best. In place. */
export function defaultNormalizeScore(scores: Float64Array, reverse: boolean): void {
  let max = 0;
  for (let i = 0; i < scores.length; i++) max = Math.max(max, scores[i] ?? 0);
  for (let i = 0; i < scores.length; i++) {
    const scaled = max === 0 ? 0 : Math.trunc((MAX_NODE_SCORE * (scores[i] ?? 0)) / max);
    scores[i] = reverse ? MAX_NODE_SCORE - scaled : scaled;
  }
}
