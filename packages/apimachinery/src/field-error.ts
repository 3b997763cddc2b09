import { goQuote } from './go/quote.ts';
import { goSyntax } from './go/syntax.ts';

export { goQuote };

/**
 * Field errors with the texts of apimachinery's `field.Error`.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
 */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

export interface FieldError {
  readonly type: FieldErrorType;
  /** Path such as `spec.containers[0].name`. Paths are plain strings: build them with template literals. */
  readonly field: string;
  /**
   * What was wrong; strings print quoted, numbers and booleans bare, {@link GoText} verbatim, lists and maps of strings
   * as Go's `%#v`. Structs need {@link GoText}: their Go names are not in the value. Null and undefined are nil
   * pointers, which print as `"null"`. `OMITTED` prints nothing.
   */
  readonly badValue?: unknown;
  readonly detail: string;
}

/** A bad value that Go prints in a form of its own (`%#v` of a struct, a Stringer): printed verbatim. */
export class GoText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A bad value that messages leave out, with its colon. */
export const OMITTED: unique symbol = Symbol('omitted');

export const required = (field: string, detail = ''): FieldError => ({ type: 'FieldValueRequired', field, detail });
export const invalid = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  badValue,
  detail,
});
export const duplicate = (field: string, badValue: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  badValue,
  detail: '',
});
export const forbidden = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  detail,
});
export const notFoundValue = (field: string, badValue: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  badValue,
  detail: '',
});
/** `supported values: "A", "B"`, in the order given (callers sort where Go does). */
export const notSupported = (field: string, badValue: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  badValue,
  detail: supported.length > 0 ? `supported values: ${supported.map(goQuote).join(', ')}` : '',
});
/** `max` in bytes. */
export const tooLong = (field: string, badValue: unknown, max: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  badValue,
  detail: max >= 0 ? `may not be more than ${max} bytes` : 'value is too long',
});
export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  badValue: actual >= 0 ? actual : OMITTED,
  detail: max >= 0 ? `must have at most ${max} items` : 'has too many items',
});
export const typeInvalid = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueTypeInvalid',
  field,
  badValue,
  detail,
});
export const internalError = (field: string, detail: string): FieldError => ({ type: 'InternalError', field, detail });

const TYPE_TEXT: Record<FieldErrorType, string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
};

/** Types whose value is not printed. */
const BARE: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

/** `spec.a: Invalid value: "b": must …` */
export const fieldErrorText = (error: FieldError): string => `${error.field}: ${fieldErrorBody(error)}`;

/** Go's text of several errors: distinct texts, in order, bracketed when there are several. */
export function aggregateText(texts: readonly string[]): string {
  const distinct = [...new Set(texts)];
  return distinct.length === 1 ? `${distinct[0]}` : `[${distinct.join(', ')}]`;
}

/** The message without its field: `Invalid value: "C": must …`. */
export function fieldErrorBody(error: FieldError): string {
  const head = TYPE_TEXT[error.type];
  const text = BARE.has(error.type) || error.badValue === OMITTED ? head : `${head}: ${valueText(error.badValue)}`;
  return error.detail === '' ? text : `${text}: ${error.detail}`;
}

function valueText(value: unknown): string {
  if (value instanceof GoText) return value.text;
  if (value === undefined || value === null) return '"null"';
  return goSyntax(value);
}
