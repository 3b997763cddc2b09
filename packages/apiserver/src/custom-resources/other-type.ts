import type { KindDefinition } from '@tabernetes/api';
import { coerceEmbedded, isEmbedded, type JsonSchema, someSchema } from '@tabernetes/api/structural';
import type { CustomResourceDefinitionSpec } from '@tabernetes/api/types/apiextensions-v1';
import {
  type Draft,
  type FieldError,
  type GroupVersionKind,
  internal,
  invalid,
  type KubeObject,
} from '@tabernetes/apimachinery';
import { customResourceSchema } from './schema.ts';

/** Patches can make a custom resource call itself something else. It is read as that, looked at, and refused. */

/**
 * How a patched object is read that calls itself something else. Of its own kind: by what the version that it names declares, which
 * may be nothing. Of another kind: nothing but its metadata is looked at.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go unstructuredSchemaCoercer
 */
export function readAs(
  { group, names, versions }: CustomResourceDefinitionSpec,
  own: string,
  stated: GroupVersionKind,
): ReturnType<NonNullable<KindDefinition['readAs']>> {
  if (stated.group !== group || stated.kind !== names.kind) return { schema: customResourceSchema(ANYTHING) };
  if (stated.version === own) return undefined;
  const declared = versions.find(({ name }) => name === stated.version)?.schema?.openAPIV3Schema ?? NOTHING;
  const coerce = (draft: Draft<KubeObject>): readonly string[] => coerceEmbedded(declared, draft);
  return { schema: customResourceSchema(declared), ...(someSchema(declared, isEmbedded) && { coerce }) };
}

const ANYTHING: JsonSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const NOTHING: JsonSchema = { type: 'object' };

/** @throws {StatusError} InternalError: it calls itself a kind without a version */
export function checkVersion({ apiVersion }: Draft<KubeObject>): void {
  if (!apiVersion || apiVersion.endsWith('/'))
    throw internal("Object 'apiVersion' is missing in 'object has no apiVersion field'");
}

/**
 * What is wrong with what an object calls itself now.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/validator.go ValidateTypeMeta
 */
export function otherType({ apiVersion, kind }: KubeObject, old: KubeObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (kind !== old.kind) errors.push(invalid('kind', kind, `must be ${old.kind}`));
  if (apiVersion !== old.apiVersion) errors.push(invalid('apiVersion', apiVersion, `must be ${old.apiVersion}`));
  return errors;
}
