import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import type { StorageClass } from '@tabernetes/api/types/storage-v1';
import { objectKey, parseQuantity, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder, type EventRecorder } from '@tabernetes/client';
import { classOf, PROVISIONED_BY, PROVISIONER, SELECTED_NODE } from '../persistent-volume-binder/volume-facts.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, TryAgain } from '../runtime/controller.ts';
import { STORAGE_PROVISIONER } from './provisioner-name.ts';

export interface StorageProvisionerOptions {
  /** Folder on the nodes in which volumes are made. Default `/var/lib/tabernetes/volumes`. */
  readonly folder?: string;
}

/**
 * A provisioner beside the control plane, as those of CSI drivers are: makes a hostPath volume on the node that the first
 * consumer runs on, deletes it with its claim, and lets it grow. Its events are those of sig-storage's provisioner and resizer.
 *
 * @see https://github.com/kubernetes-sigs/sig-storage-lib-external-provisioner
 */
export function storageProvisioner(context: ControllerContext, options: StorageProvisionerOptions = {}): Controller {
  const parts = [provisioner(context, options), deleter(context), resizer(context)];
  return {
    name: STORAGE_PROVISIONER,
    async start() {
      for (const part of parts) await part.start();
    },
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

function provisioner(context: ControllerContext, { folder = FOLDER }: StorageProvisionerOptions): Controller {
  const { client, informers } = context;
  const claims = informers.for(kinds.persistentVolumeClaim);
  const classes = informers.for(kinds.storageClass);
  const nodes = informers.for(kinds.node);
  const recorder = createEventRecorder(context, { component: STORAGE_PROVISIONER });
  const fail = (claim: PersistentVolumeClaim, why: string): void =>
    recorder.event(
      claim,
      'Warning',
      'ProvisioningFailed',
      `failed to provision volume with StorageClass "${classOf(claim)}": ${why}`,
    );

  return createController(context, {
    name: STORAGE_PROVISIONER,
    informers: [claims, classes, nodes],
    watch: (queue) => {
      const look = (claim: PersistentVolumeClaim): void => {
        if (isWanted(claim)) queue.add(objectKey(claim));
      };
      return [claims.addHandler({ onAdd: look, onUpdate: look })];
    },
    async reconcile(key, signal) {
      const claim = claims.lister.byKey(key);
      const storageClass = classes.lister.get(claim === undefined ? '' : classOf(claim));
      if (claim === undefined || !isWanted(claim) || storageClass?.provisioner !== STORAGE_PROVISIONER) return DONE;
      const nodeName = claim.metadata.annotations?.[SELECTED_NODE];
      // The scheduler says where, once there is somebody to use it.
      if (nodeName === undefined && storageClass.volumeBindingMode === 'WaitForFirstConsumer') return DONE;
      const node = nodeName === undefined ? undefined : nodes.lister.get(nodeName);
      recorder.event(claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${key}"`);
      const problem = nodeName !== undefined && node === undefined ? `node "${nodeName}" not found` : refusal(claim);
      if (problem !== undefined) {
        fail(claim, problem);
        if (nodeName !== undefined) await reschedule(claim, signal);
        throw new TryAgain(problem);
      }
      const volume = volumeFor(claim, storageClass, folder, node?.metadata.labels?.['kubernetes.io/hostname']);
      try {
        await client.resource(kinds.persistentVolume).create(volume, { signal });
      } catch (error) {
        if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
        return DONE;
      }
      const { name } = volume.metadata;
      recorder.event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`);
      return DONE;
    },
  });

  /** Gives the claim back to the scheduler, which may find a better node. */
  async function reschedule(claim: PersistentVolumeClaim, signal: AbortSignal): Promise<void> {
    const { [SELECTED_NODE]: _node, ...annotations } = claim.metadata.annotations ?? {};
    const metadata = { ...claim.metadata, annotations };
    await client.resource(kinds.persistentVolumeClaim).update({ ...claim, metadata }, { signal });
  }
}

const FOLDER = '/var/lib/tabernetes/volumes';

const isWanted = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  metadata.annotations?.[PROVISIONER] === STORAGE_PROVISIONER &&
  !spec?.volumeName &&
  metadata.deletionTimestamp === undefined;

/** Why a hostPath volume cannot be what the claim asks for. */
function refusal({ spec }: PersistentVolumeClaim): string | undefined {
  if (spec?.selector !== undefined) return 'claim.Spec.Selector is not supported';
  if (spec?.volumeMode === 'Block') return 'block volumes are not supported';
  if (spec?.dataSource !== undefined) return 'claim.Spec.DataSource is not supported';
  const shared = spec?.accessModes?.find((mode) => mode !== 'ReadWriteOnce' && mode !== 'ReadWriteOncePod');
  return shared === undefined ? undefined : `access mode ${shared} is not supported by volumes that live on one node`;
}

function volumeFor(
  claim: PersistentVolumeClaim,
  { metadata, reclaimPolicy, mountOptions }: StorageClass,
  folder: string,
  hostname: string | undefined,
): PersistentVolume {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = claim.metadata;
  const values = hostname === undefined ? undefined : [hostname];
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${uid}`, annotations: { [PROVISIONED_BY]: STORAGE_PROVISIONER } },
    spec: {
      accessModes: claim.spec?.accessModes ?? [],
      capacity: { storage: claim.spec?.resources?.requests?.['storage'] ?? '0' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
      hostPath: { path: `${folder}/pvc-${uid}_${namespace}_${name}`, type: 'DirectoryOrCreate' },
      persistentVolumeReclaimPolicy: reclaimPolicy ?? 'Delete',
      storageClassName: metadata.name ?? '',
      volumeMode: 'Filesystem',
      ...(mountOptions && { mountOptions }),
      ...(values && {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }] }],
          },
        },
      }),
    },
  };
}

/** Deletes volumes of ours that are released. */
function deleter(context: ControllerContext): Controller {
  const { client, informers } = context;
  const volumes = informers.for(kinds.persistentVolume);
  return createController(context, {
    name: STORAGE_PROVISIONER,
    informers: [volumes],
    watch: (queue) => {
      const look = (volume: PersistentVolume): void => {
        if (isDone(volume)) queue.add(objectKey(volume));
      };
      return [volumes.addHandler({ onAdd: look, onUpdate: look })];
    },
    async reconcile(key, signal) {
      const volume = volumes.lister.byKey(key);
      if (volume === undefined || !isDone(volume)) return DONE;
      await client
        .resource(kinds.persistentVolume)
        .delete(volume.metadata.name ?? '', undefined, { signal })
        .catch((error) => {
          if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
        });
      return DONE;
    },
  });
}

const isDone = ({ metadata, spec, status }: PersistentVolume): boolean =>
  metadata.annotations?.[PROVISIONED_BY] === STORAGE_PROVISIONER &&
  metadata.deletionTimestamp === undefined &&
  spec?.persistentVolumeReclaimPolicy === 'Delete' &&
  status?.phase === 'Released';

/** Makes volumes of ours as large as their claims ask for. A folder needs nothing to be done on the node. */
function resizer(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const claims = informers.for(kinds.persistentVolumeClaim);
  const volumes = informers.for(kinds.persistentVolume);
  const write = {
    claims: client.resource(kinds.persistentVolumeClaim),
    volumes: client.resource(kinds.persistentVolume),
  };
  const recorder: EventRecorder = createEventRecorder(context, {
    component: `external-resizer ${STORAGE_PROVISIONER}`,
  });

  return createController(context, {
    name: STORAGE_PROVISIONER,
    informers: [claims, volumes],
    watch: (queue) => {
      const look = (claim: PersistentVolumeClaim): void => {
        if (wantsMore(claim)) queue.add(objectKey(claim));
      };
      return [claims.addHandler({ onAdd: look, onUpdate: look })];
    },
    async reconcile(key, signal) {
      const claim = claims.lister.byKey(key);
      const volume = volumes.lister.get(claim?.spec?.volumeName ?? '');
      if (claim === undefined || volume === undefined || !wantsMore(claim)) return DONE;
      if (volume.metadata.annotations?.[PROVISIONED_BY] !== STORAGE_PROVISIONER) return DONE;
      const { name } = volume.metadata;
      const storage = claim.spec?.resources?.requests?.['storage'] ?? '0';
      const lastTransitionTime = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
      const others = (claim.status?.conditions ?? []).filter(({ type }) => type !== 'Resizing');
      const begun = await write.claims.updateStatus(
        {
          ...claim,
          status: {
            ...claim.status,
            conditions: [...others, { type: 'Resizing', status: 'True', lastTransitionTime }],
          },
        },
        { signal },
      );
      recorder.event(begun, 'Normal', 'Resizing', `External resizer is resizing volume ${name}`);
      await write.volumes.update(
        { ...volume, spec: { ...volume.spec, capacity: { ...volume.spec?.capacity, storage } } },
        { signal },
      );
      const { conditions: _resizing, ...status } = begun.status ?? {};
      const capacity = { ...status.capacity, storage };
      const grown = { ...status, capacity, ...(others.length > 0 && { conditions: others }) };
      await write.claims.updateStatus({ ...begun, status: grown }, { signal });
      recorder.event(claim, 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded');
      return DONE;
    },
  });
}

function wantsMore({ spec, status }: PersistentVolumeClaim): boolean {
  const [asked, has] = [spec?.resources?.requests?.['storage'], status?.capacity?.['storage']];
  if (status?.phase !== 'Bound' || asked === undefined || has === undefined || asked === has) return false;
  return parseQuantity(asked).value() > parseQuantity(has).value();
}
