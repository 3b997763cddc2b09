import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { decodeBody, decodeObject } from '@tabernetes/apimachinery';
import { SEEN_ANNOTATION, SOURCE_ANNOTATION, seenText } from '../pod/pod-view.ts';

/**
 * The Pod that a manifest describes.
 *
 * @throws {Error} for what is no Pod
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/config/common.go applyDefaults
 */
export function staticPod(
  bytes: Uint8Array,
  { path, nodeName, seenMs }: { readonly path: string; readonly nodeName: string; readonly seenMs: number },
): Pod {
  const { value } = decodeBody(bytes, 'application/yaml');
  const { draft } = decodeObject<Pod>(kinds.pod.schema, value);
  if (draft.kind !== 'Pod') throw new Error(`${draft.kind} is no Pod`);
  const uid = contentHash(`${new TextDecoder().decode(bytes)}host:${nodeName}file:${path}`);
  kinds.pod.defaults?.(draft);
  const pod = draft as Pod;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name: `${pod.metadata.name}-${nodeName.toLowerCase()}`,
      namespace: pod.metadata.namespace || 'default',
      uid,
      annotations: {
        ...pod.metadata.annotations,
        'kubernetes.io/config.hash': uid,
        [SEEN_ANNOTATION]: seenText(seenMs),
        [SOURCE_ANNOTATION]: 'file',
      },
    },
    spec: {
      containers: [],
      ...pod.spec,
      nodeName,
      tolerations: [...(pod.spec?.tolerations ?? []), { effect: 'NoExecute', operator: 'Exists' }],
    },
    status: { phase: 'Pending' },
  };
}

/** 32 hexadecimal digits that tell texts apart. No secret hangs on it. */
function contentHash(text: string): string {
  let hash = '';
  for (let seed = 0; seed < 4; seed++) {
    let h = 0x811c9dc5 ^ (seed * 0x9e3779b1);
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    hash += (h >>> 0).toString(16).padStart(8, '0');
  }
  return hash;
}
