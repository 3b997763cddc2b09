import { kinds } from '@tabernetes/api';
import type { Event, PersistentVolume, PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import { StatusError } from '@tabernetes/apimachinery';
import type { Client, EventRecorder, Informer, Lister } from '@tabernetes/client';
import { isFinished } from '../pods/pod-state.ts';
import { PODS_BY_CLAIM } from '../volumes/claim-keys.ts';
import type { Binding } from './binding.ts';
import { capacityBytes, claimKeyOf } from './volume-facts.ts';

export interface RecyclerDeps {
  readonly client: Client;
  readonly volumes: Lister<PersistentVolume>;
  readonly claims: Lister<PersistentVolumeClaim>;
  readonly pods: Informer<Pod>;
  readonly binding: Binding;
  readonly recorder: EventRecorder;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Empties volumes for their next users: a Pod wipes what is in them. One at a time per volume, beside everything else,
 * as that takes as long as it takes.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/volume/util/recyclerclient/recycler_client.go
 */
export function volumeRecycler(deps: RecyclerDeps): (volume: PersistentVolume) => Promise<void> {
  const { client, volumes, claims, pods, binding, recorder, onError, signal } = deps;
  const write = client.resource(kinds.pod);
  const running = new Set<string>();

  async function operation({ metadata }: PersistentVolume): Promise<void> {
    const volume = volumes.get(metadata.name ?? '');
    const { claimRef } = volume?.spec ?? {};
    if (volume === undefined || !claimRef?.uid) return;
    const claim = claims.byKey(claimKeyOf(claimRef));
    if (claim?.metadata.uid === claimRef.uid && [undefined, '', metadata.name].includes(claim?.spec?.volumeName))
      return;
    const users = pods.lister.byIndex(PODS_BY_CLAIM, claimKeyOf(claimRef)).filter((pod) => !isFinished(pod));
    if (users.length > 0 && claim === undefined) {
      const names = users.map((pod) => `${pod.metadata.namespace}/${pod.metadata.name}`).sort();
      recorder.event(volume, 'Normal', 'VolumeFailedRecycle', `Volume is used by pods: ${names.join(',')}`);
      return;
    }
    const problem = await wipe(volume);
    if (signal.aborted) return;
    if (problem !== undefined) {
      await binding.volumePhase(volumes.get(metadata.name ?? '') ?? volume, 'Failed', {
        type: 'Warning',
        reason: 'VolumeFailedRecycle',
        message: problem,
      });
      return;
    }
    recorder.event(volume, 'Normal', 'VolumeRecycled', 'Volume recycled');
    await binding.unbind(volumes.get(metadata.name ?? '') ?? volume);
  }

  /** What went wrong; undefined: the volume is empty. */
  async function wipe(volume: PersistentVolume): Promise<string | undefined> {
    const pod = recyclerPod(volume);
    if (pod === undefined) return 'No recycler plugin found for the volume!';
    const { name = '', namespace = '' } = pod.metadata;
    try {
      await write.create(pod, { signal });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.reason !== 'AlreadyExists')
        return `Recycle failed: unexpected error creating recycler pod:  ${error.message}`;
      await write.delete(name, namespace, { signal });
      return 'Recycle failed: old recycler pod found, will retry later';
    }
    const tell = await tellEvents(volume, name, namespace);
    const problem = await podEnds(`${namespace}/${name}`);
    tell();
    if (signal.aborted) return undefined;
    try {
      await write.delete(name, namespace, { signal });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (problem === undefined) return `Recycle failed: failed to delete recycler pod: ${error.message}`;
    }
    return problem && `Recycle failed: failed to recycle volume: ${problem}`;
  }

  /** What is said of the Pod is said of the volume too. */
  async function tellEvents(volume: PersistentVolume, name: string, namespace: string): Promise<() => void> {
    const fieldSelector = `involvedObject.name=${name}`;
    const source = await client.resource(kinds.event).watch({ namespace, fieldSelector, signal });
    return source.start({
      next({ type, object }) {
        if (type !== 'ADDED') return;
        const { type: severity, message } = object as Event;
        recorder.event(
          volume,
          severity === 'Warning' ? 'Warning' : 'Normal',
          'RecyclerPod',
          `Recycler pod: ${message}`,
        );
      },
      end: () => undefined,
    });
  }

  /** Resolves with why it failed, or undefined. */
  function podEnds(key: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const end = (problem?: string): void => {
        hook.dispose();
        signal.removeEventListener('abort', stop);
        resolve(problem);
      };
      const stop = (): void => end();
      const mine = ({ metadata }: Pod): boolean => `${metadata.namespace}/${metadata.name}` === key;
      const look = (pod: Pod): void => {
        if (!mine(pod)) return;
        if (pod.status?.phase === 'Succeeded') end();
        else if (pod.status?.phase === 'Failed') end(pod.status.message || 'pod failed, pod.Status.Message unknown');
      };
      const hook = pods.addHandler({ onUpdate: look, onDelete: (pod) => mine(pod) && end('recycler pod was deleted') });
      signal.addEventListener('abort', stop);
      const now = pods.lister.byKey(key);
      if (now !== undefined) look(now);
    });
  }

  return (volume) => {
    const id = volume.metadata.uid ?? '';
    if (!running.has(id)) {
      running.add(id);
      void operation(volume)
        .catch((error) => {
          if (!signal.aborted && !(error instanceof StatusError)) onError(error);
        })
        .finally(() => running.delete(id));
    }
    return Promise.resolve();
  };
}

const GIB = 2 ** 30;

/** Undefined: nobody can wipe volumes of this kind. */
function recyclerPod(volume: PersistentVolume): Pod | undefined {
  const { hostPath, nfs } = volume.spec ?? {};
  const source = hostPath
    ? { hostPath: { path: hostPath.path } }
    : nfs && { nfs: { server: nfs.server, path: nfs.path } };
  if (source === undefined) return undefined;
  const leastSeconds = hostPath ? 60 : 300;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `recycler-for-${volume.metadata.name}`, namespace: 'default' },
    spec: {
      activeDeadlineSeconds: Math.max(leastSeconds, Math.floor(capacityBytes(volume) / GIB) * 30),
      restartPolicy: 'Never',
      volumes: [{ name: 'vol', ...source }],
      containers: [
        {
          name: 'pv-recycler',
          image: 'registry.k8s.io/build-image/debian-base:bookworm-v1.0.6',
          command: ['/bin/sh'],
          args: ['-c', 'test -e /scrub && find /scrub -mindepth 1 -delete && test -z "$(ls -A /scrub)" || exit 1'],
          volumeMounts: [{ name: 'vol', mountPath: '/scrub' }],
        },
      ],
    },
  };
}
