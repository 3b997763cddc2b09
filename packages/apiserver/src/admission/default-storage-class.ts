import type { PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import type { Draft } from '@tabernetes/apimachinery';
import type { AdmissionPlugin } from '../admission.ts';
import { defaultClass } from './default-class.ts';

const CLASSES = { group: 'storage.k8s.io', plural: 'storageclasses' };
const OLD_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const IS_DEFAULT = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/**
 * A claim that names no class gets the default one, if there is one.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/storage/storageclass/setdefault/admission.go
 */
export const defaultStorageClass = (): AdmissionPlugin => ({
  name: 'DefaultStorageClass',
  operations: ['CREATE'],
  resources: ['persistentvolumeclaims'],
  async admit({ definition, resource, subresource, draft }, reader) {
    if (definition.group !== '' || resource !== 'persistentvolumeclaims' || subresource !== '' || !draft) return;
    const claim = draft as Draft<PersistentVolumeClaim>;
    // An empty class is a choice as well: a volume without a class.
    if (claim.spec?.storageClassName !== undefined) return;
    if (claim.metadata.annotations?.[OLD_ANNOTATION] !== undefined) return;
    const name = defaultClass(await reader.list(CLASSES), IS_DEFAULT);
    if (name !== undefined) claim.spec = { ...claim.spec, storageClassName: name };
  },
});
