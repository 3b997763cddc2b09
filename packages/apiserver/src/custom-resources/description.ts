import type { KindDescription } from '@tabernetes/api';
import { additionalOf, isEmbedded, itemsOf, type JsonSchema, propertiesOf } from '@tabernetes/api/structural';
import type { CustomResourceDefinitionVersion } from '@tabernetes/api/types/apiextensions-v1';
import type { GroupVersionKind } from '@tabernetes/apimachinery';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const ref = (name: string): unknown => ({ $ref: `#/components/schemas/${name}` });

const TYPE_META = {
  apiVersion: { type: 'string', description: 'Version of the schema that this object is written in.' },
  kind: { type: 'string', description: 'Kind of resource that this object is.' },
};

/**
 * What OpenAPI says of a version of a custom resource.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder/builder.go
 */
export function customResourceDescription(
  { group, version, kind }: GroupVersionKind,
  listKind: string,
  { schema, selectableFields = [] }: CustomResourceDefinitionVersion,
): KindDescription {
  const prefix = [...group.split('.').reverse(), version].join('.');
  const [name, listName] = [`${prefix}.${kind}`, `${prefix}.${listKind}`];
  const gvk = (shown: string): Readonly<Record<string, unknown>> => ({
    'x-kubernetes-group-version-kind': [{ group, version, kind: shown }],
  });
  const root = schema?.openAPIV3Schema;
  return {
    name,
    listName,
    references: [`${META}.ObjectMeta`, `${META}.ListMeta`],
    schemas: () => ({
      [name]: {
        ...(root ? described(root, true) : { type: 'object' }),
        ...gvk(kind),
        ...(selectableFields.length > 0 && {
          'x-kubernetes-selectable-fields': selectableFields.map(({ jsonPath }) => ({ fieldPath: jsonPath.slice(1) })),
        }),
      },
      [listName]: {
        type: 'object',
        description: `${listKind} is a list of ${kind}`,
        required: ['items'],
        properties: {
          ...TYPE_META,
          items: { type: 'array', description: `Objects of kind ${kind}.`, items: ref(name) },
          metadata: { description: 'What is said of the list itself.', allOf: [ref(`${META}.ListMeta`)] },
        },
        ...gvk(listKind),
      },
    }),
  };
}

/** A schema as it is published: a whole object is said to have a kind and metadata. */
function described(schema: JsonSchema, whole: boolean): Record<string, unknown> {
  const { properties: _, items: __, additionalProperties: ___, ...rest } = schema;
  const additional = additionalOf(schema);
  const own = propertiesOf(schema).map(([name, property]) => [name, described(property, isEmbedded(property))]);
  const items = itemsOf(schema);
  const types = schema['x-kubernetes-int-or-string'] && !schema.anyOf && !schema.allOf ? INT_OR_STRING : {};
  const properties: Record<string, unknown> = {
    ...Object.fromEntries(own),
    ...(whole && {
      ...TYPE_META,
      metadata: { description: 'Metadata that every object has.', allOf: [ref(`${META}.ObjectMeta`)] },
    }),
  };
  return {
    ...rest,
    ...types,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(items && { items: described(items, isEmbedded(items)) }),
    ...(additional && {
      additionalProperties: additional.schema
        ? described(additional.schema, isEmbedded(additional.schema))
        : additional.allows,
    }),
  };
}

const INT_OR_STRING = { anyOf: [{ type: 'integer' }, { type: 'string' }] };
