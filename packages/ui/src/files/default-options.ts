import type { PageClusterOptions } from '@tabernetes/worker/connect';

/** What a person can set about their cluster, as long as they have not. */
export const DEFAULT_OPTIONS = { nodes: 3, seed: 1, latency: 'short', speed: 1 } as const;

/** What every cluster of the page has on top: all that people ask for, without the Pods that fill the nodes at first. */
export const ADDONS = ['dns', 'metrics', 'storage', 'load-balancer', 'ingress'] as const;

/** The cluster of a visit that brings nothing of its own. What people see there really runs. */
export const FIRST_CLUSTER: PageClusterOptions = { ...DEFAULT_OPTIONS, kubelet: 'simulated', addons: [...ADDONS] };
