import type { AdmissionPlugin } from '../admission.ts';

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
};

/**
 * Volumes and claims are not deleted while something uses them: each gets a finalizer, which the protection controllers take away.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go
 */
export const storageObjectInUse = (): AdmissionPlugin => ({
  name: 'StorageObjectInUseProtection',
  operations: ['CREATE'],
  resources: ['persistentvolumes', 'persistentvolumeclaims'],
  admit({ definition, resource, subresource, draft }) {
    if (definition.group !== '' || subresource !== '' || draft === undefined) return;
    const finalizer = Object.hasOwn(FINALIZERS, resource) ? FINALIZERS[resource] : undefined;
    if (finalizer === undefined || draft.metadata.finalizers?.includes(finalizer)) return;
    draft.metadata.finalizers = [...(draft.metadata.finalizers ?? []), finalizer];
  },
});
