import { decodeObject, type StructSchema } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { builtinSchema } from '../writing/schema-of.ts';

/**
 * What Go says of an object whose version, kind or metadata cannot be read as such; undefined when all is well. Members are
 * looked at in the order in which they stand.
 *
 * @see k8s.io/cli-runtime/pkg/resource/metadata_decoder.go
 */
export function metadataProblem(object: Readonly<Record<string, unknown>>): string | undefined {
  try {
    decodeObject(metadataOnly(), object);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** What all kinds have in common, a ConfigMap as well. */
function metadataOnly(): StructSchema {
  const fields = builtinSchema('', 'v1', 'ConfigMap')?.fields ?? [];
  const common = fields.filter(({ name }) => name === 'apiVersion' || name === 'kind' || name === 'metadata');
  return {
    kind: 'struct',
    goType: 'resource.metadataOnlyObject',
    fields: common,
    byName: new Map(common.map((field) => [field.name, field])),
  };
}
