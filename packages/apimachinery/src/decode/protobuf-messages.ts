import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { put } from '../patch/json-tree.ts';
import type { FieldSchema, ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from '../schema.ts';
import { encodeBase64 } from './base64.ts';
import { MAX_DEPTH } from './json-reader.ts';
import { SyntaxProblem } from './problems.ts';
import type { ProtobufFields, ProtobufTable } from './protobuf-table.ts';

type Members = Record<string, unknown>;

/** Reads messages into raw values, as if they had come as JSON. */
export class ProtobufMessages {
  readonly #table: ProtobufTable;
  #depth = 0;

  constructor(table: ProtobufTable) {
    this.#table = table;
  }

  /** @throws {SyntaxProblem | Error} when the bytes are no such message */
  struct(schema: StructSchema, bytes: Uint8Array): Members {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxProblem('proto: exceeded max depth');
    const out: Members = {};
    this.#fields(this.#table.fieldsOf(schema), bytes, out);
    this.#depth--;
    return out;
  }

  #fields(fields: ProtobufFields, bytes: Uint8Array, out: Members): void {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      const field = fields.get(number);
      if (field === undefined) reader.skip(wireType, number);
      else if ('embedded' in field) this.#fields(field.embedded, lengthDelimited(reader, wireType, 'embedded'), out);
      else this.#field(field, reader, wireType, out);
    }
  }

  #field(field: FieldSchema, reader: BinaryReader, wireType: WireType, out: Members): void {
    const { schema, name } = field;
    if (schema.kind === 'list' && schema.goType !== 'v1.Verbs') {
      out[name] ??= [];
      this.#items(schema, reader, wireType, field.goName, out[name] as unknown[]);
    } else if (schema.kind === 'map') {
      out[name] ??= {};
      this.#entry(schema, lengthDelimited(reader, wireType, field.goName), out[name] as Members);
    } else {
      const value = this.#value(schema, reader, wireType, field.goName);
      // Zero values travel explicitly; only pointers tell zero from absent.
      if (field.pointer || !isZero(value)) out[name] = value;
    }
  }

  #items(schema: ListSchema, reader: BinaryReader, wireType: WireType, name: string, out: unknown[]): void {
    const { items } = schema;
    const packed = wireType === WireType.LengthDelimited && NUMBERS.has(items.kind);
    if (!packed) {
      out.push(this.#value(items, reader, wireType, name));
      return;
    }
    const inner = new BinaryReader(reader.bytes());
    const type = items.kind === 'float64' ? WireType.Bit64 : WireType.Varint;
    while (inner.pos < inner.len) out.push(this.#value(items, inner, type, name));
  }

  #entry(schema: MapSchema, bytes: Uint8Array, out: Members): void {
    const reader = new BinaryReader(bytes);
    let key = '';
    let value: unknown;
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === 1) key = new TextDecoder().decode(lengthDelimited(reader, wireType, 'key'));
      else if (number === 2) value = this.#value(schema.values, reader, wireType, 'value');
      else reader.skip(wireType, number);
    }
    put(out, key, value ?? null);
  }

  #value(schema: Schema, reader: BinaryReader, wireType: WireType, name: string): unknown {
    switch (schema.kind) {
      case 'bool':
        expect(wireType, WireType.Varint, name);
        return reader.bool();
      case 'int32':
        expect(wireType, WireType.Varint, name);
        return reader.int32();
      case 'int64':
        expect(wireType, WireType.Varint, name);
        return Number(reader.int64());
      case 'float64':
        expect(wireType, WireType.Bit64, name);
        return reader.double();
      default:
        return this.#bytes(schema, lengthDelimited(reader, wireType, name));
    }
  }

  #bytes(schema: Schema, bytes: Uint8Array): unknown {
    switch (schema.kind) {
      case 'struct':
        return this.struct(schema, bytes);
      case 'list':
        return this.#wrapped(schema, bytes);
      case 'bytes':
        return encodeBase64(bytes);
      case 'time':
      case 'microTime':
        return readTime(bytes, schema.kind === 'microTime');
      case 'quantity':
        return readString(bytes);
      case 'intOrString':
        return readIntOrString(bytes);
      case 'any':
      case 'fieldsV1':
        return this.#untyped(schema, bytes);
      default:
        return new TextDecoder().decode(bytes);
    }
  }

  /** A list that is a message of its own (`v1.ExtraValue`): its items are field 1. */
  #wrapped(schema: ListSchema, bytes: Uint8Array): unknown[] {
    const out: unknown[] = [];
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === 1) out.push(this.#value(schema.items, reader, wireType, 'items'));
      else reader.skip(wireType, number);
    }
    return out;
  }

  #untyped({ variants }: ScalarSchema, bytes: Uint8Array): unknown {
    if (variants === undefined) {
      const raw = fieldBytes(bytes, 1);
      return raw === undefined || raw.length === 0 ? null : parseRaw(raw);
    }
    // JSONSchemaPropsOrBool has its schema in field 2, after the boolean; the others in field 1, before the list.
    const object = fieldBytes(bytes, variants.bool ? 2 : 1);
    if (object !== undefined) return this.struct(variants.object, object);
    if (variants.list) return this.#variantList(variants.list, bytes);
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === 1 && wireType === WireType.Varint) return reader.bool();
      reader.skip(wireType, number);
    }
    return false;
  }

  #variantList(schema: ListSchema, bytes: Uint8Array): unknown[] {
    const out: unknown[] = [];
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === 2) out.push(this.#value(schema.items, reader, wireType, 'items'));
      else reader.skip(wireType, number);
    }
    return out;
  }
}

const NUMBERS: ReadonlySet<Schema['kind']> = new Set(['bool', 'int32', 'int64', 'float64']);

const isZero = (value: unknown): boolean => value === '' || value === 0 || value === false || value === null;

function expect(actual: WireType, expected: WireType, name: string): void {
  if (actual !== expected) throw new SyntaxProblem(`proto: wrong wireType = ${actual} for field ${name}`);
}

function lengthDelimited(reader: BinaryReader, wireType: WireType, name: string): Uint8Array {
  expect(wireType, WireType.LengthDelimited, name);
  return reader.bytes();
}

/** The last field of this number, when it has bytes. */
function fieldBytes(bytes: Uint8Array, wanted: number): Uint8Array | undefined {
  const reader = new BinaryReader(bytes);
  let found: Uint8Array | undefined;
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === wanted && wireType === WireType.LengthDelimited) found = reader.bytes();
    else reader.skip(wireType, number);
  }
  return found;
}

const readString = (bytes: Uint8Array): string => new TextDecoder().decode(fieldBytes(bytes, 1) ?? new Uint8Array());

function readVarints(bytes: Uint8Array): ReadonlyMap<number, number> {
  const reader = new BinaryReader(bytes);
  const out = new Map<number, number>();
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (wireType === WireType.Varint) out.set(number, Number(reader.int64()));
    else reader.skip(wireType, number);
  }
  return out;
}

function readIntOrString(bytes: Uint8Array): string | number {
  const numbers = readVarints(bytes);
  if (numbers.get(1) === 1) return new TextDecoder().decode(fieldBytes(bytes, 3) ?? new Uint8Array());
  return numbers.get(2) ?? 0;
}

/** Seconds and nanoseconds; the zero time is an empty message. Times drop what is below their precision. */
function readTime(bytes: Uint8Array, micro: boolean): string | null {
  if (bytes.length === 0) return null;
  const numbers = readVarints(bytes);
  const date = new Date((numbers.get(1) ?? 0) * 1000);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999) {
    throw new SyntaxProblem('proto: illegal time');
  }
  const seconds = date.toISOString().slice(0, 19);
  if (!micro) return `${seconds}Z`;
  return `${seconds}.${String(Math.floor((numbers.get(2) ?? 0) / 1000)).padStart(6, '0')}Z`;
}

function parseRaw(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new SyntaxProblem('proto: an untyped field holds no JSON');
  }
}
