/**
 * Types of the Common Expression Language. Two types are the same when they print the same: object types have unique names.
 * @see https://github.com/google/cel-spec/blob/v0.19.1/doc/langdef.md#values
 */
export interface CelType {
  readonly kind: CelKind;
  /** As it is declared: `int`, `list`, `kubernetes.Quantity`, the letter of a parameter. */
  readonly name: string;
  readonly params: readonly CelType[];
  /** Of objects whose fields are known. */
  readonly fields?: ReadonlyMap<string, CelField>;
  /** Bound of the length of texts, lists and maps, from a schema; for estimates of cost. */
  readonly maxElements?: number;
  /** The least that a value takes in JSON, in bytes. */
  readonly minBytes?: number;
  /** How two lists are compared and added. */
  readonly listType?: 'set' | 'map';
  readonly mapKeys?: readonly string[];
  /** Values are texts in JSON, and may be numbers. */
  readonly intOrString?: boolean;
}

export interface CelField {
  readonly type: CelType;
  /** As it stands in JSON: expressions use an escaped form of names that are no identifiers. */
  readonly name: string;
}

export type CelKind =
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null_type'
  | 'opaque'
  | 'param'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint';

const simple = (kind: CelKind, name: string = kind): CelType => ({ kind, name, params: [] });

export const BOOL = simple('bool');
export const BYTES = simple('bytes');
export const DOUBLE = simple('double');
export const DURATION = simple('duration', 'google.protobuf.Duration');
export const DYN = simple('dyn');
export const ERROR = simple('error', '!error!');
export const INT = simple('int');
export const NULL = simple('null_type');
export const STRING = simple('string');
export const TIMESTAMP = simple('timestamp', 'google.protobuf.Timestamp');
export const UINT = simple('uint');

export const listOf = (items: CelType): CelType => ({ kind: 'list', name: 'list', params: [items] });
export const mapOf = (keys: CelType, values: CelType): CelType => ({
  kind: 'map',
  name: 'map',
  params: [keys, values],
});
export const optionalOf = (value: CelType): CelType => ({ kind: 'opaque', name: 'optional_type', params: [value] });
export const opaque = (name: string): CelType => ({ kind: 'opaque', name, params: [] });
export const param = (name: string): CelType => ({ kind: 'param', name, params: [] });
export const typeOf = (type: CelType): CelType => ({ kind: 'type', name: 'type', params: [type] });
export const objectType = (name: string, fields?: ReadonlyMap<string, CelField>): CelType => ({
  kind: 'struct',
  name,
  params: [],
  ...(fields && { fields }),
});

/** A field; words that the language keeps for itself may be written as they are, too. */
export const fieldNamed = ({ fields }: CelType, name: string): CelField | undefined =>
  fields?.get(name) ?? fields?.get(`__${name}__`);

export const isDyn = ({ kind }: CelType): boolean => kind === 'dyn';
export const isDynOrError = ({ kind }: CelType): boolean => kind === 'dyn' || kind === 'error';
export const isOptional = ({ kind, name }: CelType): boolean => kind === 'opaque' && name === 'optional_type';

/** The type inside of an optional one; of any other, itself. */
export const unwrapOptional = (type: CelType): CelType => (isOptional(type) ? (type.params[0] ?? DYN) : type);

/** As messages of the compiler show it: `list(int)`. */
export function formatType({ kind, name, params }: CelType): string {
  if (kind === 'null_type') return 'null';
  if (kind === 'duration' || kind === 'timestamp') return kind;
  return params.length === 0 ? name : `${name}(${params.map(formatType).join(', ')})`;
}

/** As a value prints its type: `int`, `google.protobuf.Timestamp`. */
export const typeName = ({ name }: CelType): string => name;

export function sameType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((each, i) => sameType(each, b.params[i] ?? ERROR));
}
