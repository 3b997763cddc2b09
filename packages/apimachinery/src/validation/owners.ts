import { type FieldError, GoText, invalid } from '../field-error.ts';
import type { OwnerReference } from '../generated/meta-v1.ts';
import { goPointer } from '../go/pointer.ts';
import { goQuote } from '../go/quote.ts';

/** Every reference must be whole, and at most one may be of a controller. Events own nothing. */
export function validateOwnerReferences(references: readonly OwnerReference[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let first = '';
  for (const reference of references ?? []) {
    errors.push(...validateOwnerReference(reference, path));
    if (!reference.controller) continue;
    const name = `${reference.kind ?? ''}/${reference.name ?? ''}`;
    if (first === '') first = name;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${name}`;
      errors.push(invalid(path, new GoText(`[]v1.OwnerReference{${references?.map(dump).join(', ')}}`), detail));
    }
  }
  return errors;
}

function validateOwnerReference(reference: OwnerReference, path: string): FieldError[] {
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const errors: FieldError[] = [];
  if (versionOf(apiVersion) === '') errors.push(invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
  if (kind === '') errors.push(invalid(`${path}.kind`, kind, 'kind must not be empty'));
  if (name === '') errors.push(invalid(`${path}.name`, name, 'name must not be empty'));
  if (uid === '') errors.push(invalid(`${path}.uid`, uid, 'uid must not be empty'));
  if (apiVersion === 'v1' && kind === 'Event') {
    errors.push(invalid(path, new GoText(dump(reference)), '/v1, Kind=Event is disallowed from being an owner'));
  }
  return errors;
}

/** `apps/v1` has the version `v1`; more slashes than one have none. */
function versionOf(apiVersion: string): string {
  const parts = apiVersion.split('/');
  return parts.length === 1 ? apiVersion : parts.length === 2 ? (parts[1] ?? '') : '';
}

const dump = ({
  apiVersion = '',
  kind = '',
  name = '',
  uid = '',
  controller,
  blockOwnerDeletion,
}: OwnerReference): string =>
  `v1.OwnerReference{APIVersion:${goQuote(apiVersion)}, Kind:${goQuote(kind)}, Name:${goQuote(name)}, UID:${goQuote(uid)}, ` +
  `Controller:${goPointer('bool', controller)}, BlockOwnerDeletion:${goPointer('bool', blockOwnerDeletion)}}`;
