import type { Node, PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import type { StorageClass } from '@tabernetes/api/types/storage-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import { selectorOf } from '../snapshot/affinity-term.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { ClusterSources } from '../snapshot/sources.ts';
import { claimVolumes, isFullyBound, NO_PROVISIONER, SELECTED_NODE, storageClassOf } from './claims.ts';
import { findMatchingVolume, requestedBytes, volumeReaches } from './match-volume.ts';

/** The claims of a Pod by what is still to be done. */
export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  /** To be bound when the Pod has a node. */
  readonly delayed: readonly PersistentVolumeClaim[];
  /** Somebody else should have bound them. */
  readonly immediate: readonly PersistentVolumeClaim[];
}

/** What is to be written before the Pod is bound. */
export interface VolumeDecisions {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  readonly provisions: readonly PersistentVolumeClaim[];
}

const NODE_CONFLICT = 'node(s) had volume node affinity conflict';
const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind";
const VOLUME_MISSING = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
const NO_SPACE = 'node(s) did not have enough free storage';

/** @throws {Error} when a StorageClass does not say when its volumes are bound */
export function podClaims(pod: PodInfo, sources: ClusterSources): PodClaims {
  const bound: PersistentVolumeClaim[] = [];
  const delayed: PersistentVolumeClaim[] = [];
  const immediate: PersistentVolumeClaim[] = [];
  for (const { claimName } of claimVolumes(pod)) {
    const claim = sources.claim(`${pod.namespace}/${claimName}`);
    if (claim === undefined) continue;
    if (isFullyBound(claim)) bound.push(claim);
    else if (bindsLate(claim, sources) && !claim.spec?.volumeName) delayed.push(claim);
    else immediate.push(claim);
  }
  return { bound, delayed, immediate };
}

/** How the Pod's claims are met on a node, or why they are not. */
export function findPodVolumes(
  { bound, delayed }: PodClaims,
  node: Node,
  sources: ClusterSources,
): { readonly decisions: VolumeDecisions; readonly reasons: readonly string[] } {
  const reasons: string[] = [];
  const bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = [];
  const provisions: PersistentVolumeClaim[] = [];
  const boundVolumes = bound.map(({ spec }) => sources.volume(spec?.volumeName ?? ''));
  if (boundVolumes.includes(undefined)) reasons.push(VOLUME_MISSING);
  else if (!boundVolumes.every((volume) => volume !== undefined && volumeReaches(volume, node)))
    reasons.push(NODE_CONFLICT);

  const toProvision: PersistentVolumeClaim[] = [];
  const toMatch: PersistentVolumeClaim[] = [];
  let satisfied = true;
  for (const claim of delayed) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected === undefined) toMatch.push(claim);
    else if (selected === node.metadata.name) toProvision.push(claim);
    else satisfied = false;
  }
  if (satisfied) {
    const chosen = new Set<string>();
    // Small claims first, so that they do not take what only they leave for the large.
    for (const claim of [...toMatch].sort((a, b) => requestedBytes(a) - requestedBytes(b))) {
      const volume = findMatchingVolume(claim, sources.volumesOfClass(storageClassOf(claim)), node, chosen);
      if (volume === undefined) {
        toProvision.push(claim);
        continue;
      }
      chosen.add(volume.metadata.name ?? '');
      bindings.push({ claim, volume });
    }
    for (const claim of toProvision) {
      const verdict = mayProvision(claim, node, sources);
      if (verdict === 'yes') provisions.push(claim);
      else if (verdict === 'noSpace') reasons.push(NO_SPACE);
      else satisfied = false;
      if (verdict !== 'yes') break;
    }
  }
  if (!satisfied) reasons.push(BIND_CONFLICT);
  return { decisions: { bindings, provisions }, reasons };
}

function bindsLate(claim: PersistentVolumeClaim, sources: ClusterSources): boolean {
  const name = storageClassOf(claim);
  const storageClass = name === '' ? undefined : sources.storageClass(name);
  if (storageClass === undefined) return false;
  if (storageClass.volumeBindingMode === undefined)
    throw new Error(`VolumeBindingMode not set for StorageClass "${name}"`);
  return storageClass.volumeBindingMode === 'WaitForFirstConsumer';
}

function mayProvision(claim: PersistentVolumeClaim, node: Node, sources: ClusterSources): 'yes' | 'no' | 'noSpace' {
  const name = storageClassOf(claim);
  const storageClass = name === '' ? undefined : sources.storageClass(name);
  if (storageClass === undefined) return 'no';
  const { provisioner } = storageClass;
  if (!provisioner || provisioner === NO_PROVISIONER || !allows(storageClass, node)) return 'no';
  const driver = sources.csiDriver(provisioner);
  if (driver?.spec.storageCapacity !== true) return 'yes';
  const wanted = requestedBytes(claim);
  const enough = sources.storageCapacities().some((capacity) => {
    if (capacity.storageClassName !== name || capacity.nodeTopology === undefined) return false;
    const bytes = capacity.maximumVolumeSize ?? capacity.capacity;
    return (
      bytes !== undefined &&
      parseQuantity(bytes).value() >= wanted &&
      selectorOf(capacity.nodeTopology).matches(node.metadata.labels)
    );
  });
  return enough ? 'yes' : 'noSpace';
}

/** Any of the allowed topologies; no list allows all. */
function allows({ allowedTopologies = [] }: StorageClass, { metadata }: Node): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(metadata.labels?.[key] ?? '')),
  );
}
