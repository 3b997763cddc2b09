import { type Cluster, type ClusterOptions, createCluster as create } from '@tabernetes/cluster';
import { nodeOptions } from './node/node-options.ts';

export type { Cluster, ClusterOptions, ClusterSnapshot } from '@tabernetes/cluster';
export { type ShareLinkOptions, shareLink } from '@tabernetes/ui/share-link';

/** Starts a cluster in this process; resolves when its API answers, its nodes are Ready and the default namespace can be used. */
export const createCluster = (options: ClusterOptions = {}): Promise<Cluster> => create({ ...nodeOptions, ...options });
