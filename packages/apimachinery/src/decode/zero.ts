import { absentFields, type FieldLayout } from '../field-layout.ts';
import type { FieldSchema, Schema, StructSchema } from '../schema.ts';
import { zeroScalar } from '../zero-scalar.ts';

/** Go's zero value of a type where JSON has null: an element of a list, a value of a map. */
export function zeroOf(schema: Schema): unknown {
  switch (schema.kind) {
    case 'struct':
      return fillRequired(schema, {});
    case 'list':
      return [];
    case 'map':
      return {};
    case 'bytes':
      return '';
    default:
      return zeroScalar(schema.kind);
  }
}

/** Sets what is required and absent to its zero value; lists, maps and times stay absent. Returns `draft`. */
export function fillRequired(schema: StructSchema, draft: Record<string, unknown>): Record<string, unknown> {
  return fill(requiredOf(schema), draft);
}

/** The same where what is set is known, so that nothing else need be looked at. */
export function fillAbsent(layout: FieldLayout, draft: Record<string, unknown>): Record<string, unknown> {
  return fill(absentFields(layout, isFilled), draft);
}

function fill(fields: readonly FieldSchema[], draft: Record<string, unknown>): Record<string, unknown> {
  for (const { name, schema } of fields) draft[name] ??= zeroOf(schema);
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
    fields = schema.fields.filter(isFilled);
    required.set(schema, fields);
  }
  return fields;
}

const isFilled = ({ required, pointer, omitEmpty, schema }: FieldSchema): boolean =>
  Boolean(required) && !pointer && !omitEmpty && FILLED.has(schema.kind);
