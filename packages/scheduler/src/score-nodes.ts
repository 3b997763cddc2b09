import type { Profile } from './framework/profile.ts';
import type { NodeInfo } from './snapshot/node-info.ts';
import type { PodInfo } from './snapshot/pod-info.ts';
import type { Snapshot } from './snapshot/snapshot.ts';

/** What one plugin thinks of the feasible nodes. */
export interface PluginScores {
  readonly plugin: string;
  readonly weight: number;
  /** 0 to 100, before the weight: by index of the node, or one for all. */
  readonly scores: Uint8Array | number;
}

/** What a plugin gave a node, by its index. */
export const scoreAt = ({ scores }: PluginScores, index: number): number =>
  typeof scores === 'number' ? scores : (scores[index] ?? 0);

/** A node's total, by its index: the weighted sum of its scores. */
export function totalAt(all: readonly PluginScores[], index: number): number {
  let total = 0;
  for (const one of all) total += one.weight * scoreAt(one, index);
  return total;
}

/**
 * Asks every plugin that scores. Hundreds of nodes are scored for each Pod, and the last decisions are remembered: a byte is kept of
 * each score, and nothing where all nodes have the same.
 *
 * @returns `totals` tells the nodes apart (what is the same for all is left out), until the next cycle
 */
export function scoreNodes(
  pod: PodInfo,
  snapshot: Snapshot,
  { plugins, weights }: Profile,
  nodes: readonly NodeInfo[],
): { readonly totals: Float64Array; readonly scores: readonly PluginScores[] } {
  const { scores, totals } = snapshot.workspace(nodes.length);
  totals.fill(0);
  const all: PluginScores[] = [];
  for (const plugin of plugins) {
    const scorer = plugin.preScore?.(pod, snapshot, nodes);
    if (scorer === undefined) continue;
    const weight = weights[plugin.name] ?? 1;
    if (typeof scorer === 'number') {
      all.push({ plugin: plugin.name, weight, scores: scorer });
      continue;
    }
    scorer(nodes, scores);
    for (let i = 0; i < scores.length; i++) totals[i] = (totals[i] ?? 0) + weight * (scores[i] ?? 0);
    all.push({ plugin: plugin.name, weight, scores: new Uint8Array(scores) });
  }
  return { totals, scores: all };
}
