/**
 * An OpenAPI 2.0 document as `openapi.v2.Document`, in which kubectl asks for it.
 *
 * @see https://github.com/google/gnostic-models/blob/v0.6.8/openapiv2/OpenAPIv2.proto
 */
export function encodeSwagger(document: unknown): Uint8Array {
  const writer = new Writer();
  for (const [name, [field, encode]] of Object.entries(DOCUMENT)) {
    const value = (document as Record<string, unknown>)[name];
    if (value !== undefined) encode(writer, field, value);
  }
  return writer.finish();
}

/** Writes a value as a field of the message that is open. */
type Encode = (writer: Writer, field: number, value: unknown) => void;

/** Fields of a message: number and form by the name in JSON. */
type Fields = Readonly<Record<string, readonly [field: number, encode: Encode]>>;

const text: Encode = (writer, field, value) => writer.text(field, String(value));
const flag: Encode = (writer, field, value) => {
  if (value === true) writer.flag(field);
};

/** `Any`: its YAML, of which JSON is a part. */
const any: Encode = (writer, field, value) =>
  writer.message(field, () => writer.text(2, `${JSON.stringify(value) ?? ''}\n`));

const each =
  (encode: Encode): Encode =>
  (writer, field, value) => {
    for (const element of value as readonly unknown[]) encode(writer, field, element);
  };

/** A message with one field: its number, and what stands in it. */
const only =
  (inner: number, encode: Encode): Encode =>
  (writer, field, value) =>
    writer.message(field, () => encode(writer, inner, value));

/** A map: repeated messages with a name and a value. */
const named =
  (encode: Encode): Encode =>
  (writer, field, value) => {
    for (const [name, member] of Object.entries(value as object)) {
      writer.message(field, () => {
        writer.text(1, name);
        encode(writer, 2, member);
      });
    }
  };

/** Members that are no fields are extensions, `x-…`; they stand in `extensions`. */
const message =
  (fields: Fields, extensions?: number): Encode =>
  (writer, field, value) =>
    writer.message(field, () => {
      for (const [name, member] of Object.entries(value as object)) {
        if (member === undefined) continue;
        const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
        if (known !== undefined) known[1](writer, known[0], member);
        else if (extensions !== undefined) named(any)(writer, extensions, { [name]: member });
      }
    });

/** Schemas hold schemas: resolved when they are written. */
const schema: Encode = (writer, field, value) => SCHEMA(writer, field, value);

const SCHEMA = message(
  {
    $ref: [1, text],
    format: [2, text],
    title: [3, text],
    description: [4, text],
    default: [5, any],
    pattern: [13, text],
    uniqueItems: [16, flag],
    required: [19, each(text)],
    enum: [20, each(any)],
    additionalProperties: [
      21,
      (writer, field, value) =>
        typeof value === 'boolean' ? only(2, flag)(writer, field, value) : only(1, schema)(writer, field, value),
    ],
    type: [22, only(1, text)],
    items: [23, only(1, schema)],
    allOf: [24, each(schema)],
    properties: [25, only(1, named(schema))],
  },
  31,
);

const BODY = message({
  description: [1, text],
  name: [2, text],
  in: [3, text],
  required: [4, flag],
  schema: [5, schema],
});

/** `NonBodyParameter`: query parameters are its third field, those of the path its fourth. */
const QUERY = message({
  required: [1, flag],
  in: [2, text],
  description: [3, text],
  name: [4, text],
  type: [6, text],
  uniqueItems: [20, flag],
});
const PATH = message({
  required: [1, flag],
  in: [2, text],
  description: [3, text],
  name: [4, text],
  type: [5, text],
  uniqueItems: [19, flag],
});

const parameter: Encode = (writer, field, value) => {
  const place = (value as { readonly in: string }).in;
  const form = place === 'body' ? only(1, BODY) : only(2, place === 'query' ? only(3, QUERY) : only(4, PATH));
  only(1, form)(writer, field, value);
};

const RESPONSE = message({ description: [1, text], schema: [2, only(1, schema)] }, 5);

const OPERATION = message(
  {
    tags: [1, each(text)],
    description: [3, text],
    operationId: [5, text],
    produces: [6, each(text)],
    consumes: [7, each(text)],
    parameters: [8, each(parameter)],
    responses: [9, only(1, named(only(1, RESPONSE)))],
    schemes: [10, each(text)],
  },
  13,
);

const PATH_ITEM = message(
  {
    get: [2, OPERATION],
    put: [3, OPERATION],
    post: [4, OPERATION],
    delete: [5, OPERATION],
    options: [6, OPERATION],
    head: [7, OPERATION],
    patch: [8, OPERATION],
    parameters: [9, each(parameter)],
  },
  10,
);

const API_KEY = message({ type: [1, text], name: [2, text], in: [3, text], description: [4, text] });

const DOCUMENT: Fields = {
  swagger: [1, text],
  info: [2, message({ title: [1, text], version: [2, text] })],
  paths: [8, only(2, named(PATH_ITEM))],
  definitions: [9, only(1, named(schema))],
  security: [12, each(only(1, named(only(1, each(text)))))],
  securityDefinitions: [13, only(1, named(only(2, API_KEY)))],
};

const LENGTH_DELIMITED = 2;
/** Enough for the varint of any length that fits in memory. */
const LENGTH_BYTES = 5;

class Writer {
  #bytes = new Uint8Array(1 << 16);
  #end = 0;
  readonly #encoder = new TextEncoder();

  text(field: number, value: string): void {
    this.message(field, () => {
      // UTF-8 takes at most three bytes per UTF-16 unit.
      this.#reserve(value.length * 3);
      this.#end += this.#encoder.encodeInto(value, this.#bytes.subarray(this.#end)).written;
    });
  }

  flag(field: number): void {
    this.#reserve(2 * LENGTH_BYTES);
    this.#varint(field << 3);
    this.#varint(1);
  }

  /** The body is written behind a gap, and moved up to its length once that is known. */
  message(field: number, body: () => void): void {
    this.#reserve(2 * LENGTH_BYTES);
    this.#varint((field << 3) | LENGTH_DELIMITED);
    const at = this.#end;
    const start = at + LENGTH_BYTES;
    this.#end = start;
    body();
    const end = this.#end;
    this.#end = at;
    this.#varint(end - start);
    this.#bytes.copyWithin(this.#end, start, end);
    this.#end += end - start;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#end);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#end++] = rest;
  }

  #reserve(count: number): void {
    if (this.#end + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + count));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
