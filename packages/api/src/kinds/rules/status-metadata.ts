import type { Draft, ObjectMeta } from '@tabernetes/apimachinery';

/**
 * Puts back what a write to `status` may not change of the metadata. Who owns which field stays as the write left it.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go ResetObjectMetaForStatus
 */
export function keepMetadata(draft: Draft<ObjectMeta>, old: ObjectMeta): void {
  const before = old as Draft<ObjectMeta>;
  for (const field of KEPT) keep(draft, before, field);
}

const KEPT = [
  'deletionTimestamp',
  'generation',
  'selfLink',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
] as const satisfies readonly (keyof ObjectMeta)[];

function keep<K extends keyof ObjectMeta>(draft: Draft<ObjectMeta>, before: Draft<ObjectMeta>, field: K): void {
  const value = before[field];
  if (value === undefined) delete draft[field];
  else draft[field] = value;
}
