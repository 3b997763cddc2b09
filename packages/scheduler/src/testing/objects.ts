import type { Node, NodeSpec, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { NodeInfo } from '../snapshot/node-info.ts';
import { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface NodeShape {
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: NodeSpec;
  /** Default 4 CPUs, 8Gi, 110 Pods. */
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly images?: readonly { readonly names: readonly string[]; readonly sizeBytes: number }[];
}

/** A node whose hostname label is its name. */
export const makeNode = (name: string, { labels = {}, spec, allocatable, images }: NodeShape = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  ...(spec && { spec }),
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...allocatable }, ...(images && { images }) },
});

export function makeNodeInfo(name: string, shape: NodeShape = {}, pods: readonly Pod[] = []): NodeInfo {
  const info = new NodeInfo(name, 0);
  info.setNode(makeNode(name, shape));
  for (const pod of pods) info.addPod(new PodInfo(pod));
  return info;
}

export interface PodShape {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
  readonly spec?: Partial<PodSpec>;
  readonly metadata?: Partial<Pod['metadata']>;
  readonly status?: Pod['status'];
}

export const makePod = (name: string, shape: PodShape = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: shape.namespace ?? 'default',
    uid: `uid-${name}`,
    ...(shape.labels && { labels: shape.labels }),
    ...shape.metadata,
  },
  spec: {
    containers: [{ name: 'c', image: 'nginx', ...(shape.requests && { resources: { requests: shape.requests } }) }],
    ...shape.spec,
  },
  ...(shape.status && { status: shape.status }),
});

export function place(snapshot: Snapshot, pod: Pod, nodeName: string): PodInfo {
  const info = new PodInfo(pod);
  snapshot.addPod(info, nodeName);
  return info;
}
