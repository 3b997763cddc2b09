import { type FieldError, forbidden, GoText, invalid, required } from '../field-error.ts';
import type { ObjectMeta, Time } from '../generated/meta-v1.ts';
import { goStrings } from '../go/syntax.ts';
import { validateAnnotations, validateLabels } from './labels.ts';
import { validateManagedFields } from './managed-fields.ts';
import { type NameRule, nameIsDnsLabel, nameIsDnsSubdomain } from './names.ts';
import { validateOwnerReferences } from './owners.ts';
import { isQualifiedName } from './qualified-name.ts';
import { IMMUTABLE_ERROR, NEGATIVE_ERROR } from './texts.ts';

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  /** Default: DNS-1123 subdomain. */
  readonly validateName?: NameRule | undefined;
  /**
   * Finalizers without a domain must be upstream's own. True of built-in kinds; not of custom ones, nor of
   * CustomResourceDefinitions and APIServices. Default false.
   */
  readonly standardFinalizers?: boolean;
}

/** In order: `orphan` and `foregroundDeletion` exclude each other. */
export const FINALIZER_ORPHAN = 'orphan';
export const FINALIZER_FOREGROUND = 'foregroundDeletion';
const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', FINALIZER_ORPHAN, FINALIZER_FOREGROUND]);

/**
 * Metadata of an object to be created, its name already generated.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
 */
export function validateObjectMeta(meta: ObjectMeta, rules: ObjectMetaRules, path = 'metadata'): FieldError[] {
  const { generateName, name, namespace, generation = 0, finalizers } = meta;
  const nameRule = rules.validateName ?? nameIsDnsSubdomain;
  const errors: FieldError[] = [];
  if (generateName) {
    for (const problem of nameRule(generateName, true)) {
      errors.push(invalid(`${path}.generateName`, generateName, problem));
    }
  }
  if (!name) errors.push(required(`${path}.name`, 'name or generateName is required'));
  else for (const problem of nameRule(name, false)) errors.push(invalid(`${path}.name`, name, problem));
  if (!rules.namespaced) {
    if (namespace) errors.push(forbidden(`${path}.namespace`, 'not allowed on this type'));
  } else if (!namespace) errors.push(required(`${path}.namespace`));
  else {
    for (const problem of nameIsDnsLabel(namespace, false))
      errors.push(invalid(`${path}.namespace`, namespace, problem));
  }
  if (generation < 0) errors.push(invalid(`${path}.generation`, generation, NEGATIVE_ERROR));
  // Most objects have few of these, and each is asked for at every write.
  if (meta.labels) addAll(errors, validateLabels(meta.labels, `${path}.labels`));
  if (meta.annotations) addAll(errors, validateAnnotations(meta.annotations, `${path}.annotations`));
  if (meta.ownerReferences) addAll(errors, validateOwnerReferences(meta.ownerReferences, `${path}.ownerReferences`));
  if (finalizers) addAll(errors, validateFinalizers(finalizers, `${path}.finalizers`));
  if (meta.managedFields) addAll(errors, validateManagedFields(meta.managedFields, `${path}.managedFields`));
  if (finalizers && rules.standardFinalizers) {
    addAll(errors, validateStandardFinalizers(finalizers, `${path}.finalizers`));
  }
  return errors;
}

/**
 * The change of metadata by an update. Creation times and the like have been carried over by then where clients left
 * them out.
 */
export function validateObjectMetaUpdate(
  newMeta: ObjectMeta,
  oldMeta: ObjectMeta,
  rules: Pick<ObjectMetaRules, 'standardFinalizers'> = {},
  path = 'metadata',
): FieldError[] {
  const errors: FieldError[] = [];
  if (oldMeta.deletionTimestamp) {
    addAll(errors, validateNoNewFinalizers(newMeta.finalizers, oldMeta.finalizers, `${path}.finalizers`));
  }
  if (!newMeta.resourceVersion) {
    errors.push(invalid(`${path}.resourceVersion`, '', 'must be specified for an update'));
  }
  const { generation = 0 } = newMeta;
  if (generation < (oldMeta.generation ?? 0)) {
    errors.push(invalid(`${path}.generation`, generation, 'must not be decremented'));
  }
  const refuse = (field: keyof ObjectMeta, shown: unknown): void => {
    errors.push(invalid(`${path}.${field}`, shown, IMMUTABLE_ERROR));
  };
  for (const field of IMMUTABLE) {
    const value = newMeta[field] ?? '';
    if (value !== (oldMeta[field] ?? '')) refuse(field, value);
  }
  const { creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } = newMeta;
  if (!isSame(creationTimestamp, oldMeta.creationTimestamp)) {
    refuse('creationTimestamp', timeText(creationTimestamp ?? '0001-01-01T00:00:00Z'));
  }
  if (!isSame(deletionTimestamp, oldMeta.deletionTimestamp)) {
    refuse('deletionTimestamp', deletionTimestamp && timeText(deletionTimestamp));
  }
  if (!isSame(deletionGracePeriodSeconds, oldMeta.deletionGracePeriodSeconds)) {
    refuse('deletionGracePeriodSeconds', deletionGracePeriodSeconds);
  }
  const { labels, annotations, ownerReferences, managedFields, finalizers } = newMeta;
  if (labels) addAll(errors, validateLabels(labels, `${path}.labels`));
  if (annotations) addAll(errors, validateAnnotations(annotations, `${path}.annotations`));
  if (ownerReferences) addAll(errors, validateOwnerReferences(ownerReferences, `${path}.ownerReferences`));
  if (managedFields) addAll(errors, validateManagedFields(managedFields, `${path}.managedFields`));
  if (finalizers && rules.standardFinalizers) {
    addAll(errors, validateStandardFinalizers(finalizers, `${path}.finalizers`));
  }
  return errors;
}

const IMMUTABLE = ['name', 'namespace', 'uid'] as const;

/** Null prints what is not there. */
const isSame = (a: unknown, b: unknown): boolean => (a ?? undefined) === (b ?? undefined);

/** One by one: a body of three megabytes has more mistakes than a call takes arguments. */
function addAll(errors: FieldError[], more: readonly FieldError[]): void {
  for (const error of more) errors.push(error);
}

function validateFinalizers(finalizers: readonly string[] = [], path: string): FieldError[] {
  const errors = finalizers.flatMap((finalizer) => validateFinalizerName(finalizer, path));
  if (finalizers.includes(FINALIZER_ORPHAN) && finalizers.includes(FINALIZER_FOREGROUND)) {
    const detail = `finalizer ${FINALIZER_ORPHAN} and ${FINALIZER_FOREGROUND} cannot be both set`;
    errors.push(invalid(path, finalizers, detail));
  }
  return errors;
}

export const validateFinalizerName = (name: string, path: string): FieldError[] =>
  isQualifiedName(name).map((problem) => invalid(path, name, problem));

/** Built-in kinds: a finalizer without a domain must be one of upstream's own. */
const validateStandardFinalizers = (finalizers: readonly string[] = [], path: string): FieldError[] =>
  finalizers.flatMap((name, i) =>
    name.includes('/') || STANDARD_FINALIZERS.has(name)
      ? []
      : [invalid(`${path}[${i}]`, name, 'name is neither a standard finalizer name nor is it fully qualified')],
  );

function validateNoNewFinalizers(
  finalizers: readonly string[] = [],
  old: readonly string[] = [],
  path: string,
): FieldError[] {
  const extra = [...new Set(finalizers)].filter((name) => !old.includes(name)).sort();
  if (extra.length === 0) return [];
  const found = `found new finalizers ${goStrings(extra)}`;
  return [forbidden(path, `no new finalizers can be added if the object is being deleted, ${found}`)];
}

/** Go's `Time.String()`: `2025-01-01 00:00:00 +0000 UTC`. */
const timeText = (time: Time): GoText => new GoText(`${time.slice(0, 10)} ${time.slice(11, 19)} +0000 UTC`);
