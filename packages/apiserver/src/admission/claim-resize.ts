import type { PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import type { StorageClass } from '@tabernetes/api/types/storage-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import type { AdmissionPlugin } from '../admission.ts';
import { admissionForbidden } from './forbidden.ts';

const CLASSES = { group: 'storage.k8s.io', plural: 'storageclasses' };
const OLD_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/**
 * A claim may grow when it is bound and its class allows that.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/storage/persistentvolume/resize/admission.go
 */
export const claimResize = (): AdmissionPlugin => ({
  name: 'PersistentVolumeClaimResize',
  operations: ['UPDATE'],
  resources: ['persistentvolumeclaims'],
  async validate(attributes, reader) {
    const { definition, resource, subresource, object, old } = attributes;
    if (definition.group !== '' || resource !== 'persistentvolumeclaims' || subresource !== '') return;
    const [claim, before] = [object as PersistentVolumeClaim, old as PersistentVolumeClaim];
    if (storageOf(claim).compare(storageOf(before)) <= 0) return;
    if (before.status?.phase !== 'Bound') {
      throw admissionForbidden(attributes, 'Only bound persistent volume claims can be expanded');
    }
    const name = classOf(claim);
    const found = name === '' || name !== classOf(before) ? undefined : await reader.get(CLASSES, '', name);
    if ((found as StorageClass | undefined)?.allowVolumeExpansion !== true) {
      const why =
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
      throw admissionForbidden(attributes, why);
    }
  },
});

const storageOf = ({ spec }: PersistentVolumeClaim) => parseQuantity(spec?.resources?.requests?.['storage'] ?? '0');

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.[OLD_ANNOTATION] ?? spec?.storageClassName ?? '';
