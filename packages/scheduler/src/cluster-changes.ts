import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { EventAction } from './framework/events.ts';
import type { PodInfo } from './snapshot/pod-info.ts';

/** What about a node has changed that scheduling looks at. */
export function nodeChanges(old: Node, now: Node): readonly EventAction[] {
  const found: EventAction[] = [];
  if (!sameTexts(old.status?.allocatable, now.status?.allocatable)) found.push('UpdateNodeAllocatable');
  if (!sameTexts(old.metadata.labels, now.metadata.labels)) found.push('UpdateNodeLabel');
  const taintsChanged = old.spec?.taints !== now.spec?.taints && !sameTaints(old, now);
  const opened = old.spec?.unschedulable === true && now.spec?.unschedulable !== true;
  if (taintsChanged || opened) found.push('UpdateNodeTaint');
  return found;
}

/** What about a Pod that has a node. */
export function assignedPodChanges(old: PodInfo, now: PodInfo): readonly EventAction[] {
  const found: EventAction[] = [];
  if (!sameTexts(old.labels, now.labels)) found.push('UpdatePodLabel');
  if (old.requests !== now.requests && old.requests.values.some((amount, i) => amount > (now.requests.values[i] ?? 0)))
    found.push('UpdatePodScaleDown');
  return found;
}

/** Is the Pod on a node, waiting for one, or none of the scheduler's business? */
export function stageOf(pod: Pod | undefined, isOurs: (schedulerName: string) => boolean): Stage {
  if (pod === undefined) return 'none';
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') return 'none';
  if (pod.spec?.nodeName) return 'assigned';
  return isOurs(pod.spec?.schedulerName ?? '') ? 'pending' : 'none';
}

export type Stage = 'none' | 'pending' | 'assigned';

type Texts = Readonly<Record<string, string>> | undefined;

function sameTexts(a: Texts, b: Texts): boolean {
  if (a === b) return true;
  const keys = Object.keys(a ?? {});
  return keys.length === Object.keys(b ?? {}).length && keys.every((key) => a?.[key] === b?.[key]);
}

function sameTaints(old: Node, now: Node): boolean {
  const before = old.spec?.taints ?? [];
  const after = now.spec?.taints ?? [];
  return (
    before.length === after.length &&
    before.every((taint, i) => {
      const other = after[i];
      return taint.key === other?.key && taint.value === other.value && taint.effect === other.effect;
    })
  );
}
