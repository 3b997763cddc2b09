import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { ProtobufTable } from '../decode/protobuf-table.ts';
import type { WatchEvent } from '../transport.ts';
import { encodeMessage } from './protobuf-messages.ts';

/**
 * An object in Kubernetes' protobuf envelope: four bytes of magic, then `runtime.Unknown` with the kind and the object.
 * Undefined: the kind does not travel as protobuf (custom resources, Tables).
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function encodeProtobuf(object: unknown, table: ProtobufTable): Uint8Array | undefined {
  // Discovery documents of the core group do not say their version.
  const { apiVersion = 'v1', kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const schema = table.schemaOf(apiVersion, kind);
  if (schema === undefined) return undefined;
  return new BinaryWriter()
    .raw(MAGIC)
    .tag(1, WireType.LengthDelimited)
    .fork()
    .tag(1, WireType.LengthDelimited)
    .string(apiVersion)
    .tag(2, WireType.LengthDelimited)
    .string(kind)
    .join()
    .tag(2, WireType.LengthDelimited)
    .bytes(encodeMessage(table, schema, object))
    .raw(NO_CONTENT_TYPE)
    .finish();
}

/**
 * One frame of a watch: its length in four bytes, then `meta.v1.WatchEvent`, which has no envelope while the object in
 * it has one. Undefined as above.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function encodeProtobufFrame({ type, object }: WatchEvent, table: ProtobufTable): Uint8Array | undefined {
  const bytes = encodeProtobuf(object, table);
  if (bytes === undefined) return undefined;
  const event = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string(type)
    .tag(2, WireType.LengthDelimited)
    .fork()
    .tag(1, WireType.LengthDelimited)
    .bytes(bytes)
    .join()
    .finish();
  const frame = new Uint8Array(event.length + LENGTH_BYTES);
  new DataView(frame.buffer).setUint32(0, event.length);
  frame.set(event, LENGTH_BYTES);
  return frame;
}

const MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);
const LENGTH_BYTES = 4;
/** Fields 3 and 4 of the envelope, encoding and type of the content: Go writes them although they are empty. */
const NO_CONTENT_TYPE = Uint8Array.of(0x1a, 0, 0x22, 0);
