import { jsonTypeName } from '@tabernetes/apimachinery';
import { isMap, type Node } from './node.ts';

/** What a field holds in Go. */
export type GoType =
  | 'string'
  | 'bool'
  | 'int'
  | 'int64'
  | 'any'
  | { readonly list: GoType; readonly named?: string }
  | { readonly map: GoType }
  | GoStructure;

/** A structure of Go: fields by their names in JSON; those of embedded ones begin with the names of these (`ResId.Gvk.kind`). */
export interface GoStructure {
  readonly structure: string;
  readonly package?: string;
  readonly fields: Readonly<Record<string, GoType>>;
}

/**
 * A value as Go's own strict decoder takes it for a type: names of fields in any case, nothing for `null`. What Kubernetes itself reads,
 * by names as they are and without minding others, is read by apimachinery's `decodeObject`.
 *
 * @throws {Error} for the first field that is unknown or of another type, in Go's words
 */
export function decoded(value: unknown, type: GoType, place: Place): unknown {
  if (value === null || value === undefined) return undefined;
  if (type === 'any') return value;
  if (typeof type === 'string') return scalar(value, type, place);
  if ('list' in type) {
    if (!Array.isArray(value)) throw wrong(value, type, place);
    return value.map((item) => decoded(item, type.list, place) ?? zero(type.list));
  }
  if ('map' in type) {
    if (!isMap(value)) throw wrong(value, type, place);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, decoded(item, type.map, place) ?? zero(type.map)]),
    );
  }
  return structureOf(value, type, place);
}

/** Where it reads: the structure around the field, and the path to it. */
export interface Place {
  readonly structure: string;
  readonly path: string;
}

function structureOf(value: unknown, type: GoStructure, place: Place): Node {
  const { path } = place;
  if (!isMap(value)) {
    if (path !== '') throw wrong(value, type, place);
    throw new Error(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${typeText(type)}`);
  }
  const out: Node = {};
  for (const [key, item] of Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const found = Object.entries(type.fields).find(([name]) => last(name).toLowerCase() === key.toLowerCase());
    if (found === undefined) throw new Error(`json: unknown field ${JSON.stringify(key)}`);
    const [name, of] = found;
    const read = decoded(item, of, { structure: type.structure, path: path === '' ? name : `${path}.${name}` });
    if (read !== undefined) out[last(name)] = read;
  }
  return out;
}

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

function scalar(value: unknown, type: string, place: Place): unknown {
  const fits =
    type === 'string'
      ? typeof value === 'string'
      : type === 'bool'
        ? typeof value === 'boolean'
        : Number.isSafeInteger(value);
  if (!fits) throw wrong(value, type as GoType, place);
  return value;
}

function wrong(value: unknown, type: GoType, { structure, path }: Place): Error {
  const isNumber = type === 'int' || type === 'int64';
  const found = typeof value === 'number' && isNumber ? `number ${value}` : jsonTypeName(value);
  return new Error(
    `json: cannot unmarshal ${found} into Go struct field ${structure}.${path} of type ${typeText(type)}`,
  );
}

function typeText(type: GoType): string {
  if (type === 'any') return 'interface {}';
  if (typeof type === 'string') return type;
  if ('list' in type) return type.named ?? `[]${typeText(type.list)}`;
  if ('map' in type) return `map[string]${typeText(type.map)}`;
  return `${type.package ?? 'types'}.${type.structure}`;
}

/** What Go has for nothing, in lists and maps. */
function zero(type: GoType): unknown {
  if (type === 'string') return '';
  if (type === 'bool') return false;
  if (type === 'int' || type === 'int64') return 0;
  return typeof type !== 'string' && 'structure' in type ? {} : undefined;
}
