import { type FieldError, type IntOrString, invalid, isValidPercent } from '@tabernetes/apimachinery';
import { dumpGo } from '../../go-layout.ts';

/** Appends a refusal of a number below zero; absent is zero. */
export function nonNegative(errors: FieldError[], field: string, value: number | undefined): void {
  if (value !== undefined && value < 0) errors.push(invalid(field, value, 'must be greater than or equal to 0'));
}

/** Appends refusals of what is neither a number from zero up nor a percentage. */
export function nonNegativeOrPercent(errors: FieldError[], field: string, value: IntOrString | undefined): void {
  if (typeof value !== 'string') nonNegative(errors, field, value);
  else
    for (const problem of isValidPercent(value))
      errors.push(invalid(field, dumpGo('intstr.IntOrString', value), problem));
}

/** Appends a refusal of a percentage above 100. */
export function notMoreThan100Percent(errors: FieldError[], field: string, value: IntOrString | undefined): void {
  if (typeof value === 'string' && isValidPercent(value).length === 0 && intOrPercentValue(value) > 100) {
    errors.push(invalid(field, dumpGo('intstr.IntOrString', value), 'must not be greater than 100%'));
  }
}

/** 25 of `"25%"` and of `25`; 0 of what is neither. */
export function intOrPercentValue(value: IntOrString | undefined): number {
  if (typeof value !== 'string') return value ?? 0;
  return /^([+-]?\d+|\d+%)$/.test(value) ? Number.parseInt(value, 10) : 0;
}
