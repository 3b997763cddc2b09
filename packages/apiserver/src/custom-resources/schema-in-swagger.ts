import { additionalOf, itemsOf, type JsonSchema, preservesUnknown, propertiesOf } from '@tabernetes/api/structural';

/**
 * A schema without what OpenAPI 2.0 cannot say, or kubectl would take for a prohibition: alternatives, `null`, and what is in objects and
 * lists that take anything.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/controller/openapi/v2/conversion.go
 */
export function schemaInSwagger(schema: JsonSchema): JsonSchema {
  const { allOf: _, oneOf: __, anyOf: ___, not: ____, nullable, type, items, properties, required, ...rest } = schema;
  const isOpen = preservesUnknown(schema);
  const inside = nullable === true || isOpen ? undefined : properties;
  const element = nullable === true || isOpen ? undefined : itemsOf(schema);
  const isTyped = nullable !== true && !(type === 'array' && element === undefined) && !(isOpen && type === 'object');
  const additional = additionalOf(schema);
  const children = inside === undefined ? [] : propertiesOf(schema);
  const optional = new Set(children.flatMap(([name, child]) => (child.nullable === true ? [name] : [])));
  const needed = additional?.schema?.nullable === true ? [] : (required ?? []).filter((name) => !optional.has(name));
  return {
    ...rest,
    ...(type !== undefined && isTyped && { type }),
    ...(needed.length > 0 && { required: needed }),
    ...(element !== undefined && { items: schemaInSwagger(element) }),
    ...(inside !== undefined && {
      properties: Object.fromEntries(children.map(([name, child]) => [name, schemaInSwagger(child)])),
    }),
    ...(additional?.schema !== undefined && { additionalProperties: schemaInSwagger(additional.schema) }),
  };
}
