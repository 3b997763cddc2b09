import {
  type EmbeddedStruct,
  type FieldSchema,
  type GoLayout,
  goSelector,
  type Schema,
  type StructSchema,
} from '@tabernetes/apimachinery';
import { goTypes } from '../go-layout.ts';
import { schemaOf } from '../schema/schemas.ts';

/** A Go type, as far as comparing and printing its values needs to know it. Values are JSON; undefined is nil or zero. */
export interface GoType {
  /** As messages write it: `core.PodSpec`, `[]core.Container`, `*int64`. */
  readonly name: string;
  readonly kind: 'scalar' | 'struct' | 'list' | 'map' | 'pointer' | 'quantity';
  /** Has a method String, which is printed with an `s` before it: names of resources. */
  readonly stringer?: boolean;
  /** That method of what a pointer points to. */
  readonly text?: (value: object) => string;
  /** Of lists, maps and pointers. */
  readonly item?: GoType;
  /** Of structs. */
  readonly fields?: () => readonly GoStructField[];
  /** What nil or the zero value of a scalar is. */
  readonly zero?: string | number | boolean;
}

export interface GoStructField {
  readonly name: string;
  /** Its name in JSON; `.` when the fields of an embedded struct stand in the same object. */
  readonly json: string;
  readonly type: GoType;
  /** Where the struct is no object in JSON. */
  readonly read?: (struct: unknown) => unknown;
}

/** The type of that name. Refusals print the server's internal types, which are those of the API but for a few. */
export function goType(name: string): GoType {
  let type = TYPES.get(name);
  if (type === undefined) {
    type = makeType(name);
    TYPES.set(name, type);
  }
  return type;
}

/** What the field of a struct holds. */
export function fieldValue(struct: unknown, { json, read }: GoStructField): unknown {
  if (json === '.') return struct;
  if (read !== undefined) return read(struct);
  return typeof struct === 'object' && struct !== null ? (Reflect.get(struct, json) ?? undefined) : undefined;
}

/** Go's IsZero: an empty list that is not nil is not zero. */
export function isZero(type: GoType, value: unknown): boolean {
  if (type.kind === 'struct')
    return type.fields?.().every((field) => isZero(field.type, fieldValue(value, field))) === true;
  return value === undefined || value === null || (type.kind === 'scalar' && value === type.zero);
}

const TYPES = new Map<string, GoType>();

const SCALARS: Readonly<Record<string, string | number | boolean>> = {
  string: '',
  bool: false,
  int: 0,
  int32: 0,
  int64: 0,
  float64: 0,
};

function makeType(name: string): GoType {
  if (name === '*v1.LabelSelector') return { name, kind: 'pointer', item: goType(name.slice(1)), text: goSelector };
  if (name.startsWith('*')) return { name, kind: 'pointer', item: goType(name.slice(1)) };
  if (name === 'resource.Quantity') return { name, kind: 'quantity' };
  if (name === 'intstr.IntOrString') return { name, kind: 'struct', fields: once(intOrString) };
  const layout = goTypes();
  const underlying = layout.named.get(name) ?? name;
  if (underlying.startsWith('[]')) return { name, kind: 'list', item: goType(underlying.slice(2)) };
  if (underlying.startsWith('map[')) {
    const end = underlying.indexOf(']');
    const stringer = underlying.slice(4, end) === 'core.ResourceName';
    return { name, kind: 'map', stringer, item: goType(underlying.slice(end + 1)) };
  }
  const zero = SCALARS[underlying];
  if (zero !== undefined) return { name, kind: 'scalar', zero, stringer: name === 'core.ResourceName' };
  const outer = EMBEDDED_IN[name];
  const embedded =
    outer &&
    goType(outer)
      .fields?.()
      .find((field) => field.type.name === name);
  if (embedded) return embedded.type;
  const struct = structFields(name, layout);
  // What is left are named texts.
  return struct ? { name, kind: 'struct', fields: struct } : { name, kind: 'scalar', zero: '' };
}

function structFields(name: string, layout: GoLayout): (() => readonly GoStructField[]) | undefined {
  const known = layout.structs.get(name);
  if (known)
    return once(() => known.map((field) => ({ name: field.name, json: field.json, type: goType(field.type) })));
  const schema = apiStruct(name);
  if (schema === undefined) return undefined;
  return once(() => internal(name, ofSchema(schema)));
}

/** Structs that the API knows only as a part of another. */
const EMBEDDED_IN: Readonly<Record<string, string>> = { 'core.PersistentVolumeSource': 'core.PersistentVolumeSpec' };

const internal = (name: string, fields: readonly GoStructField[]): readonly GoStructField[] =>
  INTERNAL[name]?.(fields) ?? fields;

/** The fields with the one of that name right behind another. */
function moved(fields: readonly GoStructField[], name: string, behind: string): readonly GoStructField[] {
  const one = fields.filter((field) => field.name === name);
  return fields
    .filter((field) => field.name !== name)
    .flatMap((field) => (field.name === behind ? [field, ...one] : [field]));
}

/** Where the internal type is not that of the API. */
const INTERNAL: Readonly<Record<string, (fields: readonly GoStructField[]) => readonly GoStructField[]>> = {
  'core.PodSecurityContext': (fields) => [
    { name: 'HostNetwork', json: 'hostNetwork', type: goType('bool') },
    { name: 'HostPID', json: 'hostPID', type: goType('bool') },
    { name: 'HostIPC', json: 'hostIPC', type: goType('bool') },
    { name: 'ShareProcessNamespace', json: 'shareProcessNamespace', type: goType('*bool') },
    { name: 'HostUsers', json: 'hostUsers', type: goType('*bool') },
    ...moved(fields, 'Sysctls', 'FSGroupChangePolicy'),
  ],
  'core.PersistentVolumeSource': (fields) => moved(moved(fields, 'Quobyte', 'RBD'), 'FlexVolume', 'ISCSI'),
  'core.ServiceAccountTokenProjection': (fields) =>
    fields.map((field) => (field.name === 'ExpirationSeconds' ? { ...field, type: goType('int64') } : field)),
};

/** A number or a text, which says which of them it is. */
const intOrString = (): readonly GoStructField[] => [
  { name: 'Type', json: '', type: goType('int64'), read: (value) => (typeof value === 'string' ? 1 : 0) },
  { name: 'IntVal', json: '', type: goType('int32'), read: (value) => (typeof value === 'number' ? value : 0) },
  { name: 'StrVal', json: '', type: goType('string'), read: (value) => (typeof value === 'string' ? value : '') },
];

function apiStruct(name: string): StructSchema | undefined {
  const [group, type] = name.split('.');
  const prefix = group === 'v1' ? 'io.k8s.apimachinery.pkg.apis.meta.v1' : `io.k8s.api.${group}.v1`;
  try {
    return schemaOf(`${prefix}.${type}`);
  } catch {
    return undefined;
  }
}

/** Fields in Go's order, from one to before another; those of an embedded struct are one field that holds them. */
function ofSchema(schema: StructSchema, from = 0, to = schema.fields.length): readonly GoStructField[] {
  const fields: GoStructField[] = [];
  for (let at = from; at < to; ) {
    const whole = (embedded: EmbeddedStruct): boolean =>
      embedded.first === from && embedded.first + embedded.count === to;
    const inner = schema.embedded?.find((embedded) => embedded.first === at && embedded.count > 0 && !whole(embedded));
    const field = schema.fields[at];
    if (inner) fields.push({ name: inner.goName, json: '.', type: embeddedType(schema, inner) });
    else if (field) fields.push({ name: field.goName, json: field.name, type: ofField(field) });
    at += inner?.count ?? 1;
  }
  return fields;
}

function embeddedType(schema: StructSchema, { goName, first, count }: EmbeddedStruct): GoType {
  const name = `${packageOf(schema)}.${goName}`;
  let type = TYPES.get(name) ?? (apiStruct(name) && goType(name));
  if (type === undefined) {
    type = { name, kind: 'struct', fields: once(() => internal(name, ofSchema(schema, first, first + count))) };
    TYPES.set(name, type);
  }
  return type;
}

const ofField = ({ schema, pointer }: FieldSchema): GoType => goType(`${pointer ? '*' : ''}${typeName(schema)}`);

function typeName(schema: Schema): string {
  switch (schema.kind) {
    case 'struct':
      return `${packageOf(schema)}.${schema.goType.split('.').pop() ?? ''}`;
    case 'list':
      return schema.goType.startsWith('[]') ? `[]${typeName(schema.items)}` : internalName(schema.goType);
    case 'map':
      return schema.goType.startsWith('map[') ? `map[string]${typeName(schema.values)}` : internalName(schema.goType);
    case 'quantity':
      return 'resource.Quantity';
    case 'intOrString':
      return 'intstr.IntOrString';
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float64':
      return schema.kind;
    default:
      return internalName(schema.goType);
  }
}

const internalName = (name: string): string => (name.startsWith('v1.') ? `core.${name.slice(3)}` : name);

const packageOf = ({ openapi = '' }: StructSchema): string =>
  openapi.startsWith('io.k8s.api.') ? (openapi.split('.')[3] ?? '') : 'v1';

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
