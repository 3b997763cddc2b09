import { type FieldError, invalid, tooLong } from '../field-error.ts';
import type { ManagedFieldsEntry } from '../generated/meta-v1.ts';
import { isPrintable } from '../go/quote.ts';
import { byteLength, longerThan } from './characters.ts';

const MAX_SUBRESOURCE_LENGTH = 256;
const MAX_MANAGER_LENGTH = 128;
const PRINTABLE_ASCII = /^[ -~]*$/;

export function validateManagedFields(entries: readonly ManagedFieldsEntry[] = [], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as ManagedFieldsEntry;
    // Nearly all are as they should be, and need no path.
    if (!isValid(entry)) errors.push(...problemsOf(entry, `${path}[${i}]`));
  }
  return errors;
}

const isValid = ({ operation, fieldsType, manager = '', subresource = '' }: ManagedFieldsEntry): boolean =>
  (operation === 'Apply' || operation === 'Update') &&
  (!fieldsType || fieldsType === 'FieldsV1') &&
  manager.length <= MAX_MANAGER_LENGTH &&
  PRINTABLE_ASCII.test(manager) &&
  !longerThan(subresource, MAX_SUBRESOURCE_LENGTH);

function problemsOf(
  { operation = '', fieldsType, manager = '', subresource = '' }: ManagedFieldsEntry,
  at: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operation !== 'Apply' && operation !== 'Update') {
    errors.push(invalid(`${at}.operation`, operation, 'must be `Apply` or `Update`'));
  }
  if (fieldsType && fieldsType !== 'FieldsV1') {
    errors.push(invalid(`${at}.fieldsType`, fieldsType, 'must be `FieldsV1`'));
  }
  errors.push(...validateFieldManager(manager, `${at}.manager`));
  if (longerThan(subresource, MAX_SUBRESOURCE_LENGTH)) {
    errors.push(tooLong(`${at}.subresource`, '', MAX_SUBRESOURCE_LENGTH));
  }
  return errors;
}

/** At most 128 bytes, all printable. */
export function validateFieldManager(manager: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (longerThan(manager, MAX_MANAGER_LENGTH)) errors.push(tooLong(path, '', MAX_MANAGER_LENGTH));
  // Nearly every name is: letters and dashes need no look at what Unicode says of each of them.
  if (PRINTABLE_ASCII.test(manager)) return errors;
  let position = 0;
  for (const character of manager) {
    if (!isPrintable(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      errors.push(invalid(path, manager, `invalid character U+${code} (at position ${position})`));
    }
    position += byteLength(character);
  }
  return errors;
}
