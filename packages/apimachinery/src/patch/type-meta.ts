import type { GroupVersionKind, StructSchema } from '../schema.ts';
import { jsonTypeName } from './json-patch.ts';
import { isMap, type JsonMap, member } from './json-tree.ts';

/** What a patched object says it is. */
export type TypeMeta =
  /** What it was, or nothing to the contrary. */
  | { readonly is: 'same' }
  /** Without apiVersion Go reads it as its internal type, whose JSON names are others: nothing of it is known. */
  | { readonly is: 'versionless' }
  | { readonly is: 'refused'; readonly message: string };

/**
 * Reads apiVersion and kind of a patched object as the server does, which decodes it again from its text.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go
 */
export function patchedTypeMeta(value: unknown, own: GroupVersionKind, schema: StructSchema): TypeMeta {
  const unreadable = (problem: string) =>
    refused(`couldn't get version/kind; json parse error: json: cannot unmarshal ${problem}`);
  if (!isMap(value)) return unreadable(`${jsonTypeName(value)} into Go value of type ${TYPE_META_TYPE}`);
  for (const key of ['apiVersion', 'kind']) {
    const text = member(value, key) ?? '';
    if (typeof text !== 'string')
      return unreadable(`${jsonTypeName(text)} into Go struct field .${key} of type string`);
  }
  const apiVersion = textOf(value, 'apiVersion');
  const parts = apiVersion.split('/');
  if (parts.length > 2) return refused(`unexpected GroupVersion string: ${apiVersion}`);
  const [version = '', group = ''] = parts.reverse();
  const same = group === own.group && version === own.version;
  // The kind of a custom resource is checked with its other values.
  if (schema.openapi === undefined) {
    return same ? { is: 'same' } : refused(`request to convert CR from an invalid group/version: ${apiVersion}`);
  }
  if (version === '' && (group === '' || group === own.group)) return { is: 'versionless' };
  const kind = textOf(value, 'kind') || own.kind;
  return same && kind === own.kind
    ? { is: 'same' }
    : refused(`no kind "${kind}" is registered for version "${apiVersion}" in scheme "${SCHEME}"`);
}

const refused = (message: string): TypeMeta => ({ is: 'refused', message });

const textOf = (value: JsonMap, key: string): string => String(member(value, key) ?? '');

const TYPE_META_TYPE =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** The place in Kubernetes' source that its messages name. */
const SCHEME = 'k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30';
