import type { FieldError } from '@tabernetes/apimachinery';

/**
 * What an update of some kinds is refused with: upstream looks at the new object once by itself and once more as a part of
 * the change, so that the causes of the refusal name every problem twice (its message names each once).
 */
export const twice = (errors: readonly FieldError[]): FieldError[] => [...errors, ...errors];
