import { forbiddenStatus, type StatusCause, StatusError } from '@tabernetes/apimachinery';
import type { MutatingAttributes, ValidatingAttributes } from '../admission.ts';

/** The 403 of an admission plugin: `pods "web" is forbidden: why`; a name still to be generated shows as its prefix. */
export function admissionForbidden(
  attributes: MutatingAttributes | ValidatingAttributes,
  why: string,
  causes?: readonly StatusCause[],
): StatusError {
  const { status } = forbiddenStatus(
    { group: attributes.definition.group, resource: attributes.resource },
    nameOf(attributes),
    why,
  );
  if (causes === undefined) return new StatusError(status);
  return new StatusError({ ...status, details: { ...status.details, causes } });
}

function nameOf(attributes: MutatingAttributes | ValidatingAttributes): string {
  if (attributes.name !== '') return attributes.name;
  const object = 'draft' in attributes ? attributes.draft : (attributes as ValidatingAttributes).object;
  // What a connection asks for has no metadata.
  return object?.metadata?.name || object?.metadata?.generateName || 'Unknown';
}
