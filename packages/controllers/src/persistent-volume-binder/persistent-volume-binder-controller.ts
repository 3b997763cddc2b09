import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import { objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder, type WorkQueue } from '@tabernetes/client';
import { createResync, type Resync } from '../resync/resync.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import { claimKeysOfPod, PODS_BY_CLAIM, volumesOfPod } from '../volumes/claim-keys.ts';
import { createBinding } from './binding.ts';
import { volumeRecycler } from './recycle-volume.ts';
import { BY_CLAIM_REF, BY_CLASS, claimSync } from './sync-claim.ts';
import { volumeSync } from './sync-volume.ts';
import { BIND_COMPLETED, claimKeyOf, classOf, hasAnnotation } from './volume-facts.ts';

const RESYNC_MS = 15_000;
/** The worker of volumes is so far behind the one of claims. */
const AFTER_CLAIM_MS = 5;

export interface PersistentVolumeBinderOptions {
  /**
   * How long after a volume is made it becomes Available, at most. A claim that comes sooner finds nothing to bind to, and is
   * looked at again at the next resync, as upstream where both are applied at once; the volume is Available right after it.
   * Default 0: at once.
   */
  readonly newsDelayMs?: number;
}

/**
 * Binds claims and volumes to each other, asks provisioners for volumes, and does with volumes what their reclaim policy
 * says. As upstream, two workers share it, one for claims and one for volumes, and what one of them could not do is tried
 * again at the next resync.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/volume/persistentvolume/pv_controller.go
 */
export function persistentVolumeBinder(
  context: ControllerContext,
  { newsDelayMs = 0 }: PersistentVolumeBinderOptions = {},
): Controller {
  const { client, informers, clock, onError } = context;
  const claims = informers.for(kinds.persistentVolumeClaim);
  const volumes = informers.for(kinds.persistentVolume);
  const classes = informers.for(kinds.storageClass);
  const pods = informers.for(kinds.pod);
  volumes.addIndex(BY_CLASS, (volume) => [classOf(volume)]);
  volumes.addIndex(BY_CLAIM_REF, ({ spec }) => (spec?.claimRef === undefined ? [] : [claimKeyOf(spec.claimRef)]));
  pods.addIndex(PODS_BY_CLAIM, claimKeysOfPod, volumesOfPod);

  const stop = new AbortController();
  const recorder = createEventRecorder(context, { component: 'persistentvolume-controller' });
  const binding = createBinding({ client, clock, recorder });
  const resyncs = { claims: createResync(clock, RESYNC_MS), volumes: createResync(clock, RESYNC_MS) };
  const queues: { claims?: Pick<WorkQueue, 'add'>; volumes?: Pick<WorkQueue, 'add'> } = {};
  const recycle = volumeRecycler({
    client,
    volumes: volumes.lister,
    claims: claims.lister,
    pods,
    binding,
    recorder,
    onError,
    signal: stop.signal,
  });
  const syncClaim = claimSync({
    client,
    volumes: volumes.lister,
    classes: classes.lister,
    pods: pods.lister,
    binding,
    recorder,
  });
  const syncVolume = volumeSync({
    client,
    claims: claims.lister,
    binding,
    recorder,
    lookAtClaim: (key) => queues.claims?.add(key),
    recycle,
  });

  const claimWorker = createController(context, {
    name: 'persistentvolume-binder-controller',
    informers: [claims, volumes, classes, pods],
    watch(queue) {
      queues.claims = queue;
      const look = (claim: PersistentVolumeClaim): void => {
        follow(resyncs.claims, claim, isBound(claim));
        queue.add(objectKey(claim));
      };
      const news = { onAdd: resyncs.claims.news, onUpdate: resyncs.claims.news };
      return [
        claims.addHandler({
          onAdd: look,
          onUpdate: look,
          onDelete(claim) {
            resyncs.claims.settled(objectKey(claim));
            for (const { metadata } of volumes.lister.byIndex(BY_CLAIM_REF, objectKey(claim)))
              queues.volumes?.add(metadata.name ?? '');
          },
        }),
        volumes.addHandler(news),
        classes.addHandler(news),
        resyncs.claims,
      ];
    },
    onSynced: resyncs.claims.start,
    reconcile: (key) => once(claims.lister.byKey(key), syncClaim),
  });

  const volumeWorker = createController(context, {
    name: 'persistentvolume-binder-controller',
    informers: [volumes, claims],
    watch(queue) {
      queues.volumes = queue;
      const newcomers = new Set<string>();
      const look = (volume: PersistentVolume): void => {
        newcomers.delete(objectKey(volume));
        follow(resyncs.volumes, volume, isSettled(volume));
        queue.add(objectKey(volume));
      };
      return [
        volumes.addHandler({
          onAdd(volume) {
            if (newsDelayMs === 0 || volume.status?.phase !== 'Pending') return look(volume);
            follow(resyncs.volumes, volume, false);
            newcomers.add(objectKey(volume));
            queue.addAfter(objectKey(volume), newsDelayMs);
          },
          onUpdate: look,
          onDelete(volume) {
            newcomers.delete(objectKey(volume));
            resyncs.volumes.settled(objectKey(volume));
            const { claimRef } = volume.spec ?? {};
            if (claimRef !== undefined) queues.claims?.add(claimKeyOf(claimRef));
          },
        }),
        claims.addHandler({
          onAdd() {
            for (const key of newcomers) queue.addAfter(key, AFTER_CLAIM_MS);
          },
        }),
        resyncs.volumes,
      ];
    },
    onSynced: resyncs.volumes.start,
    reconcile: (key) => once(volumes.lister.byKey(key), syncVolume),
  });

  return {
    name: 'persistentvolume-binder-controller',
    async start() {
      await Promise.all([claimWorker.start(), volumeWorker.start()]);
    },
    dispose() {
      stop.abort();
      claimWorker.dispose();
      volumeWorker.dispose();
    },
  };
}

/** What the server refuses is left to the next change or resync: back-off is none of the binder's ways. */
async function once<T>(object: T | undefined, sync: (object: T) => Promise<void>): Promise<Result> {
  if (object === undefined) return DONE;
  try {
    await sync(object);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
  return DONE;
}

function follow(resync: Resync, object: PersistentVolume | PersistentVolumeClaim, settled: boolean): void {
  if (settled) resync.settled(objectKey(object));
  else resync.unsettled(objectKey(object));
}

const isBound = (claim: PersistentVolumeClaim): boolean =>
  claim.status?.phase === 'Bound' && hasAnnotation(claim, BIND_COMPLETED);
const isSettled = ({ status, spec }: PersistentVolume): boolean =>
  status?.phase === 'Available' ||
  status?.phase === 'Bound' ||
  (status?.phase === 'Released' && spec?.persistentVolumeReclaimPolicy === 'Retain');
