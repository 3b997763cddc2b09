import {
  byteLength,
  type Draft,
  type FieldError,
  forbidden,
  invalid,
  isDns1123Subdomain,
  longerThan,
  required,
  semanticEqual,
  tooLong,
} from '@tabernetes/apimachinery';
import type { VolumeAttachment, VolumeAttachmentSource, VolumeAttachmentStatus } from '../generated/storage-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { defaultVolume } from '../pod/default-volumes.ts';
import { roundResources } from '../pod/quantities.ts';
import { reject } from '../pod/rules.ts';
import { validateCsiDriverName } from '../pod/validate-volumes.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { volumeAttachment as names } from './names/storage.ts';
import { validateInlineVolume } from './rules/inline-volume.ts';
import { keepMetadata } from './rules/status-metadata.ts';

const SPEC = schemaOf('io.k8s.api.storage.v1.VolumeAttachmentSpec');

/**
 * Wants a volume attached to a node.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/
 */
export const volumeAttachment = defineKind<VolumeAttachment>({
  ...names,
  returnsDeletedObject: true,
  allowUnconditionalUpdate: false,
  resetFields: ['status'],

  defaults: (draft) => {
    draft.spec ??= { attacher: '', nodeName: '', source: {} };
    draft.spec.source ??= {};
    const volume = draft.spec.source.inlineVolumeSpec;
    if (volume === undefined) return;
    if (volume.capacity) roundResources(volume.capacity);
    const { hostPath, iscsi, rbd, azureDisk, scaleIO } = volume;
    defaultVolume({ name: '', hostPath, iscsi, rbd, azureDisk, scaleIO });
  },
  prepareForCreate: (draft) => {
    draft.status = { attached: false };
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<VolumeAttachment>['status'];
  },
  validate: (object) => [...attachmentErrors(object), ...namesErrors(object)],
  updateValidatesAlone: true,
  validateUpdate,
  metadataOnUpdate: ['whole', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Attacher',
      type: 'string',
      format: 'name',
      description: 'Driver that attaches the volume.',
      cell: ({ spec }) => spec.attacher,
    },
    {
      name: 'PV',
      type: 'string',
      description: 'PersistentVolume to attach.',
      cell: ({ spec }) => spec.source?.persistentVolumeName ?? '',
    },
    {
      name: 'Node',
      type: 'string',
      description: 'Node to attach it to.',
      cell: ({ spec }) => spec.nodeName,
    },
    {
      name: 'Attached',
      type: 'boolean',
      description: 'Whether it is attached.',
      cell: ({ status }) => status?.attached ?? false,
    },
    ageColumn,
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['metadata', 'spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<VolumeAttachment>['spec'];
        keepMetadata(draft.metadata, old.metadata);
      },
      validateUpdate,
    },
  ],
});

const MAX_METADATA_BYTES = 256 * 1024;
const MAX_MESSAGE_BYTES = 1024;

/** Upstream looks twice, and so lists every cause twice. */
function validateUpdate(object: VolumeAttachment, old: VolumeAttachment): readonly FieldError[] {
  const errors = attachmentErrors(object);
  const changed = semanticEqual(object.spec, old.spec, SPEC)
    ? []
    : [invalid('spec', dumpGo('storage.VolumeAttachmentSpec', object.spec), 'field is immutable')];
  return [...errors, ...errors, ...changed];
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/storage/validation/validation.go ValidateVolumeAttachment */
function attachmentErrors({ spec, status }: VolumeAttachment): FieldError[] {
  const errors: FieldError[] = [];
  const { attacher = '', nodeName = '', source } = spec;
  if (attacher === '') errors.push(required('spec.attacher'));
  sourceErrors(errors, source ?? {}, 'spec.source');
  reject(errors, 'spec.nodeName', nodeName, isDns1123Subdomain(nodeName));
  if (status) statusErrors(errors, status);
  return errors;
}

function sourceErrors(errors: FieldError[], source: VolumeAttachmentSource, at: string): void {
  const { inlineVolumeSpec, persistentVolumeName } = source;
  const detail = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (inlineVolumeSpec === undefined && persistentVolumeName === undefined) errors.push(required(at, detail));
  else if (inlineVolumeSpec && persistentVolumeName !== undefined) errors.push(forbidden(at, detail));
  else if (inlineVolumeSpec) validateInlineVolume(errors, inlineVolumeSpec, `${at}.inlineVolumeSpec`);
  else if (persistentVolumeName === '') {
    errors.push(required(`${at}.persistentVolumeName`, 'must specify non empty persistentVolumeName'));
  }
}

function statusErrors(errors: FieldError[], { attachmentMetadata, attachError, detachError }: VolumeAttachmentStatus) {
  const entries = Object.entries(attachmentMetadata ?? {});
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (size > MAX_METADATA_BYTES) errors.push(tooLong('status.attachmentMetadata', '', MAX_METADATA_BYTES));
  for (const [field, error] of Object.entries({ attachError, detachError })) {
    // Upstream names the limit of the metadata here.
    if (error && longerThan(error.message ?? '', MAX_MESSAGE_BYTES)) {
      errors.push(tooLong(`status.${field}.message`, '', MAX_METADATA_BYTES));
    }
  }
}

/** What only new objects must be. */
function namesErrors({ spec }: VolumeAttachment): FieldError[] {
  const errors: FieldError[] = [];
  validateCsiDriverName(errors, 'spec.attacher', spec.attacher);
  const name = spec.source?.persistentVolumeName;
  if (name !== undefined) reject(errors, 'spec.source.persistentVolumeName', name, isDns1123Subdomain(name));
  return errors;
}
