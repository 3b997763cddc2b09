import { kinds } from '@tabernetes/api';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { decodeBody, decodeObject, StatusError } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Client } from '@tabernetes/client';
import type { FileSystem } from '@tabernetes/node-api';
import { MIRROR_ANNOTATION } from '../pod/pod-view.ts';

/** Where manifests of static Pods lie on a node. */
const MANIFESTS = '/etc/kubernetes/manifests';

export interface StaticPodsDeps {
  readonly client: Client;
  readonly clock: Clock;
  /** The node's files. */
  readonly fs: FileSystem;
  readonly nodeName: string;
  readonly node: () => Node | undefined;
  /** The shadow of a static Pod, as the API has it. */
  readonly mirrorOf: (pod: Pod) => Pod | undefined;
  readonly start: (pod: Pod, mirror: Pod | undefined) => void;
  readonly stop: (pod: Pod) => void;
  readonly onError: (error: unknown) => void;
}

/** Pods that the node has from files, and their shadows in the API. */
export interface StaticPods extends Disposable {
  start(): void;
  /** The static Pod behind a shadow. */
  behind(mirror: Pod): Pod | undefined;
  /** A shadow is gone, or should be another: made anew. A shadow of nothing is taken away. */
  mirrorChanged(mirror: Pod, gone: boolean): void;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/config/file.go */
export function createStaticPods(deps: StaticPodsDeps): StaticPods {
  const { client, clock, fs, nodeName, node, mirrorOf, start, stop, onError } = deps;
  const api = client.resource(kinds.pod);
  const pods = new Map<string, Pod>();
  let watching: { dispose(): void } | undefined;
  let timer: Disposable | undefined;

  function scan(): void {
    timer = undefined;
    const found = new Map<string, Pod>();
    for (const name of fs.exists(MANIFESTS) ? fs.readDirectory(MANIFESTS) : []) {
      if (name.startsWith('.')) continue;
      const path = `${MANIFESTS}/${name}`;
      try {
        const pod = staticPod(fs.readFile(path), { path, nodeName, seenMs: clock.now() });
        found.set(keyOf(pod), pod);
      } catch (error) {
        // One bad file does not keep the others from running.
        onError(new Error(`${path}: ${(error as Error).message}`));
      }
    }
    for (const [key, pod] of pods) {
      if (found.get(key)?.metadata.uid === pod.metadata.uid) continue;
      pods.delete(key);
      stop(pod);
      if (!found.has(key)) removeMirror(pod);
    }
    for (const [key, pod] of found) {
      if (pods.has(key)) continue;
      pods.set(key, pod);
      start(pod, mirrorOf(pod));
      mirror(pod);
    }
  }

  function mirror(pod: Pod): void {
    const known = mirrorOf(pod);
    if (known?.metadata.annotations?.[MIRROR_ANNOTATION] === pod.metadata.uid) return;
    const { uid: _uid, ...metadata } = pod.metadata;
    const owner = { apiVersion: 'v1', controller: true, kind: 'Node', name: nodeName, uid: node()?.metadata.uid ?? '' };
    const shadow: Pod = {
      ...pod,
      metadata: {
        ...metadata,
        annotations: { ...metadata.annotations, [MIRROR_ANNOTATION]: pod.metadata.uid ?? '' },
        ownerReferences: [owner],
      },
    };
    const create = async (): Promise<void> => {
      if (known !== undefined) await remove(pod);
      await api.create(shadow);
    };
    create().catch(report);
  }

  const remove = (pod: Pod): Promise<unknown> =>
    api.delete(pod.metadata.name ?? '', pod.metadata.namespace, { gracePeriodSeconds: 0 }).catch((error: unknown) => {
      if (!(error instanceof StatusError && error.reason === 'NotFound')) throw error;
    });
  const removeMirror = (pod: Pod): void => void remove(pod).catch(report);
  // A namespace that is not there yet, or a server that refuses: the next change brings another try.
  const report = (error: unknown): void => {
    if (!(error instanceof StatusError)) onError(error);
  };

  return {
    start() {
      if (!fs.exists(MANIFESTS)) fs.mkdir(MANIFESTS, { recursive: true });
      // Files are written piece by piece: they are read once the turn is over.
      watching ??= fs.watch(MANIFESTS, () => {
        timer ??= clock.setTimer(SETTLE_MS, scan);
      });
      scan();
    },
    behind: (shadow) => pods.get(keyOf(shadow)),
    mirrorChanged(shadow, gone) {
      const pod = pods.get(keyOf(shadow));
      if (gone) {
        if (pod !== undefined) mirror(pod);
        return;
      }
      // Nothing ends with a shadow, so there is nothing to wait for.
      if (pod === undefined || shadow.metadata.deletionTimestamp !== undefined) removeMirror(shadow);
    },
    dispose() {
      watching?.dispose();
      timer?.dispose();
    },
  };
}

const SETTLE_MS = 100;
const keyOf = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;

/**
 * The Pod that a manifest describes.
 *
 * @throws {Error} for what is no Pod
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/config/common.go applyDefaults
 */
function staticPod(
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
        'kubernetes.io/config.seen': new Date(seenMs).toISOString().replace('Z', '000000Z'),
        'kubernetes.io/config.source': 'file',
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
