import type { FieldSchema, Schema } from '../schema.ts';
import { PatchProblem } from './patch-problem.ts';

/** What the tags of a Go field say about merging it. */
export interface PatchField {
  /** Of the field's value; for lists, of one item. */
  readonly schema: Schema;
  /** `merge`, `replace` or empty. */
  readonly strategy: string;
  readonly retainKeys: boolean;
  /** Empty when the field is no list that merges by key. */
  readonly mergeKey: string;
}

/**
 * The field of a map that is merged into another.
 * @throws {PatchProblem} 500: the schema is no struct, or has no such field
 */
export function mapField(schema: Schema, name: string): PatchField {
  const field = fieldOf(schema, name);
  return describe(field, field.schema);
}

/**
 * The field of a list that is merged into another.
 * @throws {PatchProblem} 500: no such field, or it is no list
 */
export function listField(schema: Schema, name: string): PatchField {
  const field = fieldOf(schema, name);
  const { schema: own } = field;
  if (own.kind === 'list') {
    if (own.items.kind === 'list') throw new PatchProblem(500, 'unexpected slice of slice');
    return describe(field, own.items);
  }
  if (own.kind === 'bytes' || field.pointer) return describe(field, own);
  throw new PatchProblem(500, `expected slice or array type, but got: ${goKind(schema)}`);
}

function describe(field: FieldSchema, schema: Schema): PatchField {
  const strategies = field.patchStrategy ?? [];
  return {
    schema,
    strategy: strategies.find((strategy) => strategy !== 'retainKeys') ?? '',
    retainKeys: strategies.includes('retainKeys'),
    mergeKey: field.patchMergeKey ?? '',
  };
}

function fieldOf(schema: Schema, name: string): FieldSchema {
  const kind = goKind(schema);
  if (kind !== 'struct') {
    throw new PatchProblem(500, `merging an object in json but data type is not struct, instead is: ${kind}`);
  }
  const field = schema.kind === 'struct' ? (schema.byName.get(name) ?? ignoringCase(schema.fields, name)) : undefined;
  if (field !== undefined) return field;
  const goName = schema.goType.slice(schema.goType.lastIndexOf('.') + 1);
  throw new PatchProblem(
    500,
    `unable to find api field in struct ${goName} for the json field ${JSON.stringify(name)}`,
  );
}

/** Go's JSON matches names without regard to case when none matches exactly. */
function ignoringCase(fields: readonly FieldSchema[], name: string): FieldSchema | undefined {
  const lower = name.toLowerCase();
  return fields.find((field) => field.name.toLowerCase() === lower);
}

/** Go's reflect.Kind of a type. */
export function goKind(schema: Schema): string {
  switch (schema.kind) {
    case 'list':
    case 'bytes':
      return 'slice';
    case 'map':
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float64':
      return schema.kind;
    default:
      return 'struct';
  }
}
