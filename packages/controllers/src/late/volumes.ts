export { attachDetachController } from '../attach-detach/attach-detach-controller.ts';
export { persistentVolumeBinder } from '../persistent-volume-binder/persistent-volume-binder-controller.ts';
export { persistentVolumeExpander } from '../persistent-volume-expand/persistent-volume-expander-controller.ts';
export { pvProtectionController } from '../storage-protection/pv-protection-controller.ts';
export { pvcProtectionController } from '../storage-protection/pvc-protection-controller.ts';
export { storageProvisioner } from '../storage-provisioner/storage-provisioner.ts';
