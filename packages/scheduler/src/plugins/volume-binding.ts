import type { Node, PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import type { StorageClass } from '@tabernetes/api/types/storage-v1';
import { type KubeObject, semanticEqual } from '@tabernetes/apimachinery';
import type { ClusterEvent } from '../framework/events.ts';
import type { Plugin } from '../framework/plugin.ts';
import { failed, unresolvable } from '../framework/status.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { claimProblem } from '../volumes/claims.ts';
import { findPodVolumes, podClaims } from '../volumes/find-pod-volumes.ts';

const NAME = 'VolumeBinding';
const UNBOUND = unresolvable(NAME, 'pod has unbound immediate PersistentVolumeClaims');

/**
 * Nodes must reach the volumes of bound claims, and have, or get provisioned, volumes for those that wait for a
 * consumer. The loop writes what {@link findPodVolumes} decides before it binds the Pod.
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/pkg/scheduler/framework/plugins/volumebinding
 */
export const volumeBinding: Plugin = {
  name: NAME,
  requeueOn: [
    { resource: 'StorageClass', actions: ['Add', 'Update'], helps: allowsOthers },
    { resource: 'PersistentVolumeClaim', actions: ['Add', 'Update'], helps: ownClaim },
    { resource: 'PersistentVolume', actions: ['Add', 'Update'] },
    { resource: 'Node', actions: ['Add', 'UpdateNodeLabel'] },
    { resource: 'CSINode', actions: ['Add'] },
    { resource: 'CSIDriver', actions: ['Update'] },
    { resource: 'CSIStorageCapacity', actions: ['Add', 'Update'] },
  ],
  preFilter(pod, { sources }) {
    if (pod.claimKeys.length === 0) return 'skip';
    const problem = claimProblem(pod, sources);
    if (problem !== undefined) return unresolvable(NAME, problem);
    try {
      const claims = podClaims(pod, sources);
      if (claims.immediate.length > 0) return UNBOUND;
      return {
        filter({ node }) {
          if (node === undefined) return undefined;
          const { reasons } = findPodVolumes(claims, node as Node, sources);
          return reasons.length === 0 ? undefined : unresolvable(NAME, ...reasons);
        },
      };
    } catch (error) {
      return failed(NAME, error instanceof Error ? error.message : String(error));
    }
  },
};

/** Of a StorageClass only the topologies can change. */
function allowsOthers(_pod: PodInfo, { object, old }: ClusterEvent): boolean {
  const topologies = (storageClass: KubeObject | undefined) => (storageClass as StorageClass).allowedTopologies;
  return old === undefined || !semanticEqual(topologies(object), topologies(old));
}

/** Only claims that the Pod uses are of interest to it. */
export function ownClaim(pod: PodInfo, { object }: ClusterEvent): boolean {
  const claim = object as PersistentVolumeClaim | undefined;
  return claim === undefined || pod.claimKeys.includes(`${claim.metadata.namespace}/${claim.metadata.name}`);
}

/** Claims that two Pods share. */
export function sharesClaim(pod: PodInfo, { object }: ClusterEvent): boolean {
  const other = object as Pod | undefined;
  if (other === undefined) return true;
  if (other.metadata.namespace !== pod.namespace) return false;
  return (other.spec?.volumes ?? []).some(
    ({ persistentVolumeClaim }) =>
      persistentVolumeClaim !== undefined &&
      pod.claimKeys.includes(`${pod.namespace}/${persistentVolumeClaim.claimName}`),
  );
}
