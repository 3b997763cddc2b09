import { jsonTypeName } from '@tabernetes/apimachinery';

type FieldType = 'string' | 'int64' | 'map[string]string' | '[]string';

/** What of an object's metadata people write, and its type in Go. */
const FIELDS: readonly (readonly [name: string, type: FieldType])[] = [
  ['name', 'string'],
  ['generateName', 'string'],
  ['namespace', 'string'],
  ['selfLink', 'string'],
  ['uid', 'string'],
  ['resourceVersion', 'string'],
  ['generation', 'int64'],
  ['deletionGracePeriodSeconds', 'int64'],
  ['labels', 'map[string]string'],
  ['annotations', 'map[string]string'],
  ['finalizers', '[]string'],
];
/** Types of which Go tells by another name. */
const NAMED: Readonly<Record<string, string>> = { uid: 'types.UID' };

/**
 * What Go says of metadata that cannot be read as such; undefined when all is well. The first value that does not fit,
 * in the order in which they stand.
 *
 * @see k8s.io/cli-runtime/pkg/resource/metadata_decoder.go
 */
export function metadataProblem(metadata: unknown): string | undefined {
  if (metadata === undefined || metadata === null) return undefined;
  if (!isMap(metadata)) return mismatch(metadata, '.metadata', 'v1.ObjectMeta', 'metadataOnlyObject');
  for (const [name, value] of Object.entries(metadata)) {
    const type = FIELDS.find(([field]) => field === name)?.[1];
    if (type === undefined || value === null) continue;
    const problem = fieldProblem(value, type, `.metadata.${name}`, NAMED[name] ?? type);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function fieldProblem(value: unknown, type: FieldType, path: string, told: string): string | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? undefined : mismatch(value, path, told);
    case 'int64':
      return typeof value === 'number' ? undefined : mismatch(value, path, told);
    case '[]string':
      if (!Array.isArray(value)) return mismatch(value, path, told);
      return firstOf(value, path);
    default:
      return isMap(value) ? firstOf(Object.values(value), path) : mismatch(value, path, told);
  }
}

function firstOf(values: readonly unknown[], path: string): string | undefined {
  const odd = values.find((value) => typeof value !== 'string' && value !== null);
  return odd === undefined ? undefined : mismatch(odd, path, 'string');
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

function mismatch(value: unknown, path: string, type: string, struct = 'ObjectMeta'): string {
  return `json: cannot unmarshal ${jsonTypeName(value)} into Go struct field ${struct}${path} of type ${type}`;
}
