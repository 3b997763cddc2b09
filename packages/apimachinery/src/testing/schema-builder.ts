import type { FieldSchema, ListSchema, MapSchema, ScalarKind, ScalarSchema, Schema, StructSchema } from '../schema.ts';

/** A field of {@link structOf}: its schema alone, or with what else is known of it. Default omitempty, no pointer. */
export type FieldOf = Schema | (Partial<FieldSchema> & { readonly schema: Schema });

/**
 * A Go struct for tests: `structOf('v1.Thing', { name: scalarOf('string') })`. The OpenAPI name follows from the Go
 * type; without it (undefined) the type is that of a custom resource.
 */
export function structOf(
  goType: string,
  fields: Readonly<Record<string, FieldOf>>,
  options: Partial<StructSchema> = {},
): StructSchema {
  const list = Object.entries(fields).map(([name, field]) => fieldOf(name, field));
  const byName = new Map(list.map((field) => [field.name, field]));
  return { kind: 'struct', goType, openapi: `io.example.${goType}`, fields: list, byName, ...options };
}

function fieldOf(name: string, field: FieldOf): FieldSchema {
  const goName = name.charAt(0).toUpperCase() + name.slice(1);
  const defaults = { name, goName, omitEmpty: true, pointer: false, required: false };
  return 'schema' in field ? { ...defaults, ...field } : { ...defaults, schema: field };
}

export const scalarOf = (kind: ScalarKind, goType: string = kind): ScalarSchema => ({ kind, goType });

export const listOf = (items: Schema, options: Partial<ListSchema> = {}): ListSchema => ({
  kind: 'list',
  items,
  listType: 'atomic',
  goType: `[]${items.goType}`,
  ...options,
});

export const mapOf = (values: Schema, options: Partial<MapSchema> = {}): MapSchema => ({
  kind: 'map',
  values,
  mapType: 'granular',
  goType: `map[string]${values.goType}`,
  ...options,
});
