import { BinaryReader } from '@bufbuild/protobuf/wire';
import { SyntaxProblem } from './problems.ts';
import { ProtobufMessages } from './protobuf-messages.ts';
import type { ProtobufTable } from './protobuf-table.ts';

/**
 * The object in Kubernetes' protobuf envelope: four bytes of magic, then `runtime.Unknown` with the kind and the object.
 *
 * @throws {SyntaxProblem}
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function decodeProtobuf(bytes: Uint8Array, table: ProtobufTable): unknown {
  if (bytes.length === 0) throw new SyntaxProblem('empty data');
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new SyntaxProblem(
      `provided data does not appear to be a protobuf message, expected prefix [${MAGIC.join(' ')}]`,
    );
  }
  try {
    const { apiVersion, kind, raw } = readEnvelope(bytes.subarray(MAGIC.length));
    const schema = table.schemaOf(apiVersion, kind);
    if (schema === undefined) throw new SyntaxProblem(`no kind "${kind}" is registered for version "${apiVersion}"`);
    return { kind, apiVersion, ...new ProtobufMessages(table).struct(schema, raw) };
  } catch (problem) {
    if (problem instanceof SyntaxProblem) throw problem;
    throw new SyntaxProblem(`proto: ${problem instanceof Error ? problem.message : 'illegal message'}`);
  }
}

const MAGIC = [0x6b, 0x38, 0x73, 0x00];

function readEnvelope(bytes: Uint8Array): { apiVersion: string; kind: string; raw: Uint8Array } {
  const reader = new BinaryReader(bytes);
  let apiVersion = '';
  let kind = '';
  let raw: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === 1) {
      const meta = new BinaryReader(reader.bytes());
      while (meta.pos < meta.len) {
        const [field, type] = meta.tag();
        if (field === 1) apiVersion = meta.string();
        else if (field === 2) kind = meta.string();
        else meta.skip(type, field);
      }
    } else if (number === 2) raw = reader.bytes();
    else reader.skip(wireType, number);
  }
  return { apiVersion, kind, raw };
}
