import {
  BOOL,
  BYTES,
  type CelField,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  STRING,
  TIMESTAMP,
} from '../cel/types.ts';
import { additionalOf, isEmbedded, itemsOf, type JsonSchema, propertiesOf } from './json-schema.ts';

/** What a request may hold, in bytes: whatever has no bound of its own ends there. */
export const MAX_REQUEST_BYTES = 3 * 1024 * 1024;
const MAX_TEXT = MAX_REQUEST_BYTES - 2;

/**
 * The type that expressions see where a schema says what there is; undefined: nothing that can be told.
 * @param root of a whole object, which has a kind and a name
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/common/schemas.go
 */
export function schemaType(schema: JsonSchema, root: boolean): CelType | undefined {
  const known = root ? rootTypes : types;
  let type = known.get(schema);
  if (type === undefined) {
    type = makeType(schema, root) ?? null;
    known.set(schema, type);
  }
  return type ?? undefined;
}

const types = new WeakMap<JsonSchema, CelType | null>();
const rootTypes = new WeakMap<JsonSchema, CelType | null>();

function makeType(schema: JsonSchema, root: boolean): CelType | undefined {
  if (schema['x-kubernetes-int-or-string']) return { ...DYN, maxElements: MAX_TEXT, minBytes: 1 };
  if (root) return objectOf(schema, ROOT);
  switch (schema.type) {
    case 'array':
      return listOf(schema);
    case 'object':
      return additionalOf(schema)?.schema ? mapOf(schema) : objectOf(schema);
    case 'string':
      return textOf(schema);
    case 'boolean':
      return { ...BOOL, maxElements: 0, minBytes: 4 };
    case 'number':
      return { ...DOUBLE, maxElements: 0, minBytes: 1 };
    case 'integer':
      return { ...INT, maxElements: 0, minBytes: 1 };
    default:
      return undefined;
  }
}

const inner = (schema: JsonSchema): CelType | undefined => schemaType(schema, isEmbedded(schema));
const bytes = ({ minBytes = 0 }: CelType): number => minBytes;

function listOf(schema: JsonSchema): CelType | undefined {
  const items = itemsOf(schema);
  const type = items && inner(items);
  if (type === undefined) return undefined;
  const listType = schema['x-kubernetes-list-type'];
  return {
    kind: 'list',
    name: 'list',
    params: [type],
    maxElements: Math.max(0, schema.maxItems ?? Math.floor(MAX_TEXT / (bytes(type) + 1))),
    minBytes: 2,
    ...((listType === 'set' || listType === 'map') && { listType }),
    ...(listType === 'map' && {
      mapKeys: (schema['x-kubernetes-list-map-keys'] ?? []).map((key) => escaped(key) ?? key),
    }),
  };
}

function mapOf(schema: JsonSchema): CelType | undefined {
  const values = additionalOf(schema)?.schema;
  const type = values && inner(values);
  if (type === undefined) return undefined;
  const maxElements = Math.max(0, schema.maxProperties ?? Math.floor(MAX_TEXT / (bytes(type) + 6)));
  return { kind: 'map', name: 'map', params: [{ ...STRING, maxElements: 0 }, type], maxElements, minBytes: 2 };
}

function objectOf(schema: JsonSchema, given?: ReadonlyMap<string, CelField>): CelType {
  const fields = new Map<string, CelField>();
  let size = 2;
  for (const [name, property] of propertiesOf(schema)) {
    const type = given?.has(name) ? given.get(name)?.type : inner(property);
    if (type === undefined) continue;
    const field = escaped(name);
    if (field !== undefined) fields.set(field, { name, type });
    if (schema.required?.includes(name) && property.default === undefined) size += name.length + bytes(type) + 4;
  }
  for (const [name, field] of given ?? []) fields.set(name, field);
  return { kind: 'struct', name: 'object', params: [], fields, maxElements: 0, minBytes: size };
}

function textOf({ format, maxLength, enum: values }: JsonSchema): CelType {
  switch (format) {
    case 'byte':
      return { ...BYTES, maxElements: Math.max(0, maxLength ?? MAX_TEXT), minBytes: 2 };
    case 'duration':
      return { ...DURATION, maxElements: 32, minBytes: 3 };
    case 'date':
      return { ...TIMESTAMP, maxElements: 12, minBytes: 12 };
    case 'date-time':
      return { ...TIMESTAMP, maxElements: 32, minBytes: 21 };
    default: {
      const longest = values?.length
        ? Math.max(...values.map((value) => (typeof value === 'string' ? value.length : 0)))
        : MAX_TEXT;
      // Lengths count characters, which take up to four bytes.
      const maxElements = maxLength === undefined ? longest : Math.max(0, maxLength) * 4;
      return { ...STRING, maxElements, minBytes: 2 };
    }
  }
}

const text: CelType = { ...STRING, maxElements: MAX_TEXT, minBytes: 2 };
const META: ReadonlyMap<string, CelField> = new Map(
  ['name', 'generateName'].map((name) => [name, { name, type: text }] as const),
);
const ROOT: ReadonlyMap<string, CelField> = new Map([
  ['apiVersion', { name: 'apiVersion', type: text }],
  ['kind', { name: 'kind', type: text }],
  [
    'metadata',
    {
      name: 'metadata',
      type: { kind: 'struct', name: 'object', params: [], fields: META, maxElements: 0, minBytes: 2 },
    },
  ],
]);

const RESERVED: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
);
const ESCAPES: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** The identifier that stands for a name; undefined: there is none. @see staging/src/k8s.io/apiserver/pkg/cel/escaping.go */
export function escaped(name: string): string | undefined {
  if (!/^[A-Za-z_.\-/][\w.\-/]*$/.test(name)) return undefined;
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replace(/__|[-./]/g, (part) => ESCAPES[part] ?? part);
}
