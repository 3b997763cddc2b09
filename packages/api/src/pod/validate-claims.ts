import {
  forbidden,
  invalid,
  isDns1123Label,
  isDns1123Subdomain,
  notSupported,
  type ObjectMeta,
  required,
  validateAnnotations,
  validateLabelSelector,
  validateLabels,
} from '@tabernetes/apimachinery';
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedObjectReference,
} from '../generated/core-v1.ts';
import { compareQuantities, quantityText } from './quantities.ts';
import { bare, type Errors, NOT_POSITIVE, reject } from './rules.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'] as const;
export const VOLUME_MODES = ['Block', 'Filesystem'] as const;

/** The claim that an ephemeral volume makes: labels, annotations and a claim's spec. */
export function validateClaimTemplate(errors: Errors, template: PersistentVolumeClaimTemplate, path: string): void {
  const { metadata, spec } = template;
  if (metadata) {
    const at = `${path}.metadata`;
    errors.push(...validateAnnotations(metadata.annotations, `${at}.annotations`));
    errors.push(...validateLabels(metadata.labels, `${at}.labels`));
    for (const field of METADATA_FIELDS) {
      if (isSet(field, metadata[field])) errors.push(forbidden(`${at}.${goPath(field)}`, 'cannot be set'));
    }
  }
  validateClaimSpec(errors, spec ?? {}, `${path}.spec`);
}

/** In the order of Go's struct; annotations and labels are the only ones allowed. */
const METADATA_FIELDS = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const satisfies readonly (keyof ObjectMeta)[];

/** Upstream lowers the first letter of Go's name, and Go's name of `uid` is `UID`. */
const goPath = (field: string): string => (field === 'uid' ? 'uID' : field);

/** As Go compares with a zero value: lists that are there are set even when they are empty, and so is a pointer to 0. */
const isSet = (field: (typeof METADATA_FIELDS)[number], value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(value === 0 && field === 'generation');

/**
 * What a claim may ask for. Shared with PersistentVolumeClaims and with the claim templates of StatefulSets.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimSpec
 */
export function validateClaimSpec(
  errors: Errors,
  spec: PersistentVolumeClaimSpec,
  path: string,
  options: { readonly allowInvalidLabelValueInSelector?: boolean; readonly allowInvalidAPIGroup?: boolean } = {},
): void {
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(`${path}.accessModes`, 'at least 1 access mode is required'));
  if (spec.selector) {
    const allowInvalidValues = options.allowInvalidLabelValueInSelector === true;
    errors.push(...validateLabelSelector(spec.selector, `${path}.selector`, { allowInvalidValues }));
  }
  validateAccessModes(errors, modes, `${path}.accessModes`);
  validateStorage(errors, spec.resources?.requests?.storage, `${path}.resources[storage]`);
  if (spec.storageClassName) {
    reject(errors, `${path}.storageClassName`, spec.storageClassName, isDns1123Subdomain(spec.storageClassName));
  }
  if (spec.volumeMode !== undefined && !(VOLUME_MODES as readonly string[]).includes(spec.volumeMode)) {
    errors.push(notSupported(`${path}.volumeMode`, spec.volumeMode, VOLUME_MODES));
  }
  validateSources(errors, spec, path, options.allowInvalidAPIGroup === true);
}

/** Known modes only, and the one for a single Pod alone. Of claims and of PersistentVolumes. */
export function validateAccessModes(errors: Errors, modes: readonly string[], path: string): void {
  for (const mode of modes) {
    if (!isAccessMode(mode)) errors.push(notSupported(path, mode, ACCESS_MODES));
  }
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => isAccessMode(mode) && mode !== 'ReadWriteOncePod')) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
}

const isAccessMode = (mode: string): boolean => (ACCESS_MODES as readonly string[]).includes(mode);

function validateStorage(errors: Errors, storage: string | undefined, path: string): void {
  if (storage === undefined) errors.push(required(path));
  else if (compareQuantities(storage, '0') <= 0) errors.push(invalid(path, quantityText(storage), NOT_POSITIVE));
}

function validateSources(errors: Errors, spec: PersistentVolumeClaimSpec, path: string, anyGroup: boolean): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource) validateSource(errors, dataSource, `${path}.dataSource`, anyGroup);
  if (dataSourceRef) {
    validateSource(errors, dataSourceRef, `${path}.dataSourceRef`, anyGroup);
    const { namespace } = dataSourceRef;
    if (namespace) reject(errors, `${path}.dataSourceRef.namespace`, namespace, isDns1123Label(namespace));
  }
  if (!dataSource || !dataSourceRef) return;
  const same =
    dataSource.apiGroup === dataSourceRef.apiGroup &&
    dataSource.kind === dataSourceRef.kind &&
    dataSource.name === dataSourceRef.name;
  const detail = dataSourceRef.namespace
    ? 'may not be specified when dataSourceRef.namespace is specified'
    : same
      ? undefined
      : 'must match dataSourceRef';
  // The path itself is the value that upstream shows.
  if (detail !== undefined) errors.push(invalid(path, bare(SOURCE_PATH), detail));
}

/** As Go prints a path; where its parent lies in memory differs from run to run. */
const SOURCE_PATH = 'field.Path{name:"dataSource", index:"", parent:(*field.Path)(0xc000000000)}';

function validateSource(errors: Errors, source: TypedObjectReference, path: string, anyGroup: boolean): void {
  if (!source.name) errors.push(required(`${path}.name`));
  if (!source.kind) errors.push(required(`${path}.kind`));
  const group = source.apiGroup ?? '';
  if (group === '' && source.kind !== 'PersistentVolumeClaim') {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(path, source.kind ?? '', detail));
  }
  if (group !== '' && !anyGroup) reject(errors, `${path}.apiGroup`, group, isDns1123Subdomain(group));
}
