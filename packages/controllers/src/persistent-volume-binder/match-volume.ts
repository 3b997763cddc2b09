import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import { labelSelectorAsSelector } from '@tabernetes/apimachinery';
import { capacityBytes, classOf, isBoundTo, requestedBytes } from './volume-facts.ts';

/**
 * The volume that a claim gets: one that is kept for it, else of those with the fewest access modes the smallest that is
 * large enough. A claim that waits for its first consumer (`late`) gets only what is kept for it.
 *
 * @param volumes those of the claim's class, and those that are kept for it
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/volume/persistentvolume/index.go
 */
export function findVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  late: boolean,
): PersistentVolume | undefined {
  const wanted = requestedBytes(claim);
  const modes = claim.spec?.accessModes ?? [];
  const selector = claim.spec?.selector && labelSelectorAsSelector(claim.spec.selector);
  let best: PersistentVolume | undefined;
  let kept: PersistentVolume | undefined;
  for (const volume of volumes) {
    const { claimRef } = volume.spec ?? {};
    const mine = isBoundTo(volume, claim);
    if (claimRef !== undefined && !mine) continue;
    if (!offers(volume, modes) || capacityBytes(volume) < wanted || !sameMode(volume, claim)) continue;
    if (hasAttributes(volume) || volume.metadata.deletionTimestamp !== undefined) continue;
    if (mine) {
      if (kept === undefined || before(volume, kept)) kept = volume;
      continue;
    }
    if (late || volume.status?.phase !== 'Available' || classOf(volume) !== classOf(claim)) continue;
    if (selector !== undefined && !selector.matches(volume.metadata.labels ?? {})) continue;
    if (best === undefined || before(volume, best)) best = volume;
  }
  // A volume of fewer modes goes before one that is kept, as upstream looks through them mode by mode.
  if (kept === undefined || best === undefined) return kept ?? best;
  return modeCount(best) < modeCount(kept) ? best : kept;
}

/** Why the volume that a claim names is none for it; undefined: it is one. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.metadata.deletionTimestamp !== undefined)
    return `the volume is marked for deletion "${volume.metadata.name}"`;
  if (capacityBytes(volume) < requestedBytes(claim)) return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if (hasAttributes(claim) || hasAttributes(volume))
    return 'volumeAttributesClassName is not supported when the feature-gate VolumeAttributesClass is disabled';
  if (!sameMode(volume, claim)) return 'incompatible volumeMode';
  if (!offers(volume, claim.spec?.accessModes ?? [])) return 'incompatible accessMode';
  return undefined;
}

export const sameMode = ({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (spec?.volumeMode ?? 'Filesystem') === (claim.spec?.volumeMode ?? 'Filesystem');

/** VolumeAttributesClasses are off by default: who names one gets nothing. */
const hasAttributes = ({ spec }: PersistentVolume | PersistentVolumeClaim): boolean =>
  !!spec?.volumeAttributesClassName;

const offers = ({ spec }: PersistentVolume, modes: readonly string[]): boolean =>
  modes.every((mode) => spec?.accessModes?.includes(mode));

const modeCount = ({ spec }: PersistentVolume): number => new Set(spec?.accessModes).size;

/** Fewer modes, then smaller; upstream takes any of two that are the same, here it is the first by name. */
function before(a: PersistentVolume, b: PersistentVolume): boolean {
  const [modes, bytes] = [modeCount(a) - modeCount(b), capacityBytes(a) - capacityBytes(b)];
  return modes !== 0 ? modes < 0 : bytes !== 0 ? bytes < 0 : (a.metadata.name ?? '') < (b.metadata.name ?? '');
}
