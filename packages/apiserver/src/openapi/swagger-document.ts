/** A JSON object of the documents that are made here. */
type Json = Readonly<Record<string, unknown>>;

/** What an OpenAPI 3.0 document of this server holds, of all groups and versions together. */
export interface OpenApiParts {
  readonly paths: Json;
  /** `components.schemas`. */
  readonly schemas: Json;
  readonly version: string;
}

/**
 * The same API as an OpenAPI 2.0 document, for clients that know no other: definitions without defaults, parameters with
 * their type beside their name, and bodies as parameters.
 *
 * @see https://github.com/kubernetes/kube-openapi/blob/master/pkg/builder/openapi.go
 * @see https://github.com/kubernetes/kube-openapi/blob/master/pkg/handler/default_pruning.go
 */
export function swaggerDocument({ paths, schemas, version }: OpenApiParts): Json {
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths: mapped(paths, pathItem),
    definitions: mapped(schemas, (schema, name) => SPECIAL[name] ?? definition(schema)),
    securityDefinitions: {
      BearerToken: {
        description: 'Bearer Token authentication',
        type: 'apiKey',
        name: 'authorization',
        in: 'header',
      },
    },
    security: [{ BearerToken: [] }],
  };
}

/** Types of which 2.0 cannot say that they are one of two. */
const SPECIAL: Readonly<Record<string, Json>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'string' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'string', format: 'int-or-string' },
};

function definition(schema: unknown): Json {
  const { allOf, default: _, $ref, properties, items, additionalProperties, ...rest } = schema as Json;
  // 3.0 wraps a reference that has something beside it; here it has it beside it.
  const [only] = (allOf as readonly Json[] | undefined) ?? [{ $ref }];
  const reference = only?.['$ref'] as string | undefined;
  return {
    ...(reference !== undefined && { $ref: reference.replace('#/components/schemas/', '#/definitions/') }),
    ...rest,
    ...(items !== undefined && { items: definition(items) }),
    ...(additionalProperties !== undefined && {
      // `true` and `false` stand for themselves.
      additionalProperties:
        typeof additionalProperties === 'object' ? definition(additionalProperties) : additionalProperties,
    }),
    ...(properties !== undefined && { properties: mapped(properties as Json, definition) }),
  };
}

function pathItem(item: unknown): Json {
  return mapped(item as Json, (value, key) =>
    key === 'parameters' ? (value as readonly Json[]).map(parameter) : operation(value as Json),
  );
}

function parameter({ schema, ...rest }: Json): Json {
  return { ...rest, ...(schema as Json) };
}

function operation({ parameters = [], requestBody, responses, ...rest }: Json): Json {
  const { content: asked, required } = (requestBody ?? {}) as { readonly content?: Json; readonly required?: true };
  const given = (responses as Readonly<Record<string, { readonly content?: Json }>>)['200']?.content;
  const body = asked && { name: 'body', in: 'body', ...(required && { required }), schema: schemaOf(asked) };
  const { tags, description, operationId, ...extensions } = rest;
  return {
    description,
    consumes: Object.keys(asked ?? { '*/*': {} }),
    produces: Object.keys(given ?? { '*/*': {} }),
    schemes: ['https'],
    tags,
    operationId,
    parameters: [...(body ? [body] : []), ...(parameters as readonly Json[]).map(parameter)],
    responses: mapped(responses as Json, (value) => {
      const { content, ...response } = value as { readonly content?: Json };
      return { ...response, ...(content && { schema: schemaOf(content) }) };
    }),
    ...extensions,
  };
}

/** The schema of a body, which is the same in all its content types. */
function schemaOf(content: Json): Json {
  const [first] = Object.values(content) as readonly { readonly schema: Json }[];
  return definition(first?.schema ?? {});
}

function mapped<T>(object: Json, change: (value: unknown, key: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}
