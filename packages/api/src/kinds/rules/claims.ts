import type { Draft, ObjectMeta } from '@tabernetes/apimachinery';
import type { PersistentVolumeClaim } from '../../generated/core-v1.ts';
import { roundResources } from '../../pod/quantities.ts';

/** Defaults of a claim, one in a StatefulSet included. */
export function defaultClaim(claim: Draft<PersistentVolumeClaim>): void {
  claim.status ??= {};
  claim.status.phase ||= 'Pending';
  claim.spec ??= {};
  claim.spec.volumeMode ??= 'Filesystem';
  const { resources } = claim.spec;
  for (const list of [resources?.limits, resources?.requests, claim.status.capacity, claim.status.allocatedResources]) {
    if (list) roundResources(list);
  }
}

/** The annotation that named a StorageClass before there was a field. */
export const STORAGE_CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** What is said of a claim or volume that still has that annotation. */
export const storageClassAnnotationWarnings = ({ annotations }: ObjectMeta): readonly string[] =>
  annotations?.[STORAGE_CLASS_ANNOTATION] === undefined
    ? []
    : [
        `metadata.annotations[${STORAGE_CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`,
      ];
