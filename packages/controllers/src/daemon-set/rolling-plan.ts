import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { isAvailable } from '../pods/pod-state.ts';
import { isUpdated, type TemplateVersion } from './daemon-pod.ts';
import { rollingLimits } from './limits.ts';
import type { DaemonPlan, DaemonWorld } from './manage-plan.ts';

export interface RollingWorld extends DaemonWorld {
  readonly version: TemplateVersion;
}

/**
 * The next step of a rolling update. Without surge, old Pods are deleted: those that are not available at once, of the
 * others as many as leave no more than maxUnavailable nodes without one. With surge, new Pods come beside the old ones,
 * on at most maxSurge nodes at once, and an old one goes when its new one is available.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/daemon/update.go rollingUpdate
 */
export function planRolling(world: RollingWorld): DaemonPlan {
  const { ds, nodes, eligible, pods, version } = world;
  // Most of the time.
  if (!hasOld(pods, version)) return { create: [], remove: [] };
  const wanted = nodes.filter((node) => eligible(node) === 'run');
  const { maxSurge, maxUnavailable } = rollingLimits(ds, wanted.length);
  const all = new Map<string, readonly Pod[]>(pods);
  for (const { metadata } of wanted) if (!all.has(metadata.name ?? '')) all.set(metadata.name ?? '', []);
  const pairs = [...all].map(([node, there]) => ({ node, pair: pairOf(there, version) }));
  return maxSurge === 0 ? replaceInPlace(world, pairs, maxUnavailable) : surge(world, pairs, maxSurge, wanted);
}

function hasOld(pods: ReadonlyMap<string, readonly Pod[]>, version: TemplateVersion): boolean {
  for (const there of pods.values()) {
    for (const pod of there) {
      if (pod.metadata.deletionTimestamp === undefined && !isUpdated(pod, version)) return true;
    }
  }
  return false;
}

/** The old and the new Pod of a node, of those that stay. Undefined: more than one of a sort, to be put right first. */
type Pair = { readonly old: Pod | undefined; readonly next: Pod | undefined } | undefined;
type NodePairs = readonly { readonly node: string; readonly pair: Pair }[];

function pairOf(there: readonly Pod[], version: TemplateVersion): Pair {
  let old: Pod | undefined;
  let next: Pod | undefined;
  for (const pod of there) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    if (isUpdated(pod, version)) {
      if (next !== undefined) return undefined;
      next = pod;
    } else {
      if (old !== undefined) return undefined;
      old = pod;
    }
  }
  return { old, next };
}

const availability =
  ({ ds, nowMs }: RollingWorld) =>
  (pod: Pod): boolean =>
    isAvailable(pod, ds.spec?.minReadySeconds ?? 0, nowMs);

function replaceInPlace(world: RollingWorld, pairs: NodePairs, maxUnavailable: number): DaemonPlan {
  const available = availability(world);
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const { pair } of pairs) {
    const { old, next } = pair ?? {};
    // None, or one too many: both are put right elsewhere.
    if ((old === undefined) === (next === undefined)) unavailable++;
    else if (old === undefined) unavailable += next !== undefined && available(next) ? 0 : 1;
    else if (available(old)) candidates.push(old);
    else {
      broken.push(old);
      unavailable++;
    }
  }
  return { create: [], remove: [...broken, ...candidates.slice(0, Math.max(maxUnavailable - unavailable, 0))] };
}

function surge(world: RollingWorld, pairs: NodePairs, maxSurge: number, wanted: readonly Node[]): DaemonPlan {
  const available = availability(world);
  const runs = new Set(wanted.map(({ metadata }) => metadata.name ?? ''));
  const remove: Pod[] = [];
  const unwanted: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  let availableNodes = 0;
  for (const { node, pair } of pairs) {
    if (pair === undefined) {
      surging++;
      continue;
    }
    const { old, next } = pair;
    const serving = old ?? next;
    if (serving !== undefined && available(serving)) availableNodes++;
    if (old === undefined) continue;
    if (next !== undefined) {
      if (available(next)) remove.push(old);
      else surging++;
    } else if (runs.has(node)) (available(old) ? candidates : urgent).push(node);
    else (available(old) ? unwanted : remove).push(old);
  }
  // A node that is no longer wanted keeps its Pod until there are enough elsewhere.
  remove.push(...unwanted.slice(0, Math.max(availableNodes - wanted.length, 0)));
  return { create: [...urgent, ...candidates.slice(0, Math.max(maxSurge - surging, 0))], remove };
}
