import { type FieldError, forbidden, GoText, invalid, notSupported, required } from '../field-error.ts';
import type { DeleteOptions } from '../generated/meta-v1.ts';
import { goStrings } from '../go/syntax.ts';
import { validateFieldManager } from './managed-fields.ts';

/** Query parameters of a write. */
export interface WriteOptions {
  readonly fieldManager?: string;
  readonly dryRun?: readonly string[];
  readonly fieldValidation?: string;
  /** Of patches alone. */
  readonly force?: boolean;
}

/** Of a create or an update. */
export const validateWriteOptions = ({ fieldManager = '', dryRun, fieldValidation }: WriteOptions): FieldError[] => [
  ...validateFieldManager(fieldManager, 'fieldManager'),
  ...validateDryRun(dryRun, 'dryRun'),
  ...validateFieldValidation(fieldValidation, 'fieldValidation'),
];

/** Of a patch; `apply` is server-side apply. */
export function validatePatchOptions(options: WriteOptions, apply: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (apply && !options.fieldManager) errors.push(required('fieldManager', 'is required for apply patch'));
  if (!apply && options.force !== undefined) {
    errors.push(forbidden('force', 'may not be specified for non-apply patch'));
  }
  return [...errors, ...validateWriteOptions(options)];
}

export function validateDeleteOptions(options: DeleteOptions): FieldError[] {
  const { propagationPolicy: policy, orphanDependents } = options;
  const errors: FieldError[] = [];
  if (policy !== undefined) {
    if (orphanDependents !== undefined) {
      errors.push(invalid('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'));
    }
    if (!PROPAGATION_POLICIES.includes(policy)) {
      errors.push(notSupported('propagationPolicy', policy, [...PROPAGATION_POLICIES, 'nil']));
    }
  }
  errors.push(...validateDryRun(options.dryRun, 'dryRun'));
  if (options.ignoreStoreReadErrorWithClusterBreakingPotential) {
    const set: readonly (readonly [string, boolean])[] = [
      ['dryRun', (options.dryRun ?? []).length > 0],
      ['propagationPolicy', policy !== undefined],
      ['orphanDependents', orphanDependents !== undefined],
      ['gracePeriodSeconds', options.gracePeriodSeconds !== undefined],
      ['preconditions', options.preconditions !== undefined],
    ];
    for (const [name, isSet] of set) {
      if (!isSet) continue;
      const path = 'ignoreStoreReadErrorWithClusterBreakingPotential';
      errors.push(invalid(path, true, `cannot be set together with .${name}`));
    }
  }
  return errors;
}

const validateDryRun = (dryRun: readonly string[] = [], path: string): FieldError[] =>
  dryRun.every((value) => value === 'All') ? [] : [notSupported(path, new GoText(goStrings(dryRun)), ['All'])];

const validateFieldValidation = (value = '', path: string): FieldError[] =>
  FIELD_VALIDATIONS.includes(value) ? [] : [notSupported(path, value, FIELD_VALIDATIONS)];

const PROPAGATION_POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];
const FIELD_VALIDATIONS: readonly string[] = ['', 'Ignore', 'Strict', 'Warn'];
