import { type FieldError, isDns1123Subdomain, isValidPathSegmentName, required } from '@tabernetes/apimachinery';
import { reject } from '../../pod/rules.ts';

/** Names an object of any kind. */
export interface TypedReference {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}

/**
 * Appends what is wrong with a reference to an object of any kind: a backend of an Ingress, parameters of its class.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/networking/validation/validation.go
 */
export function validateTypedReference(errors: FieldError[], reference: TypedReference, at: string): void {
  const { apiGroup, kind, name } = reference;
  if (apiGroup !== undefined) reject(errors, `${at}.apiGroup`, apiGroup, isDns1123Subdomain(apiGroup));
  if (!kind) errors.push(required(`${at}.kind`, 'kind is required'));
  else reject(errors, `${at}.kind`, kind, isValidPathSegmentName(kind));
  if (!name) errors.push(required(`${at}.name`, 'name is required'));
  else reject(errors, `${at}.name`, name, isValidPathSegmentName(name));
}
