import {
  type Draft,
  type FieldError,
  forbidden,
  invalid,
  isQualifiedName,
  labelSelectorHasInvalidLabelValue,
  notSupported,
  parseQuantity,
  required,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../generated/core-v1.ts';
import { goDiff } from '../go-diff/index.ts';
import { defineKind } from '../kind.ts';
import { compareQuantities, quantityText } from '../pod/quantities.ts';
import { isNativeResource } from '../pod/resource-names.ts';
import { bare, reject } from '../pod/rules.ts';
import { validateClaimSpec } from '../pod/validate-claims.ts';
import { claimWarnings } from '../pod/warnings.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { accessModesText, phaseText, storageClassText } from '../printing/volumes.ts';
import { schemaOf } from '../schema/schemas.ts';
import { persistentVolumeClaim as names } from './names/storage.ts';
import { defaultClaim, STORAGE_CLASS_ANNOTATION, storageClassAnnotationWarnings } from './rules/claims.ts';
import { twice } from './rules/twice.ts';

const SPEC = schemaOf('io.k8s.api.core.v1.PersistentVolumeClaimSpec');

/**
 * A wish for storage, and the volume that fulfils it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/
 */
export const persistentVolumeClaim = defineKind<PersistentVolumeClaim>({
  ...names,
  resetFields: ['status'],
  returnsDeletedObject: true,

  defaults: defaultClaim,
  prepareForCreate: (draft) => {
    draft.status = { phase: 'Pending' };
    if (draft.spec) prepareSpec(draft.spec, undefined);
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<PersistentVolumeClaim>['status'];
    if (draft.spec) prepareSpec(draft.spec, old.spec);
  },
  validate: ({ spec = {} }) => specErrors(spec, undefined),
  updateValidatesAlone: true,
  validateUpdate: updateErrors,
  warnings: ({ metadata, spec = {} }) => [...storageClassAnnotationWarnings(metadata), ...claimWarnings(spec, 'spec')],
  metadataOnUpdate: ['whole', 'change', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      description: 'Whether it is bound to a volume.',
      cell: ({ metadata, status }) => phaseText(metadata, status?.phase),
    },
    {
      name: 'Volume',
      type: 'string',
      description: 'Name of the volume.',
      cell: ({ spec }) => spec?.volumeName ?? '',
    },
    {
      name: 'Capacity',
      type: 'string',
      description: 'Size of the volume, once there is one.',
      cell: ({ spec, status }) => (spec?.volumeName ? quantityText(status?.capacity?.['storage'] ?? '0') : ''),
    },
    {
      name: 'Access Modes',
      type: 'string',
      description: 'Ways in which the volume can be mounted, shortened.',
      cell: ({ spec, status }) => (spec?.volumeName ? accessModesText(status?.accessModes) : ''),
    },
    {
      name: 'StorageClass',
      type: 'string',
      description: 'Class of storage.',
      cell: ({ metadata, spec }) => storageClassText(metadata, spec?.storageClassName),
    },
    {
      name: 'VolumeAttributesClass',
      type: 'string',
      description: 'Class of attributes that may change.',
      cell: ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>',
    },
    ageColumn,
    {
      name: 'VolumeMode',
      type: 'string',
      priority: 1,
      description: 'Whether Pods see a file system or a device.',
      cell: ({ spec }) => spec?.volumeMode ?? '<unset>',
    },
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<PersistentVolumeClaim>['spec'];
        // Classes of attributes are a feature that is off.
        if (old.status?.modifyVolumeStatus === undefined) delete draft.status?.modifyVolumeStatus;
        if (old.status?.currentVolumeAttributesClassName === undefined) {
          delete draft.status?.currentVolumeAttributesClassName;
        }
      },
      validateUpdate: statusErrors,
    },
  ],
});

/**
 * `dataSource` alone may name a claim or a snapshot, and is dropped otherwise; `dataSourceRef` may name anything. Each says the same
 * as the other where only one is given. Other namespaces and classes of attributes are features that are off.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/persistentvolumeclaim/util.go
 */
function prepareSpec(spec: Draft<PersistentVolumeClaimSpec>, old: PersistentVolumeClaimSpec | undefined): void {
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef;
  if (old?.volumeAttributesClassName === undefined) delete spec.volumeAttributesClassName;
  const inUse = old?.dataSource !== undefined || old?.dataSourceRef !== undefined;
  if (!inUse && !spec.dataSourceRef && spec.dataSource && !isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource;
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) {
    spec.dataSourceRef = structuredClone(dataSource);
  } else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) {
    const { apiGroup, kind, name } = dataSourceRef;
    spec.dataSource = { ...(apiGroup !== undefined && { apiGroup }), kind, name };
  }
}

const isClaimOrSnapshot = ({ apiGroup = '', kind }: { readonly apiGroup?: string; readonly kind?: string }): boolean =>
  (apiGroup === '' && kind === 'PersistentVolumeClaim') ||
  (apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot');

function specErrors(spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaimSpec | undefined): FieldError[] {
  const errors: FieldError[] = [];
  validateClaimSpec(errors, spec, 'spec', {
    allowInvalidLabelValueInSelector: labelSelectorHasInvalidLabelValue(old?.selector),
    allowInvalidAPIGroup: old?.dataSource?.apiGroup !== undefined || old?.dataSourceRef?.apiGroup !== undefined,
  });
  return errors;
}

/** A claim that is bound may ask for more, and nothing else may change. */
function updateErrors(object: PersistentVolumeClaim, oldObject: PersistentVolumeClaim): readonly FieldError[] {
  const { spec = {}, metadata } = object;
  const { spec: old = {}, status } = oldObject;
  const errors = twice(specErrors(spec, old));
  const bound = status?.phase === 'Bound';
  const annotated = oldObject.metadata.annotations?.[STORAGE_CLASS_ANNOTATION];
  const annotation = metadata.annotations?.[STORAGE_CLASS_ANNOTATION];
  const { storageClassName: className } = spec;
  const gainsClass =
    className !== undefined && old.storageClassName === undefined && (annotated ?? className) === className;
  const movesFromAnnotation = gainsClass && annotated !== undefined && (annotation ?? annotated) === annotated;
  if (!movesFromAnnotation && (annotation ?? '') !== (annotated ?? '')) {
    errors.push(invalid(`metadata.annotations[${STORAGE_CLASS_ANNOTATION}]`, annotation ?? '', 'field is immutable'));
  }
  const kept: PersistentVolumeClaimSpec = {
    ...spec,
    ...(!old.volumeName && { volumeName: old.volumeName }),
    ...(gainsClass && { storageClassName: old.storageClassName }),
    ...(bound && spec.resources?.requests && { resources: withStorage(spec, old.resources?.requests?.['storage']) }),
    ...(bound && spec.volumeAttributesClassName && { volumeAttributesClassName: old.volumeAttributesClassName }),
  };
  if (!semanticEqual(kept, old, SPEC)) {
    const detail =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbidden('spec', `${detail}\n${goDiff('core.PersistentVolumeClaimSpec', old, kept)}`));
  }
  const size = spec.resources?.requests?.['storage'] ?? '0';
  const capacity = status?.capacity?.['storage'] ?? '0';
  if (
    compareQuantities(size, old.resources?.requests?.['storage'] ?? '0') < 0 &&
    compareQuantities(size, capacity) <= 0
  ) {
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  }
  if (spec.volumeMode !== old.volumeMode) errors.push(invalid('volumeMode', spec.volumeMode, 'field is immutable'));
  return errors;
}

function withStorage({ resources }: PersistentVolumeClaimSpec, storage = ''): PersistentVolumeClaimSpec['resources'] {
  return { ...resources, requests: { ...resources?.requests, storage } };
}

const RESIZE_STATUSES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

function statusErrors({ spec, status = {} }: PersistentVolumeClaim): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!spec?.accessModes?.length) errors.push(required('Spec.accessModes'));
  for (const [name, amount] of Object.entries(status.capacity ?? {})) {
    amountErrors(errors, amount, `status.capacity[${name}]`);
  }
  for (const [name, state] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    const at = 'status.allocatedResourceStatus';
    resourceErrors(errors, name, at);
    if (!RESIZE_STATUSES.includes(state)) errors.push(notSupported(at, bare(name), RESIZE_STATUSES));
  }
  for (const [name, amount] of Object.entries(status.allocatedResources ?? {})) {
    if (resourceErrors(errors, name, 'status.allocatedResources')) continue;
    amountErrors(errors, amount, `status.allocatedResources[${name}]`);
  }
  return errors;
}

function amountErrors(errors: FieldError[], amount: string, at: string): void {
  const value = parseQuantity(amount).value();
  if (value < 0) errors.push(invalid(at, value, 'must be a valid resource quantity'));
}

/** Refuses resources that a claim cannot have; true when it did. */
function resourceErrors(errors: FieldError[], name: string, at: string): boolean {
  const before = errors.length;
  reject(errors, at, name, isQualifiedName(name));
  if (errors.length === before && isNativeResource(name) && name !== 'storage') {
    errors.push(notSupported(at, name, ['storage']));
  }
  return errors.length > before;
}
