import type { PersistentVolumeClaim, Pod, Volume } from '@tabernetes/api/types/core-v1';
import { ephemeralClaimName, type PodInfo } from '../snapshot/pod-info.ts';
import type { ClusterSources } from '../snapshot/sources.ts';

/** The controller that binds marks both sides when it is through. */
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
/** The scheduler's word to the provisioner: make the volume for this node. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class';
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** The old annotation wins. '' is none. */
export const storageClassOf = ({
  metadata,
  spec,
}: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly storageClassName?: string };
}): string => metadata.annotations?.[STORAGE_CLASS] ?? spec?.storageClassName ?? '';

export const isFullyBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  !!spec?.volumeName && metadata.annotations?.[BIND_COMPLETED] !== undefined;

/** A volume of a Pod that stands for a claim. */
export interface ClaimVolume {
  readonly volume: Volume;
  readonly claimName: string;
  readonly ephemeral: boolean;
}

export function claimVolumes({ spec, name }: PodInfo): readonly ClaimVolume[] {
  const found: ClaimVolume[] = [];
  for (const volume of spec.volumes ?? []) {
    if (volume.persistentVolumeClaim)
      found.push({ volume, claimName: volume.persistentVolumeClaim.claimName, ephemeral: false });
    else if (volume.ephemeral)
      found.push({ volume, claimName: ephemeralClaimName(name, volume.name), ephemeral: true });
  }
  return found;
}

/** Why the Pod cannot use its claims, before any node is looked at. */
export function claimProblem(pod: PodInfo, sources: ClusterSources): string | undefined {
  for (const { claimName, ephemeral } of claimVolumes(pod)) {
    const claim = sources.claim(`${pod.namespace}/${claimName}`);
    if (claim === undefined)
      return ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${claimName}"`
        : claimNotFound(claimName);
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim "${claimName}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`;
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${claimName}" is being deleted`;
    if (ephemeral && !belongsTo(claim, pod.pod))
      return `PVC ${claim.metadata.namespace}/${claimName} was not created for pod ${pod.key} (pod is not owner)`;
  }
  return undefined;
}

export const claimNotFound = (name: string): string => `persistentvolumeclaim "${name}" not found`;

const belongsTo = ({ metadata }: PersistentVolumeClaim, pod: Pod): boolean =>
  metadata.namespace === pod.metadata.namespace &&
  metadata.ownerReferences?.some(({ controller, uid }) => controller === true && uid === pod.metadata.uid) === true;
