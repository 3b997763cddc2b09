import type { Node, Pod } from '@tabernetes/api/types/core-v1';

/** Pods by where they are. */
export interface Placement {
  /** By the name of their node. */
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  /** Bound to no node, or to one that is not there any more. */
  readonly waiting: readonly Pod[];
}

/**
 * Pods of a namespace (empty: of all) whose name has the filter in it, by node. `before`: where they were; the Pods of a
 * node are the same array as long as none of them has changed.
 */
export function placed(
  pods: readonly Pod[],
  nodes: readonly Node[],
  namespace: string,
  filter: string,
  before?: Placement,
): Placement {
  const byNode = new Map<string, readonly Pod[]>();
  const open = new Map<string, Pod[]>();
  for (const { metadata } of nodes) open.set(metadata.name ?? '', []);
  const waiting: Pod[] = [];
  for (const pod of pods) {
    if (namespace !== '' && pod.metadata.namespace !== namespace) continue;
    if (filter !== '' && !(pod.metadata.name ?? '').includes(filter)) continue;
    (open.get(pod.spec?.nodeName ?? '') ?? waiting).push(pod);
  }
  for (const [name, list] of open) byNode.set(name, kept(before?.byNode.get(name), list));
  return { byNode, waiting: kept(before?.waiting, waiting) };
}

const kept = (before: readonly Pod[] | undefined, now: readonly Pod[]): readonly Pod[] =>
  before?.length === now.length && now.every((pod, at) => pod === before[at]) ? before : now;
