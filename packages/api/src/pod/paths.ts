import { invalid } from '@tabernetes/apimachinery';
import type { Errors } from './rules.ts';

/** Refuses `..` as an element of a path; one error, however often it stands there. */
export function noBacksteps(errors: Errors, path: string, value: string): void {
  if (hasBacksteps(value)) errors.push(invalid(path, value, "must not contain '..'"));
}

/** True when an element of the path is `..`. */
export function hasBacksteps(value: string): boolean {
  return value.includes('..') && value.split('/').includes('..');
}

/** The path must be relative and stay below where it starts. */
export function localDescendingPath(errors: Errors, path: string, value: string): void {
  if (value.startsWith('/')) errors.push(invalid(path, value, 'must be a relative path'));
  noBacksteps(errors, path, value);
}

/** As {@link localDescendingPath}, and names that begin with `..` are kept for the volume's own use. */
export function localNonReservedPath(errors: Errors, path: string, value: string): void {
  localDescendingPath(errors, path, value);
  if (value.startsWith('..') && !value.startsWith('../')) {
    errors.push(invalid(path, value, "must not start with '..'"));
  }
}

/** True when {@link localNonReservedPath} would find nothing. */
export function isLocalNonReservedPath(value: string): boolean {
  const errors: Errors = [];
  localNonReservedPath(errors, '', value);
  return errors.length === 0;
}
