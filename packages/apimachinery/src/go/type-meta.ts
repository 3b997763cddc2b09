import { jsonTypeName } from '../patch/json-patch.ts';
import type { GroupVersionKind } from '../schema.ts';

/**
 * What a JSON value says it is, empty where it says nothing. A text: why Go cannot tell.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/meta.go
 */
export function statedKind(value: unknown): GroupVersionKind | string {
  if (value === null || value === undefined) return NOTHING;
  if (typeof value !== 'object' || Array.isArray(value)) {
    return unreadable(`${jsonTypeName(value)} into Go value of type ${TYPE_META}`);
  }
  const texts = { apiVersion: '', kind: '' };
  for (const name of ['apiVersion', 'kind'] as const) {
    const given = (Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined) ?? '';
    if (typeof given !== 'string') {
      return unreadable(`${jsonTypeName(given)} into Go struct field .${name} of type string`);
    }
    texts[name] = given;
  }
  const parts = texts.apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${texts.apiVersion}`;
  const [version = '', group = ''] = parts.reverse();
  return { group, version, kind: texts.kind };
}

/** What it does not say is taken from `expected`. */
export function kindWithDefaults(stated: GroupVersionKind, expected: GroupVersionKind): GroupVersionKind {
  const isVersionless = stated.version === '' && (stated.group === '' || stated.group === expected.group);
  const { group, version } = isVersionless ? expected : stated;
  return { group, version, kind: stated.kind || expected.kind };
}

/** The words of Go's decoders for what names a group without a version (`apps/`), or no kind. @param text of the whole object */
export const missing = (field: 'apiVersion' | 'Kind', text: string): string =>
  `Object '${field}' is missing in '${text}'`;

const NOTHING: GroupVersionKind = { group: '', version: '', kind: '' };

const unreadable = (problem: string): string =>
  `couldn't get version/kind; json parse error: json: cannot unmarshal ${problem}`;

const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
