import { protobufTable } from '@tabernetes/api/protobuf';
import { type Cluster, type ClusterOptions, createCluster as create } from '@tabernetes/cluster';

export type { Cluster, ClusterOptions, ClusterSnapshot } from '@tabernetes/cluster';

/** Starts a cluster in this process; resolves when its API answers, its nodes are Ready and the default namespace can be used. */
export const createCluster = (options: ClusterOptions = {}): Promise<Cluster> =>
  create({ protobuf: protobufTable, ...options });
