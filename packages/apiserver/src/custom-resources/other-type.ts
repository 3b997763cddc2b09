import {
  type FieldError,
  type GroupVersionKind,
  internal,
  invalid,
  invalidStatus,
  type KubeObject,
  type StatusError,
  statedKind,
} from '@tabernetes/apimachinery';

/**
 * What upstream's validation of custom resources says of a patched object that calls itself something else; undefined: it does not.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/validator.go
 */
export function otherType(own: GroupVersionKind, object: KubeObject): StatusError | undefined {
  const stated = statedKind(object);
  if (typeof stated === 'string') return undefined;
  const { apiVersion, metadata } = object;
  if (!apiVersion) return internal("Object 'apiVersion' is missing in 'object has no apiVersion field'");
  const errors: FieldError[] = [];
  if (stated.kind !== own.kind) errors.push(invalid('kind', stated.kind, `must be ${own.kind}`));
  const expected = `${own.group}/${own.version}`;
  if (apiVersion !== expected) errors.push(invalid('apiVersion', apiVersion, `must be ${expected}`));
  return errors.length === 0 ? undefined : invalidStatus(stated, metadata.name ?? '', errors);
}
