import type { Pod } from '@tabernetes/api/types/core-v1';
import type { Informer } from '@tabernetes/client';

/** Index of Pods by the node that they are bound to. */
export const BY_NODE = 'nodeName';

export function indexByNode(pods: Informer<Pod>): void {
  pods.addIndex(
    BY_NODE,
    ({ spec }) => (spec?.nodeName ? [spec.nodeName] : []),
    ({ spec }) => spec?.nodeName,
  );
}
