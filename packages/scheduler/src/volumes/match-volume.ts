import { nodeSelector } from '@tabernetes/api';
import type { Node, PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import { selectorOf } from '../snapshot/affinity-term.ts';
import { storageClassOf } from './claims.ts';

/** May a Pod on this node use the volume? */
export function volumeReaches({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec?.nodeAffinity?.required;
  return required === undefined || nodeSelector(required).matches(node);
}

/**
 * The volume that a claim should get on this node: the one that is bound to it already, or the smallest that fits.
 *
 * @param chosen names of volumes that other claims of the Pod get
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go FindMatchingVolume
 */
export function findMatchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  node: Node,
  chosen: ReadonlySet<string>,
): PersistentVolume | undefined {
  const wanted = requestedBytes(claim);
  const selector = claim.spec?.selector === undefined ? undefined : selectorOf(claim.spec.selector);
  const storageClass = storageClassOf(claim);
  let best: PersistentVolume | undefined;
  let bestBytes = 0;
  for (const volume of volumes) {
    const name = volume.metadata.name ?? '';
    if (chosen.has(name)) continue;
    const { claimRef, accessModes = [], volumeMode = 'Filesystem' } = volume.spec ?? {};
    if (claimRef !== undefined && !refersTo(claimRef, claim)) continue;
    if ((claim.spec?.volumeMode ?? 'Filesystem') !== volumeMode) continue;
    if (volume.metadata.deletionTimestamp !== undefined) continue;
    const bytes = capacityBytes(volume);
    if (!volumeReaches(volume, node)) continue;
    if (claimRef !== undefined) {
      // Bound to this claim already: no other will do.
      if (bytes >= wanted) return volume;
      continue;
    }
    if (volume.status?.phase !== 'Available') continue;
    if (selector !== undefined && !selector.matches(volume.metadata.labels)) continue;
    if (storageClassOf(volume) !== storageClass) continue;
    if ((claim.spec?.volumeAttributesClassName || '') !== (volume.spec?.volumeAttributesClassName || '')) continue;
    if (bytes < wanted) continue;
    if (!(claim.spec?.accessModes ?? []).every((mode) => accessModes.includes(mode))) continue;
    if (best === undefined || bytes < bestBytes) {
      best = volume;
      bestBytes = bytes;
    }
  }
  return best;
}

export const requestedBytes = (claim: PersistentVolumeClaim): number =>
  parseQuantity(claim.spec?.resources?.requests?.['storage'] ?? '0').value();

const capacityBytes = ({ spec }: PersistentVolume): number => parseQuantity(spec?.capacity?.['storage'] ?? '0').value();

function refersTo(
  ref: { readonly name?: string; readonly namespace?: string; readonly uid?: string },
  { metadata }: PersistentVolumeClaim,
): boolean {
  return ref.name === metadata.name && ref.namespace === metadata.namespace && (!ref.uid || ref.uid === metadata.uid);
}
