/** Volumes. */
export { csiDriver } from '../csi-driver.ts';
export { csiStorageCapacity } from '../csi-storage-capacity.ts';
export { persistentVolume } from '../persistent-volume.ts';
export { persistentVolumeClaim } from '../persistent-volume-claim.ts';
export { volumeAttachment } from '../volume-attachment.ts';
