import type { Plugin } from '../framework/plugin.ts';
import { DEFAULT_RESOURCES } from './node-resources-fit.ts';
import { balance, resourceScorers, type WeightedResource } from './resource-scoring.ts';

/** Prefers nodes whose CPU and memory would be taken in like shares. */
export const nodeResourcesBalancedAllocation = (resources: readonly WeightedResource[] = DEFAULT_RESOURCES): Plugin => {
  const scorerOf = resourceScorers('requested', resources, balance);
  return { name: 'NodeResourcesBalancedAllocation', preScore: (pod) => scorerOf(pod.requests) };
};
