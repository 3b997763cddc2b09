import type { FieldSchema, StructSchema } from '../schema.ts';

/** Field numbers of the built-in types; their own module, so that who never meets protobuf need not load them. */
export interface ProtobufTable {
  schemaOf(apiVersion: string, kind: string): StructSchema | undefined;
  fieldsOf(schema: StructSchema): ProtobufFields;
}

/** By field number: a field of the struct, or the fields of a struct that is embedded in it. */
export type ProtobufFields = ReadonlyMap<number, FieldSchema | { readonly embedded: ProtobufFields }>;
