import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import { StatusError } from '@tabernetes/apimachinery';
import type { Client, EventRecorder, Lister } from '@tabernetes/client';
import type { Binding } from './binding.ts';
import { sameMode } from './match-volume.ts';
import { claimKeyOf, hasAnnotation, MIGRATED_TO, PROVISIONED_BY } from './volume-facts.ts';
import { deleteBacking, migratedTo } from './volume-plugins.ts';

export interface VolumeDeps {
  readonly client: Client;
  readonly claims: Lister<PersistentVolumeClaim>;
  readonly binding: Binding;
  readonly recorder: EventRecorder;
  /** Has a claim looked at again. */
  readonly lookAtClaim: (key: string) => void;
  /** Empties a volume for its next user; resolves when it is known how that went. */
  readonly recycle: (volume: PersistentVolume) => Promise<void>;
}

/** Keeps one volume's phase true, and does with it what its reclaim policy says once its claim is gone. */
export function volumeSync(deps: VolumeDeps): (volume: PersistentVolume) => Promise<void> {
  const { client, claims, binding, recorder, lookAtClaim, recycle } = deps;
  const write = client.resource(kinds.persistentVolume);

  return async function sync(seen) {
    const volume = await withFinalizers(seen);
    const { claimRef } = volume.spec ?? {};
    if (claimRef === undefined || !claimRef.uid) {
      await binding.volumePhase(volume, 'Available');
      return;
    }
    const key = claimKeyOf(claimRef);
    const claim = claims.byKey(key);
    // Another claim of the same name is not the one that the volume was bound to.
    if (claim === undefined || claim.metadata.uid !== claimRef.uid) await release(volume);
    else if (!claim.spec?.volumeName) unfinished(volume, claim, key);
    else if (claim.spec.volumeName === volume.metadata.name) await binding.volumePhase(volume, 'Bound');
    else if (hasAnnotation(volume, PROVISIONED_BY) && volume.spec?.persistentVolumeReclaimPolicy === 'Delete')
      await release(volume); // Made for a claim that has got another in the meantime.
    else await binding.unbind(volume);
  };

  function unfinished(volume: PersistentVolume, claim: PersistentVolumeClaim, key: string): void {
    if (sameMode(volume, claim)) {
      lookAtClaim(key);
      return;
    }
    const [volumeName, claimName] = [volume.metadata.name, claim.metadata.name];
    const [on, of] = [
      `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${claimName}" due to incompatible volumeMode.`,
      `Cannot bind PersistentVolume "${volumeName}" to requested PersistentVolumeClaim due to incompatible volumeMode.`,
    ];
    recorder.event(volume, 'Warning', 'VolumeMismatch', on);
    recorder.event(claim, 'Warning', 'VolumeMismatch', of);
  }

  async function release(volume: PersistentVolume): Promise<void> {
    const phase = volume.status?.phase;
    const released =
      phase === 'Released' || phase === 'Failed' ? volume : await binding.volumePhase(volume, 'Released');
    if (hasAnnotation(released, MIGRATED_TO)) return;
    switch (released.spec?.persistentVolumeReclaimPolicy) {
      case 'Retain':
        return;
      case 'Recycle':
        return await recycle(released);
      case 'Delete':
        return await remove(released);
      default:
        await binding.volumePhase(released, 'Failed', {
          type: 'Warning',
          reason: 'VolumeUnknownReclaimPolicy',
          message: 'Volume has unrecognized PersistentVolumeReclaimPolicy',
        });
    }
  }

  async function remove(volume: PersistentVolume): Promise<void> {
    const outcome = deleteBacking(volume);
    if (outcome === 'elsewhere') return;
    if (outcome !== 'deleted') {
      const told = { type: 'Warning', reason: 'VolumeFailedDelete', message: outcome.problem } as const;
      await binding.volumePhase(volume, 'Failed', told);
      return;
    }
    const { finalizers = [], name = '' } = volume.metadata;
    if (finalizers.includes(IN_TREE)) await write.update(withoutFinalizer(volume, IN_TREE));
    await write.delete(name).catch((error) => {
      if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
    });
  }

  /** Volumes that an in-tree provisioner made must not go before what is behind them. */
  async function withFinalizers(volume: PersistentVolume): Promise<PersistentVolume> {
    const provisioner = volume.metadata.annotations?.[PROVISIONED_BY];
    if (provisioner === undefined) return volume;
    const driver = migratedTo(provisioner);
    const { finalizers = [], annotations = {} } = volume.metadata;
    let wanted: PersistentVolume = volume;
    if (driver !== undefined && annotations[MIGRATED_TO] !== driver)
      wanted = { ...wanted, metadata: { ...wanted.metadata, annotations: { ...annotations, [MIGRATED_TO]: driver } } };
    else if (driver === undefined && annotations[MIGRATED_TO]) {
      const { [MIGRATED_TO]: _gone, ...others } = annotations;
      wanted = { ...wanted, metadata: { ...wanted.metadata, annotations: others } };
    }
    const ours = driver === undefined && provisioner.startsWith('kubernetes.io/');
    const keeps = ours && volume.spec?.persistentVolumeReclaimPolicy === 'Delete';
    if (keeps && !finalizers.includes(IN_TREE))
      wanted = { ...wanted, metadata: { ...wanted.metadata, finalizers: [...finalizers, IN_TREE] } };
    else if ((ours || driver !== undefined) && !keeps && finalizers.includes(IN_TREE))
      wanted = withoutFinalizer(wanted, IN_TREE);
    if (ours && finalizers.includes(EXTERNAL)) wanted = withoutFinalizer(wanted, EXTERNAL);
    return wanted === volume ? volume : await write.update(wanted);
  }
}

const IN_TREE = 'kubernetes.io/pv-controller';
const EXTERNAL = 'external-provisioner.volume.kubernetes.io/finalizer';

const withoutFinalizer = (volume: PersistentVolume, finalizer: string): PersistentVolume => ({
  ...volume,
  metadata: { ...volume.metadata, finalizers: (volume.metadata.finalizers ?? []).filter((f) => f !== finalizer) },
});
