import { unreadableKind } from '../go/scheme.ts';
import { kindWithDefaults, missing, statedKind } from '../go/type-meta.ts';
import type { GroupVersionKind, StructSchema } from '../schema.ts';

/** What a patched object says it is. */
export type TypeMeta =
  /** What it was, or nothing to the contrary; of custom resources, what it says, which is checked with its other values. */
  | { readonly is: 'same'; readonly stated?: GroupVersionKind }
  /** Without apiVersion Go reads it as its internal type, whose JSON names are others: nothing of it is known. */
  | { readonly is: 'versionless' }
  | { readonly is: 'refused'; readonly message: string };

/**
 * Reads apiVersion and kind of a patched object as the server does, which decodes it again from its text.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go
 */
export function patchedTypeMeta(
  value: unknown,
  own: GroupVersionKind,
  schema: StructSchema,
  text: () => string,
): TypeMeta {
  const stated = statedKind(value);
  if (typeof stated === 'string') return refused(stated);
  const { group, version } = stated;
  if (schema.openapi === undefined)
    return stated.kind === '' ? refused(missing('Kind', text())) : { is: 'same', stated };
  if (version === '' && (group === '' || group === own.group)) return { is: 'versionless' };
  if (version === '') return refused(missing('apiVersion', text()));
  const given = kindWithDefaults(stated, own);
  if (given.group === own.group && given.version === own.version && given.kind === own.kind) return SAME;
  const problem = unreadableKind(given, own);
  return problem === undefined ? SAME : refused(problem);
}

const SAME: TypeMeta = { is: 'same' };
const refused = (message: string): TypeMeta => ({ is: 'refused', message });
