import { type FieldError, invalid } from '@tabernetes/apimachinery';
import { embeddedErrors } from './embedded.ts';
import { isEmbedded, itemsOf, type JsonSchema, propertiesOf, someSchema } from './json-schema.ts';
import { prune } from './prune.ts';
import { jsonShown, validateValue } from './validate-value.ts';

/**
 * Defaults keep to the schema that they stand in. Those of metadata are refused elsewhere.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go
 */
export function defaultErrors(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  // Of the whole object only the names of its metadata are not looked at.
  visit(errors, { ...schema, 'x-kubernetes-embedded-resource': true }, path);
  return errors;
}

function visit(errors: FieldError[], schema: JsonSchema, path: string): void {
  const { default: value } = schema;
  if (value !== undefined && value !== null) validateDefault(errors, schema, value, `${path}.default`);
  const items = itemsOf(schema);
  if (items) visit(errors, items, `${path}.items`);
  for (const [name, property] of propertiesOf(schema)) {
    if (isEmbedded(schema) && META.has(name)) continue;
    visit(errors, property, `${path}.properties[${name}]`);
  }
}

const META: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

function validateDefault(errors: FieldError[], schema: JsonSchema, value: unknown, path: string): void {
  const copy: unknown = structuredClone(value);
  if (prune(copy, schema, isEmbedded(schema)).length > 0) {
    errors.push(invalid(path, jsonShown(value), 'must not have unknown fields'));
  }
  const embedded = embeddedErrors(schema, value, path);
  errors.push(...(embedded.length > 0 ? embedded : validateValue(withoutIntOrString(schema), value, path)));
}

/** Defaults are not held to being an int or a text, but to what else is said of their type. */
function withoutIntOrString(schema: JsonSchema): JsonSchema {
  if (!someSchema(schema, (each) => each['x-kubernetes-int-or-string'] === true)) return schema;
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === 'x-kubernetes-int-or-string' ? undefined : value)),
  ) as JsonSchema;
}
