import {
  type EmbeddedStruct,
  type FieldSchema,
  goQuote,
  parseQuantity,
  type Schema,
  type StructSchema,
} from '@tabernetes/apimachinery';
import { goIntOrString, goPointer, goQuantity, goStruct } from './go-text.ts';

/**
 * Go's `%#v` of a value by its schema, as refusals of changed structures print it: all fields in order, with the
 * package names of the internal types that upstream validates. Pointers inside are addresses; only their nil-ness says
 * anything.
 */
export function goDump(schema: Schema, value: unknown): string {
  switch (schema.kind) {
    case 'struct':
      return structText(schema, value);
    case 'list':
      if (!Array.isArray(value)) return `${typeName(schema)}(nil)`;
      return `${typeName(schema)}{${value.map((item) => goDump(schema.items, item)).join(', ')}}`;
    case 'map': {
      if (typeof value !== 'object' || value === null) return `${typeName(schema)}(nil)`;
      const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
      return `${typeName(schema)}{${entries.map(([key, item]) => `${goQuote(key)}:${goDump(schema.values, item)}`).join(', ')}}`;
    }
    case 'quantity':
      return goQuantity(typeof value === 'string' ? parseQuantity(value).toString() : '0').text;
    case 'intOrString':
      return goIntOrString(typeof value === 'string' || typeof value === 'number' ? value : undefined).text;
    case 'time':
    case 'microTime':
      return timeText(typeof value === 'string' ? value : undefined);
    case 'string':
      return goQuote(typeof value === 'string' ? value : '');
    case 'bool':
      return String(value === true);
    case 'int32':
    case 'int64':
    case 'float64':
      return typeof value === 'number' ? String(value) : '0';
    default:
      return `${schema.goType}(nil)`;
  }
}

function structText(schema: StructSchema, value: unknown): string {
  const object: object = typeof value === 'object' && value !== null ? value : {};
  const pkg = typeName(schema).split('.')[0];
  const texts = (from: number, to: number, embedded: readonly EmbeddedStruct[]): Record<string, string> => {
    const fields: Record<string, string> = {};
    for (let at = from; at < to; ) {
      const inner = embedded.find(({ first, count }) => first === at && count > 0);
      const field = schema.fields[at];
      if (inner !== undefined) {
        const end = at + inner.count;
        const rest = embedded.filter((e) => e !== inner && e.first >= at && e.first + e.count <= end);
        fields[inner.goName] = goStruct(`${pkg}.${inner.goName}`, texts(at, end, rest));
        at = end;
      } else {
        if (field !== undefined) fields[field.goName] = fieldText(field, Reflect.get(object, field.name));
        at += 1;
      }
    }
    return fields;
  };
  return goStruct(typeName(schema), texts(0, schema.fields.length, schema.embedded ?? []));
}

function fieldText({ schema, pointer }: FieldSchema, value: unknown): string {
  if (!pointer) return goDump(schema, value ?? undefined);
  const absent = value === undefined || value === null;
  // Times know how to print themselves, pointers to them included.
  if (schema.kind === 'time' || schema.kind === 'microTime') return absent ? '<nil>' : goDump(schema, value);
  return goPointer(typeName(schema), absent ? undefined : value);
}

/** `core.PodSpec` of v1.PodSpec: validation sees internal types, which are named after their group. */
function typeName(schema: Schema): string {
  switch (schema.kind) {
    case 'list':
      return `[]${typeName(schema.items)}`;
    case 'map':
      return schema.goType.startsWith('map') ? `map[string]${typeName(schema.values)}` : internal(schema.goType);
    case 'struct':
      return internal(schema.goType, schema.openapi);
    default:
      return internal(schema.goType);
  }
}

function internal(goType: string, openapi?: string): string {
  const group = /^io\.k8s\.api\.([a-z0-9]+)\./.exec(openapi ?? '')?.[1];
  if (group !== undefined) return goType.replace(/^v[0-9a-z]+\./, `${group}.`);
  // Named scalars have no name of their own in OpenAPI; those of metadata stay as they are.
  return goType;
}

function timeText(value: string | undefined): string {
  const date = new Date(value ?? '0001-01-01T00:00:00Z');
  const month = date.toLocaleString('en-US', { month: 'long', timeZone: 'UTC' });
  const parts = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].join(', ');
  const zone = value === undefined ? 'time.UTC' : 'time.Local';
  return `time.Date(${date.getUTCFullYear()}, time.${month}, ${date.getUTCDate()}, ${parts}, ${date.getUTCMilliseconds() * 1e6}, ${zone})`;
}
