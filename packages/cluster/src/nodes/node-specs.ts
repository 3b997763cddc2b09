import { hollowNodes, type NodeSpec } from '@tabernetes/kubelet';

/** The nodes of a cluster, as {@link hollowNodes} names and places them, with so much of everything. */
export function nodeSpecs(count: number, capacity: Readonly<Record<string, string>> = {}): readonly NodeSpec[] {
  const full = { ...CAPACITY, ...capacity };
  return hollowNodes(count).map(({ name, index, internalIP, zone }) => ({
    name,
    index,
    internalIP,
    podCIDR: podRange(index),
    labels: { 'topology.kubernetes.io/region': 'region-1', 'topology.kubernetes.io/zone': zone },
    capacity: full,
  }));
}

/** Where the Pods of node N get their addresses: 10.244.N.0/24, and beyond 255 nodes ranges that nobody else has. */
const podRange = (index: number): string =>
  index < 256 ? `10.244.${index}.0/24` : `10.${128 + (index >> 8)}.${index & 255}.0/24`;

const CAPACITY = {
  cpu: '4',
  'ephemeral-storage': '100Gi',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: '8Gi',
  pods: '110',
};
