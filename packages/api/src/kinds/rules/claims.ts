import type { Draft } from '@tabernetes/apimachinery';
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
