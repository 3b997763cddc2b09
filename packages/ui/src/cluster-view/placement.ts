import type { Node, Pod } from '@tabernetes/api/types/core-v1';

/** Pods by where they are. */
export interface Placement {
  /** By the name of their node. */
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  /** Bound to no node, or to one that is not there any more. */
  readonly waiting: readonly Pod[];
}

/** Pods of a namespace (empty: of all) whose name has the filter in it, by node. */
export function placed(pods: readonly Pod[], nodes: readonly Node[], namespace: string, filter: string): Placement {
  const byNode = new Map<string, Pod[]>(nodes.map(({ metadata }) => [metadata.name ?? '', []]));
  const waiting: Pod[] = [];
  for (const pod of pods) {
    if (namespace !== '' && pod.metadata.namespace !== namespace) continue;
    if (filter !== '' && !(pod.metadata.name ?? '').includes(filter)) continue;
    (byNode.get(pod.spec?.nodeName ?? '') ?? waiting).push(pod);
  }
  return { byNode, waiting };
}
