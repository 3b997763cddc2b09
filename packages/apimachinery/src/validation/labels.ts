import { type FieldError, forbidden, invalid, required, tooLong } from '../field-error.ts';
import type { FieldSelectorRequirement, LabelSelector, LabelSelectorRequirement } from '../generated/meta-v1.ts';
import type { Schema } from '../schema.ts';
import { longerThan } from './characters.ts';
import { semanticEqual } from './equality.ts';
import { isQualifiedName, isValidLabelValue } from './qualified-name.ts';
import { IMMUTABLE_ERROR } from './texts.ts';

type StringMap = Readonly<Record<string, string>>;

export interface LabelSelectorOptions {
  /** Values stored before they were checked may stay. Default false. */
  readonly allowInvalidValues?: boolean;
  /** Default false. */
  readonly allowUnknownOperators?: boolean;
}

/** Bytes that all annotations of an object may have together, keys and values. */
const TOTAL_ANNOTATION_SIZE_LIMIT = 256 * 1024;

export const validateLabelName = (name: string, path: string): FieldError[] =>
  isQualifiedName(name).map((problem) => invalid(path, name, problem));

/** Labels of an object or of a template. */
export function validateLabels(labels: StringMap | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in labels) {
    const value = labels[key] ?? '';
    for (const problem of isQualifiedName(key)) errors.push(invalid(path, key, problem));
    for (const problem of isValidLabelValue(value)) errors.push(invalid(path, value, problem));
  }
  return errors;
}

/** Keys in any case; all together no larger than {@link TOTAL_ANNOTATION_SIZE_LIMIT}. */
export function validateAnnotations(annotations: StringMap | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in annotations) {
    for (const problem of isQualifiedName(key.toLowerCase())) errors.push(invalid(path, key, problem));
  }
  if (annotationsTooLarge(annotations)) errors.push(tooLong(path, '', TOTAL_ANNOTATION_SIZE_LIMIT));
  return errors;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go */
export function validateLabelSelector(
  selector: LabelSelector | undefined,
  path: string,
  options: LabelSelectorOptions = {},
): FieldError[] {
  if (selector === undefined) return [];
  const errors = validateLabels(selector.matchLabels, `${path}.matchLabels`);
  for (const [i, requirement] of (selector.matchExpressions ?? []).entries()) {
    errors.push(...validateLabelSelectorRequirement(requirement, `${path}.matchExpressions[${i}]`, options));
  }
  return errors;
}

export function validateLabelSelectorRequirement(
  { key, operator, values = [] }: LabelSelectorRequirement,
  path: string,
  options: LabelSelectorOptions = {},
): FieldError[] {
  const errors = operatorErrors(operator, values, path, options);
  errors.push(...validateLabelName(key, `${path}.key`));
  if (options.allowInvalidValues) return errors;
  for (const [i, value] of values.entries()) {
    for (const problem of isValidLabelValue(value)) errors.push(invalid(`${path}.values[${i}]`, value, problem));
  }
  return errors;
}

/** Of a SubjectAccessReview. Values are anything. */
export function validateFieldSelectorRequirement(
  { key, operator, values = [] }: FieldSelectorRequirement,
  path: string,
  options: Pick<LabelSelectorOptions, 'allowUnknownOperators'> = {},
): FieldError[] {
  const errors: FieldError[] = key ? [] : [required(`${path}.key`, 'must be specified')];
  errors.push(...operatorErrors(operator, values, path, options));
  return errors;
}

/** True: an update may keep what the old object already had. */
export const labelSelectorHasInvalidLabelValue = (selector: LabelSelector | undefined): boolean =>
  (selector?.matchExpressions ?? []).some(({ values = [] }) => values.some((v) => isValidLabelValue(v).length > 0));

/**
 * `field is immutable` where the values differ by {@link semanticEqual}. `shown` is the bad value as the message prints
 * it: structs need a GoText.
 */
export const validateImmutableField = (
  newValue: unknown,
  oldValue: unknown,
  path: string,
  shown: unknown = newValue,
  schema?: Schema,
): FieldError[] => (semanticEqual(newValue, oldValue, schema) ? [] : [invalid(path, shown, IMMUTABLE_ERROR)]);

function operatorErrors(
  operator: string,
  values: readonly string[],
  path: string,
  options: Pick<LabelSelectorOptions, 'allowUnknownOperators'>,
): FieldError[] {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length > 0) return [];
    return [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
  }
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length === 0) return [];
    return [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  }
  return options.allowUnknownOperators ? [] : [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
}

function annotationsTooLarge(annotations: StringMap | undefined): boolean {
  let text = '';
  let units = 0;
  for (const key in annotations) units += key.length + (annotations[key]?.length ?? 0);
  if (units * 3 <= TOTAL_ANNOTATION_SIZE_LIMIT) return false;
  for (const key in annotations) text += key + annotations[key];
  return longerThan(text, TOTAL_ANNOTATION_SIZE_LIMIT);
}
