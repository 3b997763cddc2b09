import type { Pod, Volume } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Plugin } from '../framework/plugin.ts';
import { unresolvable, unschedulable } from '../framework/status.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { claimNotFound } from '../volumes/claims.ts';
import { ownClaim, sharesClaim } from './volume-binding.ts';

const NAME = 'VolumeRestrictions';
const NO_DISK = unschedulable(NAME, 'node(s) had no available disk');
const CLAIM_IN_USE = unschedulable(
  NAME,
  'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
);

/** Disks that only one Pod of a node may mount, and claims that only one Pod of the cluster may use. */
export const volumeRestrictions: Plugin = {
  name: NAME,
  requeueOn: [
    {
      resource: 'AssignedPod',
      actions: ['Delete'],
      helps: (pod, event) => sharesDisk(pod, event.object) || sharesClaim(pod, event),
    },
    { resource: 'Node', actions: ['Add'] },
    { resource: 'PersistentVolumeClaim', actions: ['Add'], helps: ownClaim },
  ],
  preFilter(pod, snapshot) {
    const { sources } = snapshot;
    let disks = false;
    const once: string[] = [];
    for (const volume of pod.spec.volumes ?? []) {
      if (isExclusive(volume)) disks = true;
      const claimName = volume.persistentVolumeClaim?.claimName;
      if (claimName === undefined) continue;
      const claim = sources.claim(`${pod.namespace}/${claimName}`);
      if (claim === undefined) return unresolvable(NAME, claimNotFound(claimName));
      if (claim.spec?.accessModes?.includes('ReadWriteOncePod')) once.push(`${pod.namespace}/${claimName}`);
    }
    const users = once.reduce((sum, key) => sum + usersOf(key, pod, snapshot), 0);
    if (!disks && users === 0) return 'skip';
    const refuse = (node: NodeInfo, others: number) => {
      if (disks && conflicts(pod, node)) return NO_DISK;
      return others > 0 ? CLAIM_IN_USE : undefined;
    };
    return {
      filter: (node) => refuse(node, users),
      simulate() {
        let others = users;
        const uses = (other: PodInfo): number => once.filter((key) => other.claimKeys.includes(key)).length;
        return {
          addPod(other) {
            others += uses(other);
          },
          removePod(other) {
            others -= uses(other);
          },
          filter: (now) => refuse(now, others),
        };
      },
    };
  },
};

/** Claims are of one namespace; a count over its Pods is kept by the snapshot. */
function usersOf(claimKey: string, { namespace }: PodInfo, snapshot: Snapshot): number {
  const counter = snapshot.counter(`claim|${claimKey}`, () => ({
    namespaces: new Set([namespace]),
    matches: ({ claimKeys }) => claimKeys.includes(claimKey),
  }));
  return snapshot.nodes.reduce((sum, { slot }) => sum + counter.onNode(slot), 0);
}

const isExclusive = ({ gcePersistentDisk, awsElasticBlockStore, rbd, iscsi }: Volume): boolean =>
  gcePersistentDisk !== undefined || awsElasticBlockStore !== undefined || rbd !== undefined || iscsi !== undefined;

const sharesDisk = ({ namespace, spec }: PodInfo, other: KubeObject | undefined): boolean =>
  other?.metadata.namespace === namespace &&
  (spec.volumes ?? []).some((mine) => (other as Pod).spec?.volumes?.some((theirs) => sameDisk(mine, theirs)));

function conflicts(pod: PodInfo, { pods }: NodeInfo): boolean {
  for (const volume of pod.spec.volumes ?? []) {
    if (!isExclusive(volume)) continue;
    for (const other of pods.values()) {
      for (const theirs of other.spec.volumes ?? []) if (sameDisk(volume, theirs)) return true;
    }
  }
  return false;
}

function sameDisk(a: Volume, b: Volume): boolean {
  const readOnly = (x: { readonly readOnly?: boolean }, y: { readonly readOnly?: boolean }): boolean =>
    x.readOnly === true && y.readOnly === true;
  if (a.gcePersistentDisk && b.gcePersistentDisk)
    return (
      a.gcePersistentDisk.pdName === b.gcePersistentDisk.pdName && !readOnly(a.gcePersistentDisk, b.gcePersistentDisk)
    );
  if (a.awsElasticBlockStore && b.awsElasticBlockStore)
    return a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore.volumeID;
  if (a.iscsi && b.iscsi) return a.iscsi.iqn === b.iscsi.iqn && !readOnly(a.iscsi, b.iscsi);
  if (a.rbd && b.rbd) {
    const monitors = b.rbd.monitors;
    return (
      a.rbd.monitors.some((monitor) => monitors.includes(monitor)) &&
      (a.rbd.pool ?? 'rbd') === (b.rbd.pool ?? 'rbd') &&
      a.rbd.image === b.rbd.image &&
      !readOnly(a.rbd, b.rbd)
    );
  }
  return false;
}
