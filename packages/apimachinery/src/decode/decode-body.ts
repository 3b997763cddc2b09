import type { DecodedBody, MediaType } from './decoded-body.ts';
import { decodeJson } from './json.ts';
import { SyntaxProblem } from './problems.ts';
import { decodeProtobuf } from './protobuf.ts';
import type { ProtobufTable } from './protobuf-table.ts';
import { decodeYaml } from './yaml/decode-yaml.ts';
import { decodeUtf8 } from './yaml/utf8.ts';

export type { DecodedBody, MediaType } from './decoded-body.ts';

/**
 * Bytes of a request to a raw value: plain objects and lists, nothing but own members, `__proto__` among them.
 *
 * @param protobuf field numbers; without it protobuf is refused
 * @throws {SyntaxProblem} for anything that cannot be read, with Go's text
 */
export function decodeBody(bytes: Uint8Array, mediaType: MediaType, protobuf?: ProtobufTable): DecodedBody {
  if (mediaType === 'application/vnd.kubernetes.protobuf') {
    if (protobuf === undefined) throw new SyntaxProblem('no protobuf table');
    return { value: decodeProtobuf(bytes, protobuf), duplicateFields: [], strictErrors: [] };
  }
  return mediaType === 'application/json' ? decodeJson(LENIENT.decode(bytes)) : decodeYaml(decodeUtf8(bytes));
}

/** Bytes that are no UTF-8 become replacement characters, as in Go; a byte order mark is not skipped. */
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });
