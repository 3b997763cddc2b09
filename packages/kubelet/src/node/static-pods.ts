import { kinds } from '@tabernetes/api';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, StatusError } from '@tabernetes/apimachinery';
import { type Clock, type Disposable, fetchedOnce } from '@tabernetes/base';
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

  // Most nodes have no manifest: how one is read, and what a Pod is by default, is fetched for the first.
  const fetched = fetchedOnce(clock, async () => {
    await kinds.pod.fetch?.();
    return import('./static-pod.ts');
  });
  let isOver = false;

  function scan(): void {
    timer = undefined;
    const names = fs.exists(MANIFESTS) ? fs.readDirectory(MANIFESTS).filter((name) => !name.startsWith('.')) : [];
    if (names.length === 0 && pods.size === 0) return;
    const reading = fetched();
    if (!(reading instanceof Promise)) take(names, reading);
    else reading.then((late) => isOver || take(names, late)).catch(onError);
  }

  function take(names: readonly string[], { staticPod }: Awaited<ReturnType<typeof fetched>>): void {
    const found = new Map<string, Pod>();
    for (const name of names) {
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
    api.delete(pod.metadata.name ?? '', pod.metadata.namespace, { gracePeriodSeconds: 0 }).catch(ignoreNotFound);
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
      isOver = true;
      watching?.dispose();
      timer?.dispose();
    },
  };
}

const SETTLE_MS = 100;
const keyOf = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;
