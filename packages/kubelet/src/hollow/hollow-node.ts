import type { Node, NodeCondition } from '@tabernetes/api/types/core-v1';
import { nodeAddresses, nodeInfo, nodeMetadata } from '../node/machine.ts';

/** A machine without anything in it. */
export interface HollowNode {
  readonly name: string;
  /** Its number, from 1: decides the addresses. */
  readonly index: number;
  readonly internalIP: string;
  /** Undefined: it is in none. */
  readonly zone?: string | undefined;
  /** Over those that nodes have anyway. */
  readonly labels?: Readonly<Record<string, string>>;
  /** By resource name, over 4 CPU, 8Gi, 110 Pods. */
  readonly capacity?: Readonly<Record<string, string>>;
}

const ZONES: readonly string[] = ['zone-a', 'zone-b', 'zone-c'];

/** `node-1` … `node-N` in zone-a, zone-b, zone-c in turn, with addresses from 172.18.0.2 on. */
export function hollowNodes(count: number): readonly HollowNode[] {
  return Array.from({ length: count }, (_, i): HollowNode => {
    const host = i + 2;
    return {
      name: `node-${i + 1}`,
      index: i + 1,
      internalIP: `172.18.${host >> 8}.${host & 255}`,
      zone: ZONES[i % ZONES.length] ?? 'zone-a',
    };
  });
}

/** The Node object that a kubelet registers. `now` as metadata writes times. */
export function nodeObject({ name, index, internalIP, zone, labels, capacity }: HollowNode, now: string): Node {
  const resources = {
    cpu: '4',
    'ephemeral-storage': '100Gi',
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: '8Gi',
    pods: '110',
    ...capacity,
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: nodeMetadata(name, { ...(zone !== undefined && { 'topology.kubernetes.io/zone': zone }), ...labels }),
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: nodeConditions(now),
      addresses: nodeAddresses(name, internalIP),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: nodeInfo(index),
    },
  };
}

/** All is well since `since`, last looked at `now`. */
export function nodeConditions(now: string, since = now): readonly NodeCondition[] {
  const condition = (type: string, status: string, reason: string, message: string): NodeCondition => ({
    type,
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: since,
    reason,
    message,
  });
  return [
    condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
  ];
}
