import type { Draft } from '@tabernetes/apimachinery';
import type { DownwardAPIVolumeFile, PersistentVolumeClaimTemplate, Volume } from '../generated/core-v1.ts';
import { roundResources } from './quantities.ts';

/** 0644, the mode of files made from Secrets, ConfigMaps and the downward API. */
const FILE_MODE = 0o644;
/** An hour. */
const TOKEN_EXPIRATION_SECONDS = 3600;

/** Defaults of one volume; a volume without a source is an emptyDir. */
export function defaultVolume(volume: Draft<Volume>): void {
  if (!hasSource(volume)) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= FILE_MODE;
  if (volume.configMap) volume.configMap.defaultMode ??= FILE_MODE;
  if (volume.hostPath) volume.hostPath.type ??= '';
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= FILE_MODE;
    defaultFiles(volume.downwardAPI.items);
  }
  if (volume.projected) defaultProjected(volume.projected);
  if (volume.ephemeral?.volumeClaimTemplate) defaultClaimTemplate(volume.ephemeral.volumeClaimTemplate);
  if (volume.iscsi && !volume.iscsi.iscsiInterface) volume.iscsi.iscsiInterface = 'default';
  if (volume.rbd) {
    if (!volume.rbd.pool) volume.rbd.pool = 'rbd';
    if (!volume.rbd.user) volume.rbd.user = 'admin';
    if (!volume.rbd.keyring) volume.rbd.keyring = '/etc/ceph/keyring';
  }
  if (volume.azureDisk) {
    volume.azureDisk.cachingMode ??= 'ReadWrite';
    volume.azureDisk.kind ??= 'Shared';
    volume.azureDisk.fsType ??= 'ext4';
    volume.azureDisk.readOnly ??= false;
  }
  if (volume.scaleIO) {
    if (!volume.scaleIO.storageMode) volume.scaleIO.storageMode = 'ThinProvisioned';
    if (!volume.scaleIO.fsType) volume.scaleIO.fsType = 'xfs';
  }
}

/** Defaults of a claim that is made together with its Pod. */
function defaultClaimTemplate(template: Draft<PersistentVolumeClaimTemplate>): void {
  const { spec } = template;
  if (!spec) return;
  spec.volumeMode ??= 'Filesystem';
  if (spec.resources?.limits) roundResources(spec.resources.limits);
  if (spec.resources?.requests) roundResources(spec.resources.requests);
}

function hasSource(volume: Draft<Volume>): boolean {
  for (const key in volume) if (key !== 'name' && volume[key as keyof Volume] !== undefined) return true;
  return false;
}

function defaultProjected(projected: NonNullable<Draft<Volume>['projected']>): void {
  projected.defaultMode ??= FILE_MODE;
  for (const { serviceAccountToken, downwardAPI } of projected.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= TOKEN_EXPIRATION_SECONDS;
    if (downwardAPI) defaultFiles(downwardAPI.items);
  }
}

function defaultFiles(files: Draft<DownwardAPIVolumeFile>[] | undefined): void {
  for (const { fieldRef } of files ?? []) if (fieldRef && !fieldRef.apiVersion) fieldRef.apiVersion = 'v1';
}
