/** Texts that upstream's content rules share. @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go */

export const maxLenError = (length: number): string => `must be no more than ${length} characters`;
export const emptyError = (): string => 'must be non-empty';
export const inclusiveRangeError = (low: number, high: number): string =>
  `must be between ${low} and ${high}, inclusive`;

/** `message (e.g. 'a',  or 'b', regex used for validation is '…')`, odd spaces included. */
export function regexError(message: string, pattern: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`;
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

export const NEGATIVE_ERROR = 'must be greater than or equal to 0';
export const IMMUTABLE_ERROR = 'field is immutable';

/** No problem: shared, so that the rule costs nothing. */
export const NONE: readonly string[] = [];
