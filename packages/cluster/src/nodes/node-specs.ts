import type { Node } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { type HollowNode, hollowNodes, type NodeSpec } from '@tabernetes/kubelet';

/** What all machines of a cluster have in common. */
export interface NodeShape {
  /** By resource name, over the default. */
  readonly capacity?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Zones in turn; default: those of {@link hollowNodes}. */
  readonly zones?: readonly string[];
}

/** The nodes of a cluster, as {@link hollowNodes} names and places them, with so much of everything. */
export function nodeSpecs(count: number, { capacity, ...shape }: NodeShape = {}): readonly NodeSpec[] {
  const full = { ...CAPACITY, ...capacity };
  return hollowSpecs(count, shape).map(({ name, index, internalIP, zone, labels }) => {
    const place = {
      'topology.kubernetes.io/region': 'region-1',
      ...(zone !== undefined && { 'topology.kubernetes.io/zone': zone }),
    };
    return { name, index, internalIP, podCIDR: podRange(index), labels: { ...place, ...labels }, capacity: full };
  });
}

/** The same machines for kubelets that run nothing. */
export const hollowSpecs = (count: number, { zones, ...rest }: NodeShape = {}): readonly HollowNode[] =>
  hollowNodes(count).map((node) => ({
    ...node,
    ...rest,
    zone: zones === undefined ? node.zone : zones[(node.index - 1) % zones.length],
  }));

/** A machine that is added to a cluster: what is not said is as with the others. */
export interface NodeRequest {
  /** Default: the next free `node-N`. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly capacity?: Readonly<Record<string, string>>;
}

/** The next machine: its number, and with it its addresses, is the lowest that none of these has. */
export function nextNodeSpec(
  known: readonly NodeSpec[],
  shape: NodeShape,
  { name, labels, capacity: own }: NodeRequest,
): NodeSpec {
  const taken = new Set(known.map(({ index }) => index));
  let index = 1;
  while (taken.has(index)) index++;
  const made = nodeSpecs(index, { ...shape, capacity: { ...shape.capacity, ...own } }).at(-1);
  if (made === undefined) throw new Error(`there is no node ${index}`);
  return { ...made, ...(name !== undefined && { name }), labels: { ...made.labels, ...labels } };
}

/** The machines that stand behind the Node objects among these: those of a cluster that is restored. */
export function specsOfNodes(objects: readonly KubeObject[]): readonly NodeSpec[] {
  return objects.flatMap((object) => {
    if (object.kind !== 'Node' || object.apiVersion !== 'v1') return [];
    const { metadata, spec, status } = object as Node;
    const { name = '', labels = {} } = metadata;
    const internalIP = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
    const [, high = '', low = ''] = /^172\.18\.(\d+)\.(\d+)$/.exec(internalIP) ?? [];
    // What somebody has made by hand, to look at, has no machine.
    if (low === '' || spec?.podCIDR === undefined) return [];
    const index = Number(high) * 256 + Number(low) - 1;
    return { name, index, internalIP, podCIDR: spec.podCIDR, labels, capacity: { ...CAPACITY, ...status?.capacity } };
  });
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
