import type { Deployment, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import { maxReplicasOf } from './annotations.ts';
import { maxSurgeOf, maxUnavailableOf, replicasOf } from './limits.ts';

/** A ReplicaSet and the number of replicas that it should have. */
export interface Scaling {
  readonly rs: ReplicaSet;
  readonly to: number;
}

export const sumOf = (sets: readonly ReplicaSet[], count: (rs: ReplicaSet) => number): number =>
  sets.reduce((sum, rs) => sum + count(rs), 0);
const availableOf = (rs: ReplicaSet): number => rs.status?.availableReplicas ?? 0;

export const byCreation = (a: ReplicaSet, b: ReplicaSet): number => {
  const [x = '', y = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  return x === y ? ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1) : x < y ? -1 : 1;
};

/** How many replicas the new ReplicaSet may have now: as many as fit below `replicas` + maxSurge. */
export function newReplicas(d: Deployment, all: readonly ReplicaSet[], current: number): number {
  if (d.spec?.strategy?.type === 'Recreate') return replicasOf(d);
  const room = replicasOf(d) + maxSurgeOf(d) - sumOf(all, replicasOf);
  if (room <= 0) return current;
  return current + Math.min(room, replicasOf(d) - current);
}

/**
 * What the old ReplicaSets give up in this turn, step by step: first replicas that do not work, then, as long as enough
 * stay available, those that do; the oldest ReplicaSets first. One that gives up both comes twice.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/deployment/rolling.go
 */
export function oldReplicas(d: Deployment, newSet: ReplicaSet, old: readonly ReplicaSet[]): readonly Scaling[] {
  const oldest = old.filter((rs) => replicasOf(rs) > 0).sort(byCreation);
  const all = [...oldest, newSet];
  const minAvailable = replicasOf(d) - maxUnavailableOf(d);
  const newUnavailable = replicasOf(newSet) - availableOf(newSet);
  let mayGo = sumOf(all, replicasOf) - minAvailable - newUnavailable;
  const steps: Scaling[] = [];
  if (oldest.length === 0 || mayGo <= 0) return steps;

  const sizes = new Map<ReplicaSet, number>();
  for (const rs of oldest) {
    if (mayGo <= 0) break;
    const broken = Math.min(mayGo, replicasOf(rs) - availableOf(rs));
    // It has just been made smaller and counts Pods that are about to go: what stays available cannot be told from it yet.
    if (broken < 0) return steps;
    if (broken === 0) continue;
    mayGo -= broken;
    const to = replicasOf(rs) - broken;
    sizes.set(rs, to);
    steps.push({ rs, to });
  }
  let spare = sumOf(all, availableOf) - minAvailable;
  for (const rs of oldest) {
    const size = sizes.get(rs) ?? replicasOf(rs);
    const goes = Math.min(size, spare);
    if (goes <= 0) continue;
    spare -= goes;
    steps.push({ rs, to: size - goes });
  }
  return steps;
}

/**
 * The sizes after a Deployment was scaled in the middle of a rollout: what is added or taken away is spread over its
 * active ReplicaSets in proportion to their sizes, and what rounding leaves goes to the largest.
 */
export function proportionalSizes(d: Deployment, active: readonly ReplicaSet[]): readonly Scaling[] {
  const allowed = replicasOf(d) > 0 ? replicasOf(d) + maxSurgeOf(d) : 0;
  const toAdd = allowed - sumOf(active, replicasOf);
  const newestFirst = toAdd > 0 ? -1 : 1;
  const largest = [...active].sort((a, b) => replicasOf(b) - replicasOf(a) || newestFirst * byCreation(a, b));
  let added = 0;
  const sizes = largest.map((rs) => {
    const share = toAdd === 0 ? 0 : within(toAdd - added, fraction(d, rs));
    added += share;
    return replicasOf(rs) + share;
  });
  if (toAdd !== 0 && sizes[0] !== undefined) sizes[0] = Math.max(sizes[0] + toAdd - added, 0);
  return largest.map((rs, i) => ({ rs, to: sizes[i] ?? 0 }));
}

/** By how much a ReplicaSet would change if it kept its share of the whole. */
function fraction(d: Deployment, rs: ReplicaSet): number {
  if (replicasOf(d) === 0) return -replicasOf(rs);
  // Somebody may have taken the annotation away, or made nonsense of it.
  const before = maxReplicasOf(rs) || (d.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((replicasOf(rs) * (replicasOf(d) + maxSurgeOf(d))) / before) - replicasOf(rs);
}

/** Not past what is left to add (or, when it is negative, to take away). */
function within(left: number, share: number): number {
  if (left === 0) return 0;
  return left > 0 ? Math.min(share, left) : Math.max(share, left);
}
