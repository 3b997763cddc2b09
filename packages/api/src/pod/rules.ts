import { type FieldError, GoText, invalid, notSupported, required } from '@tabernetes/apimachinery';

/** Where validators put what they find: one list per object, in upstream's order. */
export type Errors = FieldError[];

/** One error per problem text. `path` is asked for only when there is one. */
export function reject(errors: Errors, path: string, value: unknown, problems: readonly string[]): void {
  for (const problem of problems) errors.push(invalid(path, value, problem));
}

/** `value` must be one of `supported`; an empty one is missing. */
export function oneOf(errors: Errors, path: string, value: string | undefined, supported: readonly string[]): void {
  if (!value) errors.push(required(path));
  else if (!supported.includes(value)) errors.push(notSupported(path, value, supported));
}

/** Refuses negative numbers. */
export function nonNegative(errors: Errors, path: string, value: number | undefined): void {
  if (value !== undefined && value < 0) errors.push(invalid(path, value, NEGATIVE));
}

/** A resource name prints bare in messages: Go's type has a String method. */
export const bare = (text: string): GoText => new GoText(text);

export const NEGATIVE = 'must be greater than or equal to 0';
export const NOT_POSITIVE = 'must be greater than zero';
export const FILE_MODE = 'must be a number between 0 and 0777 (octal), both inclusive';
export const between = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;
