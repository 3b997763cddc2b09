import {
  type FieldError,
  forbidden,
  invalid,
  isQualifiedName,
  isValidLabelValue,
  type LabelSelector,
  required,
} from '@tabernetes/apimachinery';
import { type Errors, reject } from './rules.ts';

type Labels = Readonly<Record<string, string>>;

/** Names and values of labels; errors carry the path of the map, as upstream's do. */
export function validateLabels(labels: Labels | undefined, path: string): readonly FieldError[] {
  const errors: Errors = [];
  for (const key in labels) {
    reject(errors, path, key, isQualifiedName(key));
    const value = labels[key] ?? '';
    reject(errors, path, value, isValidLabelValue(value));
  }
  return errors;
}

const MAX_ANNOTATION_BYTES = 256 * 1024;

export function validateAnnotations(annotations: Labels | undefined, path: string): readonly FieldError[] {
  const errors: Errors = [];
  let total = 0;
  for (const key in annotations) {
    reject(errors, path, key, isQualifiedName(key.toLowerCase()));
    total += new TextEncoder().encode(key + annotations[key]).length;
  }
  if (total > MAX_ANNOTATION_BYTES) {
    const detail = `may not be more than ${MAX_ANNOTATION_BYTES} bytes`;
    errors.push({ type: 'FieldValueTooLong', field: path, badValue: '', detail });
  }
  return errors;
}

export function validateLabelSelector(
  selector: LabelSelector | undefined,
  path: string,
  lenient = false,
): readonly FieldError[] {
  if (!selector) return [];
  const errors: Errors = [...validateLabels(selector.matchLabels, `${path}.matchLabels`)];
  for (const [i, { key = '', operator = '', values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${i}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) {
        errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) {
        const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.push(forbidden(`${at}.values`, detail));
      }
    } else {
      errors.push(invalid(`${at}.operator`, operator, 'not a valid selector operator'));
    }
    reject(errors, `${at}.key`, key, isQualifiedName(key));
    if (lenient) continue;
    for (const [j, value] of values.entries()) reject(errors, `${at}.values[${j}]`, value, isValidLabelValue(value));
  }
  return errors;
}
