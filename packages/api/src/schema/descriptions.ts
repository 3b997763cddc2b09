/**
 * What a type means, or a field of it; undefined where nobody said. The built-in types have theirs in
 * `dist/descriptions.json`, which the package's build makes and nothing needs for running: load it when somebody asks
 * for OpenAPI or `kubectl explain`.
 */
export type Descriptions = (openapiName: string, field?: string) => string | undefined;

/** `dist/descriptions.json`: each text once, types and fields by its index; the type's own stands under the empty name. */
export interface DescriptionsFile {
  readonly texts: readonly string[];
  readonly types: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export function descriptionsFrom({ texts, types }: DescriptionsFile): Descriptions {
  return (openapiName, field = '') => {
    const type = Object.hasOwn(types, openapiName) ? types[openapiName] : undefined;
    const index = type !== undefined && Object.hasOwn(type, field) ? type[field] : undefined;
    return index === undefined ? undefined : texts[index];
  };
}
