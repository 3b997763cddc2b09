import type { SimulatedNetwork } from '@tabernetes/network-sim';
import type { Addon } from './addon.ts';
import { dnsAddon } from './dns.ts';
import { ingressAddon } from './ingress.ts';
import { loadBalancerAddon } from './load-balancer.ts';
import { metricsAddon } from './metrics.ts';
import { storageAddon } from './storage.ts';
import { systemPodsAddon } from './system-pods.ts';
import type { UsageSource } from './usage-source.ts';

/** What a cluster may have on top. `dns` and `ingress` need nodes that run containers. */
export type AddonName = 'dns' | 'metrics' | 'ingress' | 'storage' | 'system-pods' | 'load-balancer';

export interface AddonOptions {
  /** The node that the control plane is shown on. */
  readonly controlPlaneNode: string | undefined;
  /** What Pods and nodes use. */
  readonly usage: UsageSource;
  /** What Pods speak over; undefined where nothing runs. */
  readonly network: SimulatedNetwork | undefined;
}

/**
 * The add-ons of these names, each once.
 * @throws {Error} for one that would not do what it says
 */
export const addonsOf = (names: Iterable<AddonName>, options: AddonOptions): readonly Addon[] =>
  [...new Set(names)].sort().map((name) => addonOf(name, options));

function addonOf(name: AddonName, { controlPlaneNode, usage, network }: AddonOptions): Addon {
  switch (name) {
    case 'metrics':
      return metricsAddon(usage);
    case 'storage':
      return storageAddon();
    case 'load-balancer':
      return loadBalancerAddon();
    case 'system-pods':
      return systemPodsAddon(controlPlaneNode, { staticPods: network !== undefined });
    case 'dns':
      needed(name, network);
      return dnsAddon();
    case 'ingress':
      return ingressAddon(needed(name, network));
  }
}

function needed(name: AddonName, network: SimulatedNetwork | undefined): SimulatedNetwork {
  if (network === undefined)
    throw new Error(`the add-on ${name} needs a pod network, which this cluster does not have`);
  return network;
}
