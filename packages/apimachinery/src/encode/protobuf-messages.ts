import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { decodeBase64 } from '../decode/base64.ts';
import type { ProtobufFields, ProtobufTable } from '../decode/protobuf-table.ts';
import { isList, isMap, type JsonMap } from '../patch/json-tree.ts';
import type { FieldSchema, ListSchema, ScalarSchema, Schema, StructSchema } from '../schema.ts';
import { compareKeys } from './compare-keys.ts';
import { encodeJson } from './json.ts';

/**
 * The message of a struct, without an envelope. What Go holds by value is always written, zero or not; pointers, lists
 * and maps only when they are there. Fields stand in the order of their numbers, maps in that of their keys, so equal
 * objects have equal bytes. The bytes of a frozen struct are kept as long as it lives.
 */
export function encodeMessage(table: ProtobufTable, schema: StructSchema, value: unknown): Uint8Array {
  if (!isMap(value) || !Object.isFrozen(value)) return message(table, schema, value);
  const known = messages.get(value);
  if (known !== undefined && known.schema === schema) return known.bytes;
  const bytes = message(table, schema, value);
  messages.set(value, { schema, bytes });
  return bytes;
}

/** Pure data: the bytes of an object that never changes. */
const messages = new WeakMap<object, { readonly schema: StructSchema; readonly bytes: Uint8Array }>();

function message(table: ProtobufTable, schema: StructSchema, value: unknown): Uint8Array {
  const writer = new BinaryWriter();
  new MessageWriter(table, writer).struct(schema, value);
  return writer.finish();
}

type Member = FieldSchema | { readonly embedded: ProtobufFields };
type Ordered = readonly (readonly [number, Member])[];

const inOrder = new WeakMap<ProtobufFields, Ordered>();

function orderOf(fields: ProtobufFields): Ordered {
  let order = inOrder.get(fields);
  if (order === undefined) {
    order = [...fields].sort(([a], [b]) => a - b);
    inOrder.set(fields, order);
  }
  return order;
}

const NOTHING: JsonMap = Object.freeze({});

class MessageWriter {
  readonly #table: ProtobufTable;
  readonly #writer: BinaryWriter;

  constructor(table: ProtobufTable, writer: BinaryWriter) {
    this.#table = table;
    this.#writer = writer;
  }

  struct(schema: StructSchema, value: unknown): void {
    this.#fields(this.#table.fieldsOf(schema), isMap(value) ? value : NOTHING);
  }

  #fields(fields: ProtobufFields, value: JsonMap): void {
    for (const [number, member] of orderOf(fields)) {
      if ('embedded' in member) {
        this.#writer.tag(number, WireType.LengthDelimited).fork();
        this.#fields(member.embedded, value);
        this.#writer.join();
      } else this.#field(number, member, value[member.name]);
    }
  }

  #field(number: number, { schema, pointer }: FieldSchema, value: unknown): void {
    if (schema.kind === 'list' && schema.goType !== 'v1.Verbs') {
      this.#items(number, schema, value);
    } else if (schema.kind === 'map') {
      if (isMap(value)) this.#entries(number, schema.values, value);
    } else if (value === undefined || value === null) {
      if (!pointer && !HELD_BY_REFERENCE.has(schema.kind)) this.#value(number, schema, undefined);
    } else this.#value(number, schema, value);
  }

  #entries(number: number, values: Schema, map: JsonMap): void {
    for (const key of Object.keys(map).sort(compareKeys)) {
      this.#writer.tag(number, WireType.LengthDelimited).fork();
      this.#writer.tag(1, WireType.LengthDelimited).string(key);
      this.#value(2, values, map[key]);
      this.#writer.join();
    }
  }

  /** One value under its tag; undefined and null are Go's zero value. */
  #value(number: number, schema: Schema, value: unknown): void {
    const writer = this.#writer;
    switch (schema.kind) {
      case 'bool':
        writer.tag(number, WireType.Varint).bool(value === true);
        return;
      case 'int32':
        writer.tag(number, WireType.Varint).int32(numberOf(value));
        return;
      case 'int64':
        writer.tag(number, WireType.Varint).int64(numberOf(value));
        return;
      case 'float64':
        writer.tag(number, WireType.Bit64).double(numberOf(value));
        return;
      case 'bytes':
        writer.tag(number, WireType.LengthDelimited).bytes(decodeBase64(textOf(value)));
        return;
      case 'string':
        writer.tag(number, WireType.LengthDelimited).string(textOf(value));
        return;
      default:
        writer.tag(number, WireType.LengthDelimited).fork();
        this.#content(schema, value);
        writer.join();
    }
  }

  /** What is a message of its own. */
  #content(schema: Schema, value: unknown): void {
    switch (schema.kind) {
      case 'struct':
        this.struct(schema, value);
        return;
      case 'list':
        this.#items(1, schema, value);
        return;
      case 'time':
      case 'microTime':
        this.#time(value);
        return;
      case 'quantity':
        this.#writer.tag(1, WireType.LengthDelimited).string(value === undefined ? '0' : textOf(value));
        return;
      case 'intOrString':
        this.#intOrString(value);
        return;
      case 'any':
      case 'fieldsV1':
        this.#untyped(schema, value);
        return;
      default:
        throw new TypeError(`${schema.kind} does not travel as protobuf`);
    }
  }

  #items(number: number, { items }: ListSchema, value: unknown): void {
    if (!isList(value)) return;
    // The items of a list of objects are shared with other lists and with watches, and so are their bytes.
    const areObjects = items.kind === 'struct' && items.groupVersionKinds !== undefined;
    for (const item of value) {
      if (areObjects) this.#writer.tag(number, WireType.LengthDelimited).bytes(encodeMessage(this.#table, items, item));
      else this.#value(number, items, item);
    }
  }

  /** Seconds and nanoseconds; the zero time is an empty message. */
  #time(value: unknown): void {
    if (typeof value !== 'string') return;
    const fraction = FRACTION.exec(value)?.[1] ?? '';
    this.#writer.tag(1, WireType.Varint).int64(Math.floor(Date.parse(value) / 1000));
    this.#writer.tag(2, WireType.Varint).int32(Number(fraction.padEnd(9, '0').slice(0, 9)));
  }

  #intOrString(value: unknown): void {
    const isText = typeof value === 'string';
    this.#writer.tag(1, WireType.Varint).int64(isText ? 1 : 0);
    this.#writer.tag(2, WireType.Varint).int32(isText ? 0 : numberOf(value));
    this.#writer.tag(3, WireType.LengthDelimited).string(isText ? value : '');
  }

  #untyped({ variants }: ScalarSchema, value: unknown): void {
    if (value === undefined || value === null) return;
    const writer = this.#writer;
    if (variants === undefined) {
      writer.tag(1, WireType.LengthDelimited).string(encodeJson(value));
    } else if (variants.bool) {
      // JSONSchemaPropsOrBool: a schema stands for true as well.
      writer.tag(1, WireType.Varint).bool(value !== false);
      if (isMap(value)) this.#value(2, variants.object, value);
    } else if (isMap(value)) this.#value(1, variants.object, value);
    else if (variants.list !== undefined) this.#items(2, variants.list, value);
  }
}

/** Go holds these by reference even without a pointer: a nil one is not written. */
const HELD_BY_REFERENCE: ReadonlySet<Schema['kind']> = new Set(['bytes', 'list']);

const FRACTION = /\.(\d+)/;
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
