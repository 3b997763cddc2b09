import type { ContainerImage, Node, NodeCondition, NodeStatus } from '@tabernetes/api/types/core-v1';
import type { Image } from '@tabernetes/node-api';
import { timeText } from '../status/times.ts';
import { nodeAddresses, nodeInfo, nodeMetadata } from './machine.ts';

/** A machine that Pods run on. */
export interface NodeSpec {
  readonly name: string;
  /** Its number, from 1: decides what identifies the machine. */
  readonly index: number;
  readonly internalIP: string;
  /** Where its Pods get their addresses. */
  readonly podCIDR?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Resource name to quantity: `{ cpu: '4', memory: '8Gi', pods: '110', … }`. */
  readonly capacity: Readonly<Record<string, string>>;
  /** What of it Pods may have. Default: all. */
  readonly allocatable?: Readonly<Record<string, string>>;
}

/** What troubles a node; all undefined: nothing does. */
export interface NodeTrouble {
  /** `container runtime network not ready: …` */
  readonly network?: string | undefined;
  readonly memoryPressure?: boolean;
  readonly diskPressure?: boolean;
}

/** The Node object that a kubelet registers. @see pkg/kubelet/kubelet_node_status.go initialNode */
export function nodeObject(spec: NodeSpec, images: readonly Image[], nowMs: number): Node {
  const { name, labels, podCIDR } = spec;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: nodeMetadata(name, labels),
    ...(podCIDR !== undefined && { spec: { podCIDR, podCIDRs: [podCIDR] } }),
    status: nodeStatus(spec, images, {}, undefined, nowMs),
  };
}

/** The status of a node, whose conditions remember since when they are so. */
export function nodeStatus(
  { name, index, internalIP, capacity, allocatable = capacity }: NodeSpec,
  images: readonly Image[],
  trouble: NodeTrouble,
  before: NodeStatus | undefined,
  nowMs: number,
): NodeStatus {
  return {
    addresses: nodeAddresses(name, internalIP),
    allocatable,
    capacity,
    conditions: conditionsOf(trouble, before?.conditions ?? [], timeText(nowMs)),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    ...(images.length > 0 && { images: imageList(images) }),
    nodeInfo: nodeInfo(index),
  };
}

function conditionsOf(
  { network, memoryPressure = false, diskPressure = false }: NodeTrouble,
  before: readonly NodeCondition[],
  now: string,
): NodeCondition[] {
  const condition = (type: string, status: string, reason: string, message: string): NodeCondition => {
    const old = before.find((c) => c.type === type);
    const since = old?.status === status ? (old.lastTransitionTime ?? now) : now;
    return { type, status, lastHeartbeatTime: now, lastTransitionTime: since, reason, message };
  };
  return [
    memoryPressure
      ? condition('MemoryPressure', 'True', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available')
      : condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    diskPressure
      ? condition('DiskPressure', 'True', 'KubeletHasDiskPressure', 'kubelet has disk pressure')
      : condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    network === undefined
      ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
      : condition('Ready', 'False', 'KubeletNotReady', network),
  ];
}

/** The largest first, at most 50, each by at most five names. */
function imageList(images: readonly Image[]): ContainerImage[] {
  return [...images]
    .sort((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, MAX_IMAGES)
    .map(({ repoDigests, repoTags, sizeBytes }) => ({
      names: [...repoDigests, ...repoTags].slice(0, MAX_NAMES),
      sizeBytes,
    }));
}

const MAX_IMAGES = 50;
const MAX_NAMES = 5;
