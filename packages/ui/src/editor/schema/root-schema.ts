/** A schema as OpenAPI and YAML's language server have it: only what is read here is named. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What people can write: `apps/v1` and the kinds of it. */
export interface KindName {
  readonly apiVersion: string;
  readonly kind: string;
}

export type Definitions = Readonly<Record<string, Schema>>;

const PREFIX = '#/components/schemas/';

/**
 * One schema for files that hold documents of every kind: what a document says of itself decides which definition it is
 * held to. Kinds without a definition here are known by name alone.
 */
export function rootSchema(kinds: readonly KindName[], definitions: Definitions): object {
  const byVersion = new Map<string, KindName[]>();
  for (const each of kinds) byVersion.set(each.apiVersion, [...(byVersion.get(each.apiVersion) ?? []), each]);
  const named = definitionNames(definitions);
  const versionIs = (apiVersion: string): object => ({
    properties: { apiVersion: { const: apiVersion } },
    required: ['apiVersion'],
  });
  return {
    type: 'object',
    properties: {
      apiVersion: suggestion('Which version of which group of the API this is written for.', [...byVersion.keys()]),
      kind: { type: 'string', description: 'What this is.' },
    },
    allOf: [
      // Without an apiVersion yet, every kind may follow.
      {
        if: { required: ['apiVersion'] },
        then: {},
        else: { properties: { kind: suggestion('What this is.', [...new Set(kinds.map(({ kind }) => kind))]) } },
      },
      ...[...byVersion].map(([apiVersion, of]) => ({
        if: versionIs(apiVersion),
        then: {
          properties: {
            kind: suggestion(
              'What this is.',
              of.map(({ kind }) => kind),
            ),
          },
        },
      })),
      ...kinds.flatMap(({ apiVersion, kind }) => {
        const definition = named.get(`${apiVersion} ${kind}`);
        if (definition === undefined) return [];
        return [
          {
            if: {
              properties: { apiVersion: { const: apiVersion }, kind: { const: kind } },
              required: ['apiVersion', 'kind'],
            },
            then: { $ref: `${PREFIX}${definition}` },
          },
        ];
      }),
    ],
    components: { schemas: definitions },
  };
}

/** Names that are offered, while others are not refused: the server does that, with its own words. */
const suggestion = (description: string, names: readonly string[]): object => ({
  description,
  anyOf: [{ enum: [...names].sort() }, { type: 'string' }],
});

/** Names of definitions by `apiVersion kind`. */
function definitionNames(definitions: Definitions): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, schema] of Object.entries(definitions)) {
    const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
    // Options of requests belong to every group; nobody writes them.
    if (kinds.length !== 1) continue;
    for (const { group, version, kind } of kinds) {
      names.set(`${group === '' ? version : `${group}/${version}`} ${kind}`, name);
    }
  }
  return names;
}

/**
 * Names of the fields that stand beside the last one of `path`. Empty when nobody knows: the kind has no definition, or
 * any name may stand there.
 *
 * @param path such as `['spec', 'template', 'spec', 'containers', 0, 'imag']`
 */
export function fieldsAt(
  definitions: Definitions,
  { apiVersion, kind }: KindName,
  path: readonly (string | number)[],
): readonly string[] {
  const name = definitionNames(definitions).get(`${apiVersion} ${kind}`);
  let schema: Schema | undefined = name === undefined ? undefined : definitions[name];
  for (const part of path.slice(0, -1)) {
    const own = resolved(definitions, schema);
    if (typeof part === 'number') schema = own?.items;
    else if (own?.properties?.[part] !== undefined) schema = own.properties[part];
    else schema = typeof own?.additionalProperties === 'object' ? own.additionalProperties : undefined;
  }
  return Object.keys(resolved(definitions, schema)?.properties ?? {});
}

function resolved(definitions: Definitions, schema: Schema | undefined): Schema | undefined {
  const reference = schema?.$ref ?? schema?.allOf?.find(({ $ref }) => $ref !== undefined)?.$ref;
  return reference === undefined ? schema : definitions[reference.slice(PREFIX.length)];
}
