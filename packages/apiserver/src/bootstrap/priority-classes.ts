/** The two classes that every cluster has. @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/scheduling/v1/helpers.go */
export const SYSTEM_PRIORITY_CLASSES = [
  {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
].map((object) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', ...object }));
