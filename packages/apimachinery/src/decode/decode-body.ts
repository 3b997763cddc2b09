import { decodeJson } from './json.ts';
import type { Duplicates, NumberTexts } from './number-texts.ts';
import { SyntaxProblem } from './problems.ts';
import { decodeProtobuf, type ProtobufTable } from './protobuf.ts';
import { decodeYaml } from './yaml/decode-yaml.ts';
import { decodeUtf8 } from './yaml/utf8.ts';

export type MediaType = 'application/json' | 'application/yaml' | 'application/vnd.kubernetes.protobuf';

export interface DecodedBody {
  readonly value: unknown;
  /** Paths of fields that were set twice, for values without a type; the last one counts. `metadata.labels.a` */
  readonly duplicateFields: readonly string[];
  /** Strict errors that reading itself reports, before those of `decodeObject`: YAML tells of repeated keys here. */
  readonly strictErrors: readonly string[];
  /** For `decodeObject`. */
  readonly duplicates?: Duplicates;
  /** For `decodeObject`. */
  readonly numbers?: NumberTexts;
}

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
