import type { FieldSchema, Schema, StructSchema } from '../schema.ts';

/** Go's zero value of a type where JSON has null: an element of a list, a value of a map. */
export function zeroOf(schema: Schema): unknown {
  switch (schema.kind) {
    case 'string':
    case 'bytes':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    case 'struct':
      return fillRequired(schema, {});
    case 'list':
      return [];
    case 'map':
      return {};
    default:
      return null;
  }
}

/** Sets what is required and absent to its zero value; lists, maps and times stay absent. Returns `draft`. */
export function fillRequired(schema: StructSchema, draft: Record<string, unknown>): Record<string, unknown> {
  for (const field of requiredOf(schema)) draft[field.name] ??= zeroOf(field.schema);
  return draft;
}

const FILLED: ReadonlySet<Schema['kind']> = new Set([
  'string',
  'bool',
  'int32',
  'int64',
  'float64',
  'intOrString',
  'struct',
]);

const required = new WeakMap<StructSchema, readonly FieldSchema[]>();

function requiredOf(schema: StructSchema): readonly FieldSchema[] {
  let fields = required.get(schema);
  if (fields === undefined) {
    fields = schema.fields.filter((f) => f.required && !f.pointer && !f.omitEmpty && FILLED.has(f.schema.kind));
    required.set(schema, fields);
  }
  return fields;
}
