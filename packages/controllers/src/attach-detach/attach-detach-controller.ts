import { sha256 } from '@noble/hashes/sha2.js';
import { kinds } from '@tabernetes/api';
import type { Node, PersistentVolume, Pod } from '@tabernetes/api/types/core-v1';
import type { VolumeAttachment } from '@tabernetes/api/types/storage-v1';
import { StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { claimKeysOfPod, PODS_BY_CLAIM, volumesOfPod } from '../volumes/claim-keys.ts';
import { multiAttachText, planAttachments } from './plan.ts';

/** How long somebody outside has to attach a volume before Pods are told. */
const ATTACH_TIMEOUT_MS = 120_000;
const VOLUMES_BY_CLAIM = 'boundClaim';
const NODES_BY_VOLUME = 'shownVolume';
const ATTACHMENTS_BY_VOLUME = 'attachedVolume';

/**
 * Asks for volumes of CSI drivers to be attached to the nodes whose Pods use them, by VolumeAttachments: whoever attaches
 * for the driver answers in their status. Nodes show what is attached to them.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/volume/attachdetach/reconciler/reconciler.go
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/volume/csi/csi_attacher.go
 */
export function attachDetachController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const pods = informers.for(kinds.pod);
  const volumes = informers.for(kinds.persistentVolume);
  const nodes = informers.for(kinds.node);
  const drivers = informers.for(kinds.csiDriver);
  const attachments = informers.for(kinds.volumeAttachment);
  pods.addIndex(PODS_BY_CLAIM, claimKeysOfPod, volumesOfPod);
  volumes.addIndex(VOLUMES_BY_CLAIM, boundClaims);
  attachments.addIndex(ATTACHMENTS_BY_VOLUME, ({ metadata, spec }) =>
    OWN_NAME.test(metadata.name ?? '') ? [spec?.source.persistentVolumeName ?? ''] : [],
  );
  nodes.addIndex(NODES_BY_VOLUME, ({ status }) => status?.volumesAttached?.map(({ name }) => name) ?? []);
  const recorder = createEventRecorder(context, { component: 'attachdetach-controller' });
  const write = client.resource(kinds.volumeAttachment);
  /** Attachments that nobody needs any more, while an attempt to attach goes on: when it ends. */
  const pendingUntilMs = new Map<string, number>();

  /** What nobody needs any more goes, once no attempt to attach it is under way. In milliseconds, how long the first still lasts. */
  async function drop(
    unneeded: readonly string[],
    known: readonly VolumeAttachment[],
    signal: AbortSignal,
  ): Promise<number | undefined> {
    let waitMs: number | undefined;
    for (const attachment of known) {
      const { name = '' } = attachment.metadata;
      const untilMs = unneeded.includes(name) ? (pendingUntilMs.get(name) ?? attemptEndMs(attachment, clock.now())) : 0;
      if (untilMs > clock.now()) {
        pendingUntilMs.set(name, untilMs);
        waitMs = Math.min(waitMs ?? Number.POSITIVE_INFINITY, untilMs - clock.now());
        continue;
      }
      pendingUntilMs.delete(name);
      if (unneeded.includes(name)) await write.delete(name, undefined, { signal }).catch(gone);
    }
    return waitMs;
  }

  /** Pods that need a volume: those on a node that have not ended. */
  const podsOf = (volume: PersistentVolume): readonly Pod[] =>
    boundClaims(volume)
      .flatMap((claim) => pods.lister.byIndex(PODS_BY_CLAIM, claim))
      .filter(({ status, spec }) => !hasEnded(status?.phase) && (spec?.nodeName ?? '') !== '');
  const warn = (of: readonly Pod[], text: string): void => {
    for (const pod of of) recorder.event(pod, 'Warning', 'FailedAttachVolume', text);
  };

  /** A node shows the volumes that are attached to it. */
  async function show(node: Node | undefined, unique: string, isAttached: boolean, signal: AbortSignal): Promise<void> {
    if (node === undefined) return;
    const shown = node.status?.volumesAttached ?? [];
    if (shown.some(({ name }) => name === unique) === isAttached) return;
    const others = shown.filter(({ name }) => name !== unique);
    const volumesAttached = isAttached ? [...others, { name: unique, devicePath: '' }] : others;
    await client
      .resource(kinds.node)
      .patch(
        node.metadata.name ?? '',
        undefined,
        'merge',
        { status: { volumesAttached } },
        { signal, subresource: 'status' },
      );
  }

  return createController(context, {
    name: 'attachdetach-controller',
    informers: [pods, volumes, nodes, drivers, attachments],
    watch: (queue) => {
      const ofPod = (pod: Pod): void => {
        for (const claim of claimKeysOfPod(pod))
          for (const { metadata } of volumes.lister.byIndex(VOLUMES_BY_CLAIM, claim)) queue.add(metadata.name ?? '');
      };
      const ofVolume = ({ metadata, spec }: PersistentVolume): void => {
        if (spec?.csi !== undefined) queue.add(metadata.name ?? '');
      };
      const ofAttachment = ({ spec }: VolumeAttachment): void => queue.add(spec?.source.persistentVolumeName ?? '');
      return [
        pods.addHandler({
          onAdd: ofPod,
          onUpdate(pod, old) {
            const isSame =
              pod.spec?.nodeName === old.spec?.nodeName && hasEnded(pod.status?.phase) === hasEnded(old.status?.phase);
            if (!isSame) ofPod(pod);
          },
          onDelete: ofPod,
        }),
        volumes.addHandler({ onAdd: ofVolume, onUpdate: ofVolume, onDelete: ofVolume }),
        attachments.addHandler({
          onAdd: ofAttachment,
          onUpdate(now, old) {
            ofAttachment(now);
            if (now.status?.attached !== true || old.status?.attached === true) return;
            const name = now.spec?.source.persistentVolumeName ?? '';
            const volume = volumes.lister.get(name);
            // The space at the end is upstream's.
            for (const pod of volume === undefined ? [] : podsOf(volume))
              if (pod.spec?.nodeName === now.spec?.nodeName)
                recorder.event(
                  pod,
                  'Normal',
                  'SuccessfulAttachVolume',
                  `AttachVolume.Attach succeeded for volume "${name}" `,
                );
          },
          onDelete(attachment) {
            pendingUntilMs.delete(attachment.metadata.name ?? '');
            ofAttachment(attachment);
          },
        }),
      ];
    },
    async reconcile(key, signal) {
      const known = attachments.lister.byIndex(ATTACHMENTS_BY_VOLUME, key);
      const volume = volumes.lister.get(key);
      const csi = volume?.spec?.csi;
      const isManaged = csi !== undefined && drivers.lister.get(csi.driver)?.spec?.attachRequired !== false;
      if (volume === undefined || csi === undefined || !isManaged) {
        for (const { metadata } of known) await write.delete(metadata.name ?? '', undefined, { signal }).catch(gone);
        return DONE;
      }
      const users = podsOf(volume);
      const { attach, detach, blocked } = planAttachments(volume, users, known);
      const dropMs = await drop(detach, known, signal);
      for (const node of attach) {
        if (nodes.lister.get(node)?.metadata.annotations?.[MANAGED] !== 'true') continue;
        await write
          .create(attachmentOf(key, csi.driver, csi.volumeHandle, node), { signal })
          .catch((error: unknown) => {
            if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
          });
      }
      for (const { pod, by } of blocked) warn([pod], multiAttachText(key, pod, by));

      const unique = `kubernetes.io/csi/${csi.driver}^${csi.volumeHandle}`;
      let waitMs = dropMs;
      const attached = new Set<string>();
      for (const { spec, status, metadata } of known) {
        if (status?.attached === true) {
          if (metadata.deletionTimestamp === undefined) attached.add(spec?.nodeName ?? '');
          continue;
        }
        if (pendingUntilMs.has(metadata.name ?? '')) continue;
        const leftMs = Date.parse(metadata.creationTimestamp ?? '') + ATTACH_TIMEOUT_MS - clock.now();
        if (leftMs <= 0)
          warn(
            users.filter((pod) => pod.spec?.nodeName === spec?.nodeName),
            `AttachVolume.Attach failed for volume "${key}" : timed out waiting for external-attacher of ${csi.driver} CSI driver to attach volume ${csi.volumeHandle}`,
          );
        waitMs = leftMs > 0 ? leftMs : ATTACH_TIMEOUT_MS;
      }
      for (const node of nodes.lister.byIndex(NODES_BY_VOLUME, unique))
        if (!attached.has(node.metadata.name ?? '')) await show(node, unique, false, signal);
      for (const name of attached) await show(nodes.lister.get(name), unique, true, signal);
      if (waitMs === undefined && attach.length > 0) waitMs = ATTACH_TIMEOUT_MS;
      return waitMs === undefined ? DONE : { requeueAfterMs: waitMs, background: true };
    },
  });
}

/** What somebody else asks for is theirs to end. */
const OWN_NAME = /^csi-[0-9a-f]{64}$/;

/** Nodes whose volumes this controller attaches. */
const MANAGED = 'volumes.kubernetes.io/controller-managed-attach-detach';

const hasEnded = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';

/** Whoever attaches has two minutes each time, unless it has failed. */
function attemptEndMs({ metadata, status }: VolumeAttachment, nowMs: number): number {
  if (status?.attached === true || status?.attachError !== undefined) return nowMs;
  const startMs = Date.parse(metadata.creationTimestamp ?? '');
  return startMs + (Math.floor((nowMs - startMs) / ATTACH_TIMEOUT_MS) + 1) * ATTACH_TIMEOUT_MS;
}

const boundClaims = ({ spec }: PersistentVolume): readonly string[] =>
  spec?.csi === undefined || spec.claimRef === undefined ? [] : [`${spec.claimRef.namespace}/${spec.claimRef.name}`];

function attachmentOf(volumeName: string, driver: string, handle: string, nodeName: string): VolumeAttachment {
  const digest = sha256(new TextEncoder().encode(`${handle}${driver}${nodeName}`));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: `csi-${hex}` },
    spec: { attacher: driver, nodeName, source: { persistentVolumeName: volumeName } },
  };
}

function gone(error: unknown): void {
  if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
}
