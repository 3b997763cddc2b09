import type { FieldSchema, ScalarSchema, Schema, StructSchema } from '@tabernetes/apimachinery';
import type { Descriptions } from './descriptions.ts';
import { schemaOf } from './schemas.ts';

/** A schema of OpenAPI 3.0, as `/openapi/v3/<group-version>` holds it under `components.schemas`. */
export type OpenApiSchema = { readonly [key: string]: unknown };

export interface OpenApiOptions {
  /** What types and fields mean; without it there are no descriptions. */
  readonly descriptions?: Descriptions;
}

/**
 * The schemas of these built-in types and of all that they refer to, by OpenAPI name, sorted. Keys of a schema stand in
 * the order in which Kubernetes prints them.
 *
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export function openApiSchemas(
  names: Iterable<string>,
  { descriptions }: OpenApiOptions = {},
): Readonly<Record<string, OpenApiSchema>> {
  const found = new Map<string, OpenApiSchema>();
  const queue = [...names];
  const refer = (name: string): OpenApiSchema => {
    if (!found.has(name)) queue.push(name);
    return { $ref: `#/components/schemas/${name}` };
  };
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    const special = SPECIAL_SCHEMAS.get(name);
    found.set(name, special === undefined ? NOTHING : withoutAbsent({ description: descriptions?.(name), ...special }));
    if (special === undefined) found.set(name, new TypeWriter(refer, descriptions).type(schemaOf(name)));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const NOTHING: OpenApiSchema = {};

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const CRD = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

/** Go types with a JSON form of their own: OpenAPI name by Go name. Packages that call a type the same have the same one. */
const SPECIAL_NAMES: ReadonlyMap<string, string> = new Map([
  ['resource.Quantity', 'io.k8s.apimachinery.pkg.api.resource.Quantity'],
  ['intstr.IntOrString', 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'],
  ['runtime.RawExtension', 'io.k8s.apimachinery.pkg.runtime.RawExtension'],
  ['v1.Time', `${META}.Time`],
  ['v1.MicroTime', `${META}.MicroTime`],
  ['v1.FieldsV1', `${META}.FieldsV1`],
  ['v1.JSON', `${CRD}.JSON`],
  ['v1.JSONSchemaPropsOrArray', `${CRD}.JSONSchemaPropsOrArray`],
  ['v1.JSONSchemaPropsOrBool', `${CRD}.JSONSchemaPropsOrBool`],
  ['v1.JSONSchemaPropsOrStringArray', `${CRD}.JSONSchemaPropsOrStringArray`],
]);

const SPECIAL_SCHEMAS: ReadonlyMap<string, OpenApiSchema> = new Map(
  [...SPECIAL_NAMES].map(([goType, name]) => [name, specialSchema(goType)]),
);

function specialSchema(goType: string): OpenApiSchema {
  switch (goType) {
    case 'resource.Quantity':
      return { oneOf: [{ type: 'string' }, { type: 'number' }] };
    case 'intstr.IntOrString':
      return { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] };
    case 'runtime.RawExtension':
    case 'v1.FieldsV1':
      return { type: 'object' };
    case 'v1.Time':
    case 'v1.MicroTime':
      return { type: 'string', format: 'date-time' };
    default:
      return {};
  }
}

class TypeWriter {
  readonly #refer: (name: string) => OpenApiSchema;
  readonly #descriptions: Descriptions | undefined;

  constructor(refer: (name: string) => OpenApiSchema, descriptions: Descriptions | undefined) {
    this.#refer = refer;
    this.#descriptions = descriptions;
  }

  type(schema: StructSchema): OpenApiSchema {
    const { fields, structType, unions, groupVersionKinds, openapi = '' } = schema;
    const required = fields.filter((field) => field.required).map((field) => field.name);
    const sorted = fields.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const properties = Object.fromEntries(sorted.map((field) => [field.name, this.#field(openapi, field)]));
    return withoutAbsent({
      description: this.#descriptions?.(openapi),
      type: 'object',
      required: required.length > 0 ? required : undefined,
      properties: fields.length > 0 ? properties : undefined,
      'x-kubernetes-group-version-kind': groupVersionKinds,
      'x-kubernetes-map-type': structType === 'atomic' ? 'atomic' : undefined,
      'x-kubernetes-unions': unions,
    });
  }

  #field(type: string, field: FieldSchema): OpenApiSchema {
    const { schema, default: fallback, extensions = {}, patchMergeKey, patchStrategy } = field;
    const { $ref, ...body } = this.#schema(schema);
    const description = this.#describe(type, field);
    const ext = {
      ...extensions,
      'x-kubernetes-patch-merge-key': patchMergeKey,
      'x-kubernetes-patch-strategy': patchStrategy?.join(','),
    };
    const { type: kind, format, ...rest } = body;
    const head = { description, type: kind, format, default: fallback, enum: field.enum };
    // A reference can have nothing beside it, so it goes into allOf.
    const all = withoutAbsent({ ...head, ...($ref !== undefined && { allOf: [{ $ref }] }), ...rest, ...ext });
    return Object.keys(all).length === 1 && $ref !== undefined ? { $ref } : all;
  }

  #describe(type: string, { name, enum: values }: FieldSchema): string | undefined {
    const text = this.#descriptions?.(type, name);
    // Where the words say what each value means, there is nothing to add.
    if (text === undefined || values === undefined || text.includes(POSSIBLE_VALUES)) return text;
    return `${text}${POSSIBLE_VALUES}${values.map((value) => ` - \`${JSON.stringify(value)}\``).join('\n')}`;
  }

  #schema(schema: Schema): OpenApiSchema {
    switch (schema.kind) {
      case 'struct':
        return this.#refer(schema.openapi ?? '');
      case 'list':
        return withoutAbsent({
          type: 'array',
          items: this.#item(schema.items),
          'x-kubernetes-list-map-keys': schema.mapKeys?.map((key) => key.name),
          'x-kubernetes-list-type': schema.untagged ? undefined : schema.listType,
        });
      case 'map':
        return withoutAbsent({
          type: 'object',
          additionalProperties: this.#item(schema.values),
          'x-kubernetes-map-type': schema.mapType === 'atomic' ? 'atomic' : undefined,
        });
      default:
        return this.#scalar(schema);
    }
  }

  /** Items of lists and values of maps are never pointers, so they default to the zero value of their type. */
  #item(schema: Schema): OpenApiSchema {
    const { type, format, ...rest } = this.#schema(schema);
    if (schema.kind === 'struct') return { default: {}, allOf: [rest] };
    if (schema.kind === 'list') {
      const { 'x-kubernetes-list-type': _, ...list } = rest;
      return { type, ...list };
    }
    const zero = ZEROS.get(schema.kind);
    const values = 'enum' in schema ? schema.enum : undefined;
    return withoutAbsent({ type, format, default: zero, enum: values, ...rest });
  }

  #scalar({ kind, goType }: ScalarSchema): OpenApiSchema {
    switch (kind) {
      case 'string':
      case 'duration':
        return { type: 'string' };
      case 'bytes':
        return { type: 'string', format: 'byte' };
      case 'bool':
        return { type: 'boolean' };
      case 'int32':
      case 'int64':
        return { type: 'integer', format: kind };
      case 'float64':
        return { type: 'number', format: 'double' };
      default:
        return this.#refer(SPECIAL_NAMES.get(goType) ?? goType);
    }
  }
}

const POSSIBLE_VALUES = '\n\nPossible enum values:\n';

const ZEROS: ReadonlyMap<Schema['kind'], unknown> = new Map<Schema['kind'], unknown>([
  ['string', ''],
  ['bool', false],
  ['int32', 0],
  ['int64', 0],
  ['float64', 0],
]);

const withoutAbsent = (schema: OpenApiSchema): OpenApiSchema =>
  Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
