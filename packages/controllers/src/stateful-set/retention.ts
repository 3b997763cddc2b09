import type { StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject, OwnerReference } from '@tabernetes/apimachinery';
import { ownerReference } from '../pods/claim.ts';
import { isInRange, ordinalOf } from './identity.ts';

interface Policy {
  readonly whenDeleted: boolean;
  readonly whenScaled: boolean;
}

/** True: the claim goes. */
function policyOf({ spec }: StatefulSet): Policy {
  const { whenDeleted, whenScaled } = spec?.persistentVolumeClaimRetentionPolicy ?? {};
  return { whenDeleted: whenDeleted === 'Delete', whenScaled: whenScaled === 'Delete' };
}

const ownersOf = ({ metadata }: PersistentVolumeClaim): readonly OwnerReference[] => metadata.ownerReferences ?? [];

/** A reference by name and kind, whatever its uid. */
const names = (owner: OwnerReference, { apiVersion, kind, metadata }: KubeObject): boolean =>
  owner.apiVersion === apiVersion && owner.kind === kind && owner.name === metadata.name;

const isOwnedBy = (claim: PersistentVolumeClaim, { metadata }: KubeObject): boolean =>
  ownersOf(claim).some(({ uid }) => uid === metadata.uid);

/** It refers to an earlier object of that name. */
function isStale(claim: PersistentVolumeClaim, object: KubeObject): boolean {
  const owner = ownersOf(claim).find((reference) => names(reference, object));
  return owner !== undefined && owner.uid !== (object.metadata.uid ?? '');
}

/**
 * Whether a Pod must wait to be made: one of its claims still belongs to a Pod of its name that was scaled away, and
 * will go with it.
 */
export const waitsForClaims = (set: StatefulSet, pod: Pod, claims: readonly PersistentVolumeClaim[]): boolean =>
  policyOf(set).whenScaled && claims.some((claim) => isStale(claim, pod));

/** Under a policy that deletes, a claim that somebody else manages is left alone, and that is said in an event. */
export function hasForeignController(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  const { whenDeleted, whenScaled } = policyOf(set);
  if (!whenDeleted && !whenScaled) return false;
  return ownersOf(claim).some((owner) => {
    for (const us of [set, pod]) if (names(owner, us)) return owner.uid !== us.metadata.uid;
    return owner.controller === true;
  });
}

/**
 * The owners that a claim should have, so that the garbage collector takes it when the policy says so; undefined: those
 * that it has, or it is not ours to change.
 *
 *   whenScaled  whenDeleted   Pod in the set   Pod scaled away
 *   Retain      Retain        none             none
 *   Retain      Delete        the set          the set
 *   Delete      Retain        none             the Pod
 *   Delete      Delete        the set          the Pod
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/statefulset/stateful_set_utils.go isClaimOwnerUpToDate
 */
export function wantedOwners(
  claim: PersistentVolumeClaim,
  set: StatefulSet,
  pod: Pod,
): readonly OwnerReference[] | undefined {
  if (isStale(claim, set) || isStale(claim, pod)) return undefined;
  const others = ownersOf(claim).filter((owner) => !names(owner, set) && !names(owner, pod));
  const [bySet, byPod] = [isOwnedBy(claim, set), isOwnedBy(claim, pod)];
  if (hasForeignController(claim, set, pod)) return bySet || byPod ? others : undefined;

  const { whenDeleted, whenScaled } = policyOf(set);
  const scaledAway = !isInRange(set, ordinalOf(pod));
  const wantsPod = whenScaled && scaledAway;
  const wantsSet = whenDeleted && !wantsPod;
  const ours = [set, pod].map(({ metadata }) => metadata.uid);
  const asController = ownersOf(claim).every(({ uid, controller }) => !ours.includes(uid) || controller === true);
  if (asController && bySet === wantsSet && byPod === wantsPod) return undefined;
  if (wantsPod) return [...others, ownerReference(pod)];
  return wantsSet ? [...others, ownerReference(set)] : others;
}
