import { type Draft, duplicate, type FieldError, type KubeObject, required } from '@tabernetes/apimachinery';

/*
 * What FlowSchema and PriorityLevelConfiguration share.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/flowcontrol/validation/validation.go
 */

interface WithConditions {
  readonly status?: { readonly conditions?: readonly { readonly type?: string }[] };
}

/** Conditions have a type, and each a type of its own. */
export function validateConditions({ status }: WithConditions): FieldError[] {
  const errors: FieldError[] = [];
  const types = new Set<string>();
  for (const [i, { type = '' }] of (status?.conditions ?? []).entries()) {
    const at = `status.conditions[${i}].type`;
    if (types.has(type)) errors.push(duplicate(at, type));
    types.add(type);
    if (type === '') errors.push(required(at, 'must not be empty'));
  }
  return errors;
}

/** A write to `status` leaves the metadata as it was, but for who owns which field. */
export function keepAllMetadata(draft: Draft<KubeObject>, old: KubeObject): void {
  const { managedFields } = draft.metadata;
  for (const field of Object.keys(draft.metadata)) Reflect.deleteProperty(draft.metadata, field);
  Object.assign(draft.metadata, old.metadata);
  if (managedFields === undefined) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = managedFields;
}
