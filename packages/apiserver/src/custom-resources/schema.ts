import { schemaOf } from '@tabernetes/api';
import {
  additionalOf,
  isEmbedded,
  itemsOf,
  type JsonSchema,
  preservesUnknown,
  propertiesOf,
  propertyOf,
} from '@tabernetes/api/structural';
import type { FieldSchema, ScalarSchema, Schema, StructSchema } from '@tabernetes/apimachinery';

const ANY: ScalarSchema = { kind: 'any', goType: 'interface {}' };
const SCALAR: ScalarSchema = { ...ANY, closed: true };
const SCALARS: Readonly<Record<string, ScalarSchema>> = {
  string: { ...SCALAR, applied: 'string' },
  integer: { ...SCALAR, applied: 'float64' },
  number: { ...SCALAR, applied: 'float64' },
  boolean: { ...SCALAR, applied: 'bool' },
};

/**
 * The shape of a custom resource, for decoding, pruning and the ownership of fields. Types of values are in it for what
 * is applied alone: validation tells of those.
 */
export function customResourceSchema(schema: JsonSchema): StructSchema {
  const made = struct(schema, [field('apiVersion', ANY), field('kind', ANY), field('metadata', META)]);
  declared.set(made, schema);
  return made;
}

const declared = new WeakMap<StructSchema, JsonSchema>();

/** What a shape was made of; undefined: it is that of a built-in type. */
export const declaredSchema = (schema: StructSchema): JsonSchema | undefined => declared.get(schema);

function node(schema: JsonSchema): Schema {
  if (schema['x-kubernetes-int-or-string']) return preservesUnknown(schema) ? ANY : SCALAR;
  if (schema.type === 'array') return list(schema);
  // Upstream knows texts of two formats alone; those of others are of any type.
  if (schema.type === 'string' && schema.format && schema.format !== 'byte') return SCALAR;
  if (schema.type !== 'object') return SCALARS[schema.type ?? ''] ?? (preservesUnknown(schema) ? ANY : SCALAR);
  const additional = additionalOf(schema);
  if (additional?.allows && schema.properties === undefined) {
    return {
      kind: 'map',
      goType: 'map[string]interface {}',
      untyped: true,
      mapType: mapType(schema),
      // Without a schema for the values, nothing is declared inside of them.
      values: additional.schema ? node(additional.schema) : node({ type: 'object' }),
    };
  }
  return struct(schema, isEmbedded(schema) ? EMBEDDED : []);
}

function list(schema: JsonSchema): Schema {
  const items = itemsOf(schema);
  const declared = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return {
    kind: 'list',
    goType: '[]interface {}',
    untyped: true,
    keepsEmpty: true,
    listType: declared === 'set' || declared === 'map' ? declared : 'atomic',
    items: items ? node(items) : ANY,
    ...(declared === 'map' && {
      mapKeys: keys.map((name) => {
        const value = items && propertyOf(items, name)?.default;
        return value === undefined || value === null ? { name } : { name, default: value };
      }),
    }),
  };
}

function struct(schema: JsonSchema, given: readonly FieldSchema[]): StructSchema {
  const names = new Set(given.map(({ name }) => name));
  const own = propertiesOf(schema).flatMap(([name, property]) =>
    names.has(name) ? [] : [field(name, node(property))],
  );
  const fields = [...given, ...own];
  return {
    kind: 'struct',
    goType: 'map[string]interface {}',
    untyped: true,
    fields,
    byName: new Map(fields.map((each) => [each.name, each])),
    structType: mapType(schema),
    ...(preservesUnknown(schema) && { preserveUnknownFields: true }),
  };
}

const mapType = (schema: JsonSchema): 'atomic' | 'granular' =>
  schema['x-kubernetes-map-type'] === 'atomic' ? 'atomic' : 'granular';

const field = (name: string, schema: Schema): FieldSchema => ({
  name,
  goName: name,
  schema,
  omitEmpty: true,
  pointer: true,
  required: false,
});

const META = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
/** Nobody has printed it as Go prints its types. */
const OWNED_META: StructSchema = {
  kind: 'struct',
  goType: META.goType,
  untyped: true,
  fields: META.fields,
  byName: META.byName,
};
/** What is decoded here is held to the type of metadata later, in words of its own. */
const EMBEDDED: readonly FieldSchema[] = [
  field('apiVersion', SCALARS['string'] ?? ANY),
  field('kind', SCALARS['string'] ?? ANY),
  field('metadata', { ...ANY, typed: OWNED_META }),
];
