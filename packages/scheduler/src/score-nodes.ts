import type { Profile } from './framework/profile.ts';
import type { NodeInfo } from './snapshot/node-info.ts';
import type { PodInfo } from './snapshot/pod-info.ts';
import type { Snapshot } from './snapshot/snapshot.ts';

/** What one plugin thinks of the feasible nodes. */
export interface PluginScores {
  readonly plugin: string;
  readonly weight: number;
  /** 0 to 100, before the weight, by index of the node. */
  readonly scores: Float64Array;
}

/** Asks every plugin that scores; a node's total is the weighted sum. */
export function scoreNodes(
  pod: PodInfo,
  snapshot: Snapshot,
  { plugins, weights }: Profile,
  nodes: readonly NodeInfo[],
): { readonly totals: Float64Array; readonly scores: readonly PluginScores[] } {
  const totals = new Float64Array(nodes.length);
  const all: PluginScores[] = [];
  for (const plugin of plugins) {
    const scorer = plugin.preScore?.(pod, snapshot, nodes);
    if (scorer === undefined) continue;
    const scores = new Float64Array(nodes.length);
    if (scorer.same !== undefined) scores.fill(scorer.same);
    else {
      for (let i = 0; i < nodes.length; i++) scores[i] = scorer.score(nodes[i] as NodeInfo);
      scorer.normalize?.(scores, nodes);
    }
    const weight = weights[plugin.name] ?? 1;
    for (let i = 0; i < scores.length; i++) totals[i] = (totals[i] ?? 0) + weight * (scores[i] ?? 0);
    all.push({ plugin: plugin.name, weight, scores });
  }
  return { totals, scores: all };
}
