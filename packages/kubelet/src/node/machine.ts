import { KUBERNETES_VERSION } from '@tabernetes/api';
import type { Node, NodeAddress, NodeSystemInfo } from '@tabernetes/api/types/core-v1';

/** What a kubelet says of itself when it registers its node. @param labels over those that every node has */
export const nodeMetadata = (name: string, labels: Readonly<Record<string, string>>): Node['metadata'] => ({
  name,
  labels: {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...labels,
  },
  annotations: {
    'node.alpha.kubernetes.io/ttl': '0',
    'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
  },
});

export const nodeAddresses = (name: string, internalIP: string): NodeAddress[] => [
  { type: 'InternalIP', address: internalIP },
  { type: 'Hostname', address: name },
];

/** @param index number of the machine, from 1 */
export function nodeInfo(index: number): NodeSystemInfo {
  const uuid = (number: number): string => `00000000-0000-0000-0000-${number.toString(16).padStart(12, '0')}`;
  return {
    architecture: 'amd64',
    bootID: uuid(index + 16),
    containerRuntimeVersion: 'containerd://1.7.24',
    kernelVersion: '6.1.0',
    kubeProxyVersion: KUBERNETES_VERSION,
    kubeletVersion: KUBERNETES_VERSION,
    machineID: index.toString(16).padStart(32, '0'),
    operatingSystem: 'linux',
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    systemUUID: uuid(index),
  };
}
