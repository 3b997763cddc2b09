import type { PersistentVolume, PersistentVolumeSpec, Volume as VolumeSpec } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import type { Volume, VolumeOptions } from '@tabernetes/node-api';

/** The disks and shares of the world outside the nodes: one for each name, for as long as the cluster runs. */
export interface Disks {
  /** The disk of that name; made when it is asked for first. */
  disk(name: string, create: (options: VolumeOptions) => Volume, options?: VolumeOptions): Volume;
  /** Forgets a disk, and what is on it. */
  remove(name: string): void;
}

export function createDisks(): Disks {
  const disks = new Map<string, Volume>();
  return {
    disk(name, create, options = {}) {
      const known = disks.get(name) ?? create(options);
      disks.set(name, known);
      return known;
    },
    remove: (name) => void disks.delete(name),
  };
}

/** The disk that an inline volume or the source of a PersistentVolume means; undefined: it means none. */
export function diskName(source: VolumeSpec | PersistentVolumeSpec): string | undefined {
  const { nfs, awsElasticBlockStore, gcePersistentDisk, azureDisk, azureFile, cinder, vsphereVolume, iscsi } = source;
  const { rbd, cephfs, glusterfs, fc, flexVolume, portworxVolume, scaleIO, storageos, quobyte } = source;
  if (nfs) return `nfs ${nfs.server}:${nfs.path}`;
  if (awsElasticBlockStore) return `ebs ${awsElasticBlockStore.volumeID}`;
  if (gcePersistentDisk) return `gce ${gcePersistentDisk.pdName}`;
  if (azureDisk) return `azure ${azureDisk.diskURI}`;
  if (azureFile) return `azurefile ${azureFile.secretName}/${azureFile.shareName}`;
  if (cinder) return `cinder ${cinder.volumeID}`;
  if (vsphereVolume) return `vsphere ${vsphereVolume.volumePath}`;
  if (iscsi) return `iscsi ${iscsi.targetPortal} ${iscsi.iqn} ${iscsi.lun}`;
  if (rbd) return `rbd ${rbd.pool ?? 'rbd'}/${rbd.image}`;
  if (cephfs) return `cephfs ${cephfs.monitors.join(',')}${cephfs.path ?? '/'}`;
  if (glusterfs) return `glusterfs ${glusterfs.endpoints}/${glusterfs.path}`;
  if (fc) return `fc ${fc.wwids?.join(',') ?? fc.targetWWNs?.join(',')} ${fc.lun ?? 0}`;
  if (flexVolume) return `flex ${flexVolume.driver} ${JSON.stringify(flexVolume.options ?? {})}`;
  if (portworxVolume) return `portworx ${portworxVolume.volumeID}`;
  if (scaleIO) return `scaleio ${scaleIO.system}/${scaleIO.volumeName}`;
  if (storageos) return `storageos ${storageos.volumeNamespace ?? ''}/${storageos.volumeName}`;
  if (quobyte) return `quobyte ${quobyte.volume}`;
  return undefined;
}

/** The disk behind a PersistentVolume, whose capacity is its own. */
export function persistentDisk({ metadata, spec }: PersistentVolume): {
  readonly name: string;
  readonly options: VolumeOptions;
} {
  const { nfs } = spec ?? {};
  const named = spec && diskName(spec);
  const capacity = spec?.capacity?.['storage'];
  return {
    name: named ?? `pv ${metadata.uid ?? metadata.name}`,
    options: {
      fsType: nfs ? 'nfs4' : 'ext4',
      ...(capacity !== undefined && { capacityBytes: parseQuantity(capacity).value() }),
    },
  };
}
