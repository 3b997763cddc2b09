import { forbidden, invalid, notFoundValue, notSupported, required } from '@tabernetes/apimachinery';
import type { Volume, VolumeDevice, VolumeMount } from '../generated/core-v1.ts';
import type { AnyContainer } from './default-containers.ts';
import { hasBacksteps, localDescendingPath } from './paths.ts';
import type { Errors } from './rules.ts';
import { Seen } from './seen.ts';

type Volumes = ReadonlyMap<string, Volume>;

/** Mounts and devices of a container against the volumes of its Pod and against each other. */
export function validateMounts(errors: Errors, container: AnyContainer, volumes: Volumes, path: string): void {
  const { volumeMounts = [], volumeDevices = [] } = container;
  if (volumeMounts.length > 0) validateVolumeMounts(errors, container, volumeMounts, volumeDevices, volumes, path);
  if (volumeDevices.length > 0) validateVolumeDevices(errors, volumeDevices, volumeMounts, volumes, path);
}

function validateVolumeMounts(
  errors: Errors,
  container: AnyContainer,
  mounts: readonly VolumeMount[],
  devices: readonly VolumeDevice[],
  volumes: Volumes,
  containerPath: string,
): void {
  const path = `${containerPath}.volumeMounts`;
  const taken = new Seen();
  for (let i = 0; i < mounts.length; i++) {
    const mount = mounts[i] as VolumeMount;
    const { name = '', mountPath = '', subPath, subPathExpr } = mount;
    if (name === '') errors.push(required(`${path}[${i}].name`));
    if (!volumes.has(name)) errors.push(notFoundValue(`${path}[${i}].name`, name));
    if (mountPath === '') errors.push(required(`${path}[${i}].mountPath`));
    if (taken.has(mountPath)) errors.push(invalid(`${path}[${i}].mountPath`, mountPath, 'must be unique'));
    taken.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.push(invalid(`${path}[${i}].name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => device.devicePath === mountPath)) {
      const detail = 'must not already exist as a path in volumeDevices';
      errors.push(invalid(`${path}[${i}].mountPath`, mountPath, detail));
    }
    // Upstream's paths have no index from here on.
    if (subPath) localDescendingPath(errors, `${path}.subPath`, subPath);
    if (subPathExpr) {
      if (subPath) {
        const detail = 'subPathExpr and subPath are mutually exclusive';
        errors.push(invalid(`${path}[${i}].subPathExpr`, subPathExpr, detail));
      }
      localDescendingPath(errors, `${path}.subPathExpr`, subPathExpr);
    }
    if (mount.mountPropagation !== undefined) {
      validatePropagation(errors, mount.mountPropagation, container, `${path}.mountPropagation`);
    }
    if (mount.recursiveReadOnly !== undefined) {
      validateRecursiveReadOnly(errors, mount, mount.recursiveReadOnly, `${path}.recursiveReadOnly`);
    }
  }
}

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];

function validatePropagation(errors: Errors, mode: string, container: AnyContainer, path: string): void {
  if (!PROPAGATIONS.includes(mode)) errors.push(notSupported(path, mode, PROPAGATIONS));
  if (mode === 'Bidirectional' && container.securityContext?.privileged !== true) {
    errors.push(forbidden(path, 'Bidirectional mount propagation is available only to privileged containers'));
  }
}

const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

function validateRecursiveReadOnly(errors: Errors, mount: VolumeMount, mode: string, path: string): void {
  if (!RECURSIVE_READ_ONLY.includes(mode)) {
    errors.push(notSupported(path, mode, RECURSIVE_READ_ONLY));
    return;
  }
  if (mode === 'Disabled') return;
  if (!mount.readOnly) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None') {
    errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
  }
}

function validateVolumeDevices(
  errors: Errors,
  devices: readonly VolumeDevice[],
  mounts: readonly VolumeMount[],
  volumes: Volumes,
  containerPath: string,
): void {
  const path = `${containerPath}.volumeDevices`;
  const paths = new Set<string>();
  const names = new Set<string>();
  for (const [i, { name = '', devicePath = '' }] of devices.entries()) {
    const at = `${path}[${i}]`;
    const volume = volumes.get(name);
    if (name === '') errors.push(required(`${at}.name`));
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, 'must be unique'));
    if (volume === undefined) errors.push(notFoundValue(`${at}.name`, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${at}.name`, name, detail));
    }
    if (devicePath === '') errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'));
    if (hasBacksteps(devicePath)) {
      errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else {
      paths.add(devicePath);
    }
    if (mounts.some((mount) => mount.name === name)) {
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some((mount) => mount.mountPath === devicePath)) {
      errors.push(invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
  }
}
