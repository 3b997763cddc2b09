import type { FieldSchema, ProtobufFields, ProtobufTable, Schema, StructSchema } from '@tabernetes/apimachinery';
import { PROTOBUF_TABLE } from '../generated/protobuf-table.ts';
import { schemaOf, schemaOfKind } from './schemas.ts';

/**
 * Field numbers of every built-in type. Imported as `@tabernetes/api/protobuf`, by who serves clients that speak
 * protobuf (the real kubectl does), and lazily.
 */
export const protobufTable: ProtobufTable = {
  schemaOf(apiVersion, kind) {
    if (apiVersion.startsWith('meta.k8s.io/')) return partials()[kind];
    // Every group has them, as bodies of DELETE.
    if (kind === 'DeleteOptions') return metaSchema(kind);
    const slash = apiVersion.indexOf('/');
    const group = slash < 0 ? '' : apiVersion.slice(0, slash);
    return schemaOfKind({ group, version: apiVersion.slice(slash + 1), kind });
  },
  fieldsOf(schema) {
    let fields = read.get(schema);
    if (fields === undefined) {
      fields = readFields(schema);
      read.set(schema, fields);
    }
    return fields;
  },
};

const read = new WeakMap<StructSchema, ProtobufFields>();

/**
 * Objects with nothing but their metadata: OpenAPI has no such types, but they travel.
 * @see staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto
 */
function partials(): Readonly<Record<string, StructSchema | undefined>> {
  partialSchemas ??= makePartials();
  return partialSchemas;
}
let partialSchemas: Readonly<Record<string, StructSchema>> | undefined;

function makePartials(): Readonly<Record<string, StructSchema>> {
  const one = struct('PartialObjectMetadata', [field('metadata', metaSchema('ObjectMeta'))]);
  const items: Schema = { kind: 'list', items: one, listType: 'atomic', goType: '[]v1.PartialObjectMetadata' };
  const list = struct('PartialObjectMetadataList', [field('metadata', metaSchema('ListMeta')), field('items', items)]);
  return { PartialObjectMetadata: one, PartialObjectMetadataList: list };
}

const metaSchema = (name: string) => schemaOf(`io.k8s.apimachinery.pkg.apis.meta.v1.${name}`);

function struct(name: string, fields: readonly FieldSchema[]): StructSchema {
  const schema: StructSchema = {
    kind: 'struct',
    goType: `v1.${name}`,
    groupVersionKinds: [{ group: 'meta.k8s.io', version: 'v1', kind: name }],
    fields,
    byName: new Map(fields.map((member) => [member.name, member])),
  };
  read.set(schema, new Map(fields.map((member, at) => [at + 1, member])));
  return schema;
}

const field = (name: string, schema: Schema): FieldSchema => ({
  name,
  goName: name.charAt(0).toUpperCase() + name.slice(1),
  schema,
  omitEmpty: false,
  pointer: false,
  required: false,
});

let lines: ReadonlyMap<string, string> | undefined;
function lineOf(openapiName: string): string {
  lines ??= readLines();
  const line = lines.get(openapiName);
  if (line === undefined) throw new Error(`${openapiName} does not travel as protobuf`);
  return line;
}

function readLines(): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  let packageName = '';
  for (const line of PROTOBUF_TABLE.split('\n')) {
    const space = line.indexOf(' ');
    if (line.startsWith('#')) packageName = line.slice(1);
    else out.set(`${packageName}.${line.slice(0, space)}`, line.slice(space + 1));
  }
  return out;
}

/** The numbers stand in the order of the type's own fields; kind and apiVersion have none. */
function readFields(schema: StructSchema): ProtobufFields {
  if (schema.openapi === undefined || schema.fields.length === 0) return new Map();
  const text = lineOf(schema.openapi);
  const hasTypeMeta = schema.groupVersionKinds !== undefined && schema.fields[0]?.name === 'kind';
  const queue = schema.fields.slice(hasTypeMeta ? 2 : 0);
  const fields = new NumberReader(text, queue).read();
  if (queue.length > 0) throw new Error(`${schema.openapi}: no number of ${queue[0]?.name}`);
  return fields;
}

class NumberReader {
  readonly #text: string;
  readonly #queue: FieldSchema[];
  #at = 0;

  constructor(text: string, queue: FieldSchema[]) {
    this.#text = text;
    this.#queue = queue;
  }

  /** `1-4,7(1,2)`: up to the end or a closing parenthesis. */
  read(): ProtobufFields {
    const out = new Map<number, FieldSchema | { readonly embedded: ProtobufFields }>();
    while (this.#at < this.#text.length && this.#text.charAt(this.#at) !== ')') {
      const first = this.#number();
      if (this.#take('(')) {
        out.set(first, { embedded: this.read() });
        this.#take(')');
      } else {
        const last = this.#take('-') ? this.#number() : first;
        for (let number = first; number <= last; number++) out.set(number, this.#next());
      }
      this.#take(',');
    }
    return out;
  }

  #next(): FieldSchema {
    const field = this.#queue.shift();
    if (field === undefined) throw new Error(`protobuf table: more numbers than fields in ${this.#text}`);
    return field;
  }

  #number(): number {
    const digits = /^\d+/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += digits.length;
    return Number(digits);
  }

  #take(char: string): boolean {
    if (this.#text.charAt(this.#at) !== char) return false;
    this.#at++;
    return true;
  }
}
