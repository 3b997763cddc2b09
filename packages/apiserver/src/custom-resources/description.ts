import type { Descriptions, KindDescription, OpenApiForm } from '@tabernetes/api';
import {
  additionalOf,
  isEmbedded,
  itemsOf,
  type JsonSchema,
  preservesUnknown,
  propertiesOf,
} from '@tabernetes/api/structural';
import type { CustomResourceDefinitionVersion } from '@tabernetes/api/types/apiextensions-v1';
import type { GroupVersionKind } from '@tabernetes/apimachinery';
import { schemaInSwagger } from './schema-in-swagger.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const ref = (name: string): unknown => ({ $ref: `#/components/schemas/${name}` });

/** Objects whose published words hold for custom resources, too. */
const OBJECT = 'io.k8s.api.core.v1.Pod';
const LIST = 'io.k8s.api.core.v1.PodList';

/** @param plural what a list is of */
function sharedFields(describe: Descriptions, plural: string) {
  const said = (description: string | undefined) => description !== undefined && { description };
  const typeMeta = {
    apiVersion: { ...said(describe(OBJECT, 'apiVersion')), type: 'string' },
    kind: { ...said(describe(OBJECT, 'kind')), type: 'string' },
  };
  const meta = (text: string | undefined, name: string) => ({ ...said(text), allOf: [ref(`${META}.${name}`)] });
  return {
    object: { ...typeMeta, metadata: meta(describe(OBJECT, 'metadata'), 'ObjectMeta') },
    list: { ...typeMeta, metadata: meta(describe(LIST, 'metadata'), 'ListMeta') },
    items: said(describe(LIST, 'items')?.replace('pods', plural)),
  };
}
type SharedFields = ReturnType<typeof sharedFields>;

/**
 * What OpenAPI says of a version of a custom resource.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder/builder.go
 */
export function customResourceDescription(
  { group, version, kind }: GroupVersionKind,
  { listKind, plural }: { readonly listKind: string; readonly plural: string },
  { schema, selectableFields = [] }: CustomResourceDefinitionVersion,
): KindDescription {
  const prefix = [...group.split('.').reverse(), version].join('.');
  const [name, listName] = [`${prefix}.${kind}`, `${prefix}.${listKind}`];
  const last = (shown: string): Readonly<Record<string, unknown>> => ({
    'x-kubernetes-group-version-kind': [{ group, version, kind: shown }],
    'x-kubernetes-selectable-fields': selectableFields.map(({ jsonPath }) => ({ fieldPath: jsonPath.slice(1) })),
  });
  const root = schema?.openAPIV3Schema;
  return {
    name,
    listName,
    references: [`${META}.ObjectMeta`, `${META}.ListMeta`],
    models: [LIST],
    schemas: (describe, form) => {
      const shared = sharedFields(describe, plural);
      const published = root && publishedIn(form, root);
      return {
        [name]: {
          ...(published
            ? { ...described(published, shared, form), ...withShared(published, shared, form) }
            : { type: 'object' }),
          ...last(kind),
        },
        [listName]: {
          description: `${listKind} is a list of ${kind}`,
          type: 'object',
          required: ['items'],
          properties: { ...shared.list, items: { ...shared.items, type: 'array', items: ref(name) } },
          ...last(listKind),
        },
      };
    },
  };
}

/** What a document says of a kind; undefined: nothing but that it is an object. */
function publishedIn(form: OpenApiForm, root: JsonSchema): JsonSchema | undefined {
  if (form === 'v3') return root;
  // Whatever else it said, kubectl would take all other fields for unknown ones.
  return preservesUnknown(root) ? undefined : schemaInSwagger(root);
}

/** A schema as it is published: a whole object is said to have a kind and metadata. */
function described(schema: JsonSchema, shared: SharedFields, form: OpenApiForm): Record<string, unknown> {
  const { properties: _, items: __, additionalProperties: ___, ...rest } = schema;
  const additional = additionalOf(schema);
  const items = itemsOf(schema);
  const isEither = schema['x-kubernetes-int-or-string'] && !schema.anyOf && !schema.allOf;
  const types = isEither && form === 'v3' ? INT_OR_STRING : {};
  const properties = ownProperties(schema, shared, form);
  return {
    ...rest,
    ...types,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(items && { items: described(items, shared, form) }),
    ...(additional && {
      additionalProperties: additional.schema ? described(additional.schema, shared, form) : additional.allows,
    }),
    ...(isEmbedded(schema) &&
      !(form === 'v2' && preservesUnknown(schema)) && {
        ...withShared(schema, shared, form),
        required: [...new Set([...(schema.required ?? []), 'kind', 'apiVersion'])],
      }),
  };
}

const ownProperties = (
  schema: JsonSchema,
  shared: SharedFields,
  form: OpenApiForm,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(propertiesOf(schema).map(([name, property]) => [name, described(property, shared, form)]));

const withShared = (schema: JsonSchema, shared: SharedFields, form: OpenApiForm) => ({
  properties: { ...ownProperties(schema, shared, form), ...shared.object },
});

const INT_OR_STRING = { anyOf: [{ type: 'integer' }, { type: 'string' }] };
