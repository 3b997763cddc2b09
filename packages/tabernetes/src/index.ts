export { type Cluster, type ClusterOptions, type ClusterSnapshot, createCluster } from '@tabernetes/cluster';
