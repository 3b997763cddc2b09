import type { Plugin } from '../framework/plugin.ts';
import { DEFAULT_RESOURCES } from './node-resources-fit.ts';
import { balance, resourceScorer, type WeightedResource } from './resource-scoring.ts';

/** Prefers nodes whose CPU and memory would be taken in like shares. */
export const nodeResourcesBalancedAllocation = (
  resources: readonly WeightedResource[] = DEFAULT_RESOURCES,
): Plugin => ({
  name: 'NodeResourcesBalancedAllocation',
  preScore: (pod) => resourceScorer(pod.requests, 'requested', resources, balance),
});
