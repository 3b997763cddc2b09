import type { Addon } from './addon.ts';
import { loadBalancerAddon } from './load-balancer.ts';
import { metricsAddon } from './metrics.ts';
import { storageAddon } from './storage.ts';
import { systemPodsAddon } from './system-pods.ts';
import type { UsageSource } from './usage-source.ts';

/** What a cluster may have on top. `dns` and `ingress` need a pod network, and are refused until there is one. */
export type AddonName = 'dns' | 'metrics' | 'ingress' | 'storage' | 'system-pods' | 'load-balancer';

export interface AddonOptions {
  /** The node that the control plane is shown on. */
  readonly controlPlaneNode: string | undefined;
  /** What Pods and nodes use. */
  readonly usage: UsageSource;
}

/**
 * The add-ons of these names, each once.
 * @throws {Error} for one that would not do what it says
 */
export function addonsOf(names: Iterable<AddonName>, { controlPlaneNode, usage }: AddonOptions): readonly Addon[] {
  return [...new Set(names)].sort().map((name) => {
    switch (name) {
      case 'metrics':
        return metricsAddon(usage);
      case 'storage':
        return storageAddon();
      case 'load-balancer':
        return loadBalancerAddon();
      case 'system-pods':
        return systemPodsAddon(controlPlaneNode);
      default:
        throw new Error(`the add-on ${name} needs a pod network, which this cluster does not have`);
    }
  });
}
