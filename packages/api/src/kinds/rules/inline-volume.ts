import { type FieldError, forbidden, required } from '@tabernetes/apimachinery';
import type { PersistentVolumeSpec } from '../../generated/core-v1.ts';
import { validateAccessModes } from '../../pod/validate-claims.ts';
import { validateVolumeSources } from '../persistent-volume-sources.ts';

const CONTEXT = 'in the context of inline volumes';

/**
 * Appends what is wrong with a volume that stands in a VolumeAttachment instead of being an object of its own.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePersistentVolumeSpec
 */
export function validateInlineVolume(errors: FieldError[], spec: PersistentVolumeSpec, at: string): void {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy, volumeMode } = spec;
  const mayNot = (field: keyof PersistentVolumeSpec): void => {
    errors.push(forbidden(`${at}.${field}`, `may not be specified ${CONTEXT}`));
  };
  if (spec.claimRef) mayNot('claimRef');
  if (Object.keys(spec.capacity ?? {}).length > 0) mayNot('capacity');
  if (spec.csi === undefined) errors.push(required(`${at}.csi`, `has to be specified ${CONTEXT}`));
  if (accessModes.length === 0) errors.push(required(`${at}.accessModes`));
  validateAccessModes(errors, accessModes, `${at}.accessModes`);
  if (policy && policy !== 'Retain') {
    errors.push(forbidden(`${at}.persistentVolumeReclaimPolicy`, `may only be Retain ${CONTEXT}`));
  }
  if (spec.nodeAffinity) mayNot('nodeAffinity');
  const found: FieldError[] = [];
  validateVolumeSources(found, spec, '');
  // They speak of a PersistentVolume.
  for (const error of found) errors.push({ ...error, field: error.field.replace(/^spec/, at) });
  if (spec.storageClassName) mayNot('storageClassName');
  if (volumeMode !== undefined && volumeMode !== 'Filesystem') {
    errors.push(forbidden(`${at}.volumeMode`, `may not specify volumeMode other than Filesystem ${CONTEXT}`));
  }
}
