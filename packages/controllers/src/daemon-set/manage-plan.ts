import type { DaemonSet } from '@tabernetes/api/types/apps-v1';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { isAvailable, isReady } from '../pods/pod-state.ts';
import { byAge, HASH_LABEL } from './daemon-pod.ts';
import type { Eligibility } from './eligibility.ts';
import { allowsSurge } from './limits.ts';

/** Pods to make, by the name of their node, and Pods to delete. */
export interface DaemonPlan {
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
}

/** A Pod that has ended, and is replaced. */
export interface Ended {
  readonly pod: Pod;
  readonly node: string;
}

export interface ManagePlan extends DaemonPlan {
  readonly failed: readonly Ended[];
  readonly succeeded: readonly Ended[];
  /** Until a Pod that failed may be replaced, in milliseconds; undefined: none waits. */
  readonly waitMs: number | undefined;
}

export interface DaemonWorld {
  readonly ds: DaemonSet;
  readonly nodes: readonly Node[];
  readonly eligible: (node: Node) => Eligibility;
  /** By node; see {@link podsByNode}. */
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
  readonly hash: string;
  /** How long a Pod that failed on a node has to wait, in milliseconds. */
  readonly backOffMs: (node: string) => number;
  readonly nowMs: number;
}

/**
 * What gives every node that a DaemonSet is for its one Pod, and takes those that do not belong.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/daemon/daemon_controller.go podsShouldBeOnNode
 */
export function planManage(world: DaemonWorld): ManagePlan {
  const { ds, nodes, eligible, pods, backOffMs } = world;
  const surges = allowsSurge(ds);
  const create: string[] = [];
  const remove: Pod[] = [];
  const failed: Ended[] = [];
  const succeeded: Ended[] = [];
  let waitMs: number | undefined;

  for (const node of nodes) {
    const { name = '' } = node.metadata;
    const there = pods.get(name);
    const may = eligible(node);
    if (there === undefined) {
      if (may === 'run') create.push(name);
      continue;
    }
    const running: Pod[] = [];
    for (const pod of there) {
      if (pod.metadata.deletionTimestamp !== undefined) continue;
      const phase = pod.status?.phase;
      if (may === 'leave') remove.push(pod);
      else if (phase === 'Failed') {
        const leftMs = backOffMs(name);
        if (leftMs > 0) waitMs = Math.min(waitMs ?? leftMs, leftMs);
        else failed.push({ pod, node: name });
      } else if (phase === 'Succeeded') succeeded.push({ pod, node: name });
      else running.push(pod);
    }
    if (may === 'leave') continue;
    if (running.length > 1) {
      running.sort(byAge);
      remove.push(...(surges ? surplus(world, running) : running.slice(1)));
    } else if (surges && running.length === 0 && may === 'run') create.push(name);
  }

  const ended = [...failed, ...succeeded].map(({ pod }) => pod);
  return { create, remove: [...ended, ...remove, ...lost(world)], failed, succeeded, waitMs };
}

/**
 * Of the Pods of a node, the oldest first, those that are too many while a rollout surges: an old and a new one may stay
 * as long as the old one is ready and the new one is not available yet.
 */
function surplus({ ds, hash, nowMs }: DaemonWorld, running: readonly Pod[]): readonly Pod[] {
  const isNew = (pod: Pod): boolean => pod.metadata.labels?.[HASH_LABEL] === hash;
  const next = running.find(isNew);
  const old = running.find((pod) => !isNew(pod));
  const remove = running.filter((pod) => pod !== next && pod !== old);
  if (next === undefined || old === undefined) return remove;
  const replaced = !isReady(old) || isAvailable(next, ds.spec?.minReadySeconds ?? 0, nowMs);
  return replaced ? [...remove, old] : remove;
}

/** Pods that were bound for a node that is gone: nobody else would ever delete them. */
function lost({ nodes, pods }: DaemonWorld): readonly Pod[] {
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  const found: Pod[] = [];
  for (const [node, there] of pods) {
    if (known.has(node)) continue;
    found.push(...there.filter(({ metadata, spec }) => !spec?.nodeName && metadata.deletionTimestamp === undefined));
  }
  return found;
}
