import { duplicate, type FieldError, invalid, notSupported, required, tooLong } from '../field-error.ts';
import type { Condition } from '../generated/meta-v1.ts';
import { ALNUM, consistsOf, isFramed, LOWER, longerThan, UNDERSCORE, UPPER } from './characters.ts';
import { validateLabelName } from './labels.ts';
import { regexError } from './texts.ts';

const MAX_REASON_LENGTH = 1024;
const MAX_MESSAGE_LENGTH = 32 * 1024;

const REASON_PROBLEM = regexError(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?',
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
);

/** metav1.Conditions of a status: one of each type, each whole. */
export function validateConditions(conditions: readonly Condition[] = [], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const types = new Set<string>();
  for (const [i, condition] of conditions.entries()) {
    const { type = '' } = condition;
    if (types.has(type)) errors.push(duplicate(`${path}[${i}].type`, type));
    types.add(type);
    errors.push(...validateCondition(condition, `${path}[${i}]`));
  }
  return errors;
}

function validateCondition(condition: Condition, path: string): FieldError[] {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition;
  const errors: FieldError[] = validateLabelName(type, `${path}.type`);
  if (!STATUSES.includes(status)) errors.push(notSupported(`${path}.status`, status, STATUSES));
  if (observedGeneration < 0) {
    errors.push(invalid(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'));
  }
  if (!lastTransitionTime) errors.push(required(`${path}.lastTransitionTime`, 'must be set'));
  if (reason === '') errors.push(required(`${path}.reason`, 'must be set'));
  else {
    if (!isReason(reason)) errors.push(invalid(`${path}.reason`, reason, REASON_PROBLEM));
    if (longerThan(reason, MAX_REASON_LENGTH)) errors.push(tooLong(`${path}.reason`, '', MAX_REASON_LENGTH));
  }
  if (longerThan(message, MAX_MESSAGE_LENGTH)) errors.push(tooLong(`${path}.message`, '', MAX_MESSAGE_LENGTH));
  return errors;
}

const STATUSES: readonly string[] = ['False', 'True', 'Unknown'];

const isReason = (reason: string): boolean =>
  consistsOf(reason, LOWER | UPPER, 0, 1) &&
  isFramed(reason.replace(/[,:]/g, '_'), ALNUM | UNDERSCORE, ALNUM | UNDERSCORE) &&
  !/[,:]$/.test(reason);
