import { type FieldError, forbidden, GoText, invalid, required } from '../field-error.ts';
import type { ObjectMeta, Time } from '../generated/meta-v1.ts';
import { goStrings } from '../go/syntax.ts';
import { validateAnnotations, validateImmutableField, validateLabels } from './labels.ts';
import { validateManagedFields } from './managed-fields.ts';
import { type NameRule, nameIsDnsLabel, nameIsDnsSubdomain } from './names.ts';
import { validateOwnerReferences } from './owners.ts';
import { isQualifiedName } from './qualified-name.ts';
import { NEGATIVE_ERROR } from './texts.ts';

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
  errors.push(
    ...validateLabels(meta.labels, `${path}.labels`),
    ...validateAnnotations(meta.annotations, `${path}.annotations`),
    ...validateOwnerReferences(meta.ownerReferences, `${path}.ownerReferences`),
    ...validateFinalizers(finalizers, `${path}.finalizers`),
    ...validateManagedFields(meta.managedFields, `${path}.managedFields`),
  );
  if (rules.standardFinalizers) errors.push(...validateStandardFinalizers(finalizers, `${path}.finalizers`));
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
    errors.push(...validateNoNewFinalizers(newMeta.finalizers, oldMeta.finalizers, `${path}.finalizers`));
  }
  if (!newMeta.resourceVersion) {
    errors.push(invalid(`${path}.resourceVersion`, '', 'must be specified for an update'));
  }
  const { generation = 0 } = newMeta;
  if (generation < (oldMeta.generation ?? 0)) {
    errors.push(invalid(`${path}.generation`, generation, 'must not be decremented'));
  }
  for (const field of ['name', 'namespace', 'uid'] as const) {
    errors.push(...validateImmutableField(newMeta[field] ?? '', oldMeta[field] ?? '', `${path}.${field}`));
  }
  const { creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } = newMeta;
  errors.push(
    ...validateImmutableField(
      creationTimestamp ?? undefined,
      oldMeta.creationTimestamp ?? undefined,
      `${path}.creationTimestamp`,
      timeText(creationTimestamp ?? '0001-01-01T00:00:00Z'),
    ),
    ...validateImmutableField(
      deletionTimestamp,
      oldMeta.deletionTimestamp,
      `${path}.deletionTimestamp`,
      deletionTimestamp && timeText(deletionTimestamp),
    ),
    ...validateImmutableField(
      deletionGracePeriodSeconds,
      oldMeta.deletionGracePeriodSeconds,
      `${path}.deletionGracePeriodSeconds`,
    ),
    ...validateLabels(newMeta.labels, `${path}.labels`),
    ...validateAnnotations(newMeta.annotations, `${path}.annotations`),
    ...validateOwnerReferences(newMeta.ownerReferences, `${path}.ownerReferences`),
    ...validateManagedFields(newMeta.managedFields, `${path}.managedFields`),
  );
  if (rules.standardFinalizers) errors.push(...validateStandardFinalizers(newMeta.finalizers, `${path}.finalizers`));
  return errors;
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
