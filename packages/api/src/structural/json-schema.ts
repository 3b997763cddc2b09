import type { JSONSchemaProps } from '../generated/apiextensions-v1.ts';

/** A node of the schema of a CustomResourceDefinition. */
export type JsonSchema = JSONSchemaProps;

/** The one schema of all items; undefined when there is none, or a list of them. */
export const itemsOf = ({ items }: JsonSchema): JsonSchema | undefined =>
  isObject(items) ? (items as JsonSchema) : undefined;

/** Schemas of the items, one each, where it is a list of schemas. */
export const itemListOf = ({ items }: JsonSchema): readonly JsonSchema[] =>
  Array.isArray(items) ? (items as readonly JsonSchema[]) : NONE;

/** What may stand beside the named properties. Undefined: nothing is said of it. */
export function additionalOf(
  schema: JsonSchema,
): { readonly allows: boolean; readonly schema?: JsonSchema } | undefined {
  const { additionalProperties: value } = schema;
  if (typeof value === 'boolean') return { allows: value };
  return isObject(value) ? { allows: true, schema: value as JsonSchema } : undefined;
}

/** Named properties, sorted by name: messages come in that order. */
export const propertiesOf = ({ properties }: JsonSchema): readonly (readonly [string, JsonSchema])[] =>
  properties === undefined ? NONE : Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));

export const propertyOf = ({ properties }: JsonSchema, name: string): JsonSchema | undefined =>
  properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;

export const preservesUnknown = (schema: JsonSchema): boolean =>
  schema['x-kubernetes-preserve-unknown-fields'] === true;

export const isEmbedded = (schema: JsonSchema): boolean => schema['x-kubernetes-embedded-resource'] === true;

/** Every schema in a schema, itself first; ends early when `visit` says so, and says whether it did. */
export function someSchema(schema: JsonSchema | undefined, visit: (schema: JsonSchema) => boolean): boolean {
  if (schema === undefined) return false;
  if (visit(schema)) return true;
  return innerSchemas(schema).some((inner) => someSchema(inner, visit));
}

function innerSchemas(schema: JsonSchema): readonly (JsonSchema | undefined)[] {
  const { allOf = NONE, anyOf = NONE, oneOf = NONE, not, properties, patternProperties, definitions } = schema;
  const { additionalItems, dependencies } = schema;
  return [
    itemsOf(schema),
    ...itemListOf(schema),
    ...allOf,
    ...anyOf,
    ...oneOf,
    not,
    ...Object.values(properties ?? {}),
    additionalOf(schema)?.schema,
    ...Object.values(patternProperties ?? {}),
    isObject(additionalItems) ? (additionalItems as JsonSchema) : undefined,
    ...Object.values(definitions ?? {}),
    ...Object.values(dependencies ?? {}).map((value) => (isObject(value) ? (value as JsonSchema) : undefined)),
  ];
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NONE: readonly never[] = [];
