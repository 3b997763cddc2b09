import {
  type FieldError,
  forbidden,
  invalid,
  isQualifiedName,
  notSupported,
  required,
  tooLong,
} from '@tabernetes/apimachinery';
import type { StorageClass } from '../generated/storage-v1.ts';
import { defineKind } from '../kind.ts';
import { reject } from '../pod/rules.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { sameMap } from './rules/lists.ts';
import { validateTopologyTerms } from './rules/topology.ts';

/**
 * A sort of storage, and who makes it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/storage-class-v1/
 */
export const storageClass = defineKind<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  storageVersionHash: 'K+m6uJwbjGY=',
  returnsDeletedObject: true,
  schema: schemaOf('io.k8s.api.storage.v1.StorageClass'),

  defaults: (draft) => {
    draft.reclaimPolicy ??= 'Delete';
    draft.volumeBindingMode ??= 'Immediate';
  },
  validate: ({ provisioner = '', parameters, reclaimPolicy, volumeBindingMode, allowedTopologies }) => {
    const errors: FieldError[] = [];
    if (provisioner === '') errors.push(required('provisioner'));
    else {
      const lower = provisioner.toLowerCase();
      reject(errors, 'provisioner', lower, isQualifiedName(lower));
    }
    parameterErrors(errors, parameters ?? {});
    if (reclaimPolicy && !RECLAIM_POLICIES.includes(reclaimPolicy)) {
      errors.push(notSupported('reclaimPolicy', reclaimPolicy, RECLAIM_POLICIES));
    }
    if (volumeBindingMode === undefined) errors.push(required('volumeBindingMode'));
    else if (!BINDING_MODES.includes(volumeBindingMode)) {
      errors.push(notSupported('volumeBindingMode', volumeBindingMode, BINDING_MODES));
    }
    validateTopologyTerms(errors, allowedTopologies ?? [], 'allowedTopologies');
    return errors;
  },
  validateUpdate: ({ parameters, provisioner, reclaimPolicy, volumeBindingMode }, old) => {
    const errors: FieldError[] = [];
    // An empty map is another one than none here.
    if (!sameMap(parameters, old.parameters) || (parameters === undefined) !== (old.parameters === undefined))
      errors.push(forbidden('parameters', 'updates to parameters are forbidden.'));
    if (provisioner !== old.provisioner) errors.push(forbidden('provisioner', 'updates to provisioner are forbidden.'));
    if (reclaimPolicy !== old.reclaimPolicy) {
      errors.push(forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'));
    }
    if (volumeBindingMode !== old.volumeBindingMode) {
      errors.push(invalid('volumeBindingMode', volumeBindingMode, 'field is immutable'));
    }
    return errors;
  },
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    {
      ...nameColumn,
      cell: ({ metadata }) => (isDefault(metadata.annotations) ? `${metadata.name} (default)` : (metadata.name ?? '')),
    },
    {
      name: 'Provisioner',
      type: 'string',
      description: 'Who makes the volumes.',
      cell: ({ provisioner }) => provisioner ?? '',
    },
    {
      name: 'ReclaimPolicy',
      type: 'string',
      description: 'What becomes of a volume when its claim is deleted.',
      cell: ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete',
    },
    {
      name: 'VolumeBindingMode',
      type: 'string',
      description: 'Whether a volume is made at once or when a Pod needs it.',
      cell: ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate',
    },
    {
      name: 'AllowVolumeExpansion',
      type: 'string',
      description: 'True: claims may grow.',
      cell: ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
    },
    ageColumn,
  ],
});

const RECLAIM_POLICIES = ['Delete', 'Retain'];
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];
const MAX_PARAMETERS = 512;
const MAX_PARAMETER_BYTES = 256 * 1024;

function parameterErrors(errors: FieldError[], parameters: Readonly<Record<string, string>>): void {
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) {
    errors.push(tooLong('parameters', '', MAX_PARAMETERS));
    return;
  }
  let size = 0;
  for (const [key, value] of entries) {
    if (key === '') errors.push(invalid('parameters', key, 'field can not be empty.'));
    size += key.length + value.length;
  }
  if (size > MAX_PARAMETER_BYTES) errors.push(tooLong('parameters', '', MAX_PARAMETER_BYTES));
}

const isDefault = (annotations: Readonly<Record<string, string>> = {}): boolean =>
  annotations['storageclass.kubernetes.io/is-default-class'] === 'true' ||
  annotations['storageclass.beta.kubernetes.io/is-default-class'] === 'true';
