import type { PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import type { Plugin } from '../framework/plugin.ts';
import { unresolvable, unschedulable } from '../framework/status.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { ClusterSources } from '../snapshot/sources.ts';
import { claimNotFound, claimVolumes, storageClassOf } from '../volumes/claims.ts';
import { ownClaim } from './volume-binding.ts';

const NAME = 'NodeVolumeLimits';
const EXCEEDED = unschedulable(NAME, 'node(s) exceed max volume count');

/** CSI drivers say in the CSINode how many of their volumes a node can attach. */
export const nodeVolumeLimits: Plugin = {
  name: NAME,
  requeueOn: [
    { resource: 'CSINode', actions: ['Add'] },
    { resource: 'AssignedPod', actions: ['Delete'], helps: (_pod, { object }) => hasClaims(object) },
    { resource: 'PersistentVolumeClaim', actions: ['Add'], helps: ownClaim },
    { resource: 'VolumeAttachment', actions: ['Delete'] },
  ],
  preFilter(pod, { sources }) {
    if (pod.claimKeys.length === 0) return 'skip';
    return {
      filter(node) {
        const csiNode = sources.csiNode(node.name);
        if (csiNode === undefined) return undefined;
        const limits = new Map<string, number>();
        for (const { name, allocatable } of csiNode.spec.drivers ?? [])
          if (allocatable?.count !== undefined) limits.set(name, allocatable.count);
        if (limits.size === 0) return undefined;

        const added = new Map<string, string>();
        for (const { claimName, ephemeral } of claimVolumes(pod)) {
          const claim = sources.claim(`${pod.namespace}/${claimName}`);
          // A claim that is there for a Pod of this name, but not for this one, is refused elsewhere.
          if (claim === undefined) return ephemeral ? undefined : unresolvable(NAME, claimNotFound(claimName));
          collect(claim, sources, added);
        }
        const there = attached(node, sources);
        const counts = new Map<string, number>();
        for (const driver of there.values()) counts.set(driver, (counts.get(driver) ?? 0) + 1);
        const more = new Map<string, number>();
        for (const [volume, driver] of added) if (!there.has(volume)) more.set(driver, (more.get(driver) ?? 0) + 1);
        for (const [driver, count] of more) {
          const limit = limits.get(driver);
          if (limit !== undefined && (counts.get(driver) ?? 0) + count > limit) return EXCEEDED;
        }
        return undefined;
      },
    };
  },
};

const hasClaims = (object: unknown): boolean =>
  ((object as PodInfo['pod'] | undefined)?.spec?.volumes ?? []).some(
    ({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim !== undefined || ephemeral !== undefined,
  );

/** Distinct volumes on the node, by name, with their drivers: of its Pods, and attached without one. */
function attached({ name, pods }: NodeInfo, sources: ClusterSources): Map<string, string> {
  const volumes = new Map<string, string>();
  for (const { claimKeys } of pods.values()) {
    for (const key of claimKeys) {
      const claim = sources.claim(key);
      if (claim !== undefined) collect(claim, sources, volumes);
    }
  }
  for (const { spec } of sources.volumeAttachments(name)) {
    const volume = spec.source.persistentVolumeName && sources.volume(spec.source.persistentVolumeName);
    const csi = volume ? volume.spec?.csi : undefined;
    if (csi !== undefined) volumes.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver);
  }
  return volumes;
}

function collect(claim: PersistentVolumeClaim, sources: ClusterSources, into: Map<string, string>): void {
  const volume = sources.volume(claim.spec?.volumeName ?? '');
  if (volume !== undefined) {
    const csi = volume.spec?.csi;
    if (csi !== undefined) into.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver);
    return;
  }
  // Not bound yet: it counts as a volume of the driver that will provision it.
  const { provisioner } = sources.storageClass(storageClassOf(claim)) ?? {};
  if (provisioner !== undefined)
    into.set(`${provisioner}-${claim.metadata.namespace}/${claim.metadata.name}`, provisioner);
}
