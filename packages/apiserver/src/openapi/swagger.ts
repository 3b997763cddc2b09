import type { ApiResponse } from '@tabernetes/apimachinery';

const PROTOBUF = 'application/com.github.proto-openapi.spec.v2';

/**
 * `/openapi/v2`: a document that describes nothing. kubectl asks it about kinds that it has not found in v3, to learn that
 * they are unknown here too; without an answer it would blame the server instead of the kind.
 *
 * @param accept the header of the request; kubectl wants protobuf
 * @see https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto Document
 */
export function swaggerAnswer(accept: string, version: string): ApiResponse {
  if (accept.includes(PROTOBUF)) {
    const info = [...text(1, 'Kubernetes'), ...text(2, version)];
    const bytes = Uint8Array.from([...text(1, '2.0'), ...message(2, info), ...message(8, [])]);
    return { status: 200, headers: {}, body: { kind: 'bytes', contentType: `${PROTOBUF}.v1.0+protobuf`, bytes } };
  }
  const document = { swagger: '2.0', info: { title: 'Kubernetes', version }, paths: {}, definitions: {} };
  const body = { kind: 'text', contentType: 'application/json', text: JSON.stringify(document) } as const;
  return { status: 200, headers: {}, body };
}

const text = (field: number, value: string): readonly number[] => message(field, [...new TextEncoder().encode(value)]);

/** A length-delimited field of fewer than 128 bytes. */
const message = (field: number, bytes: readonly number[]): readonly number[] => [
  (field << 3) | 2,
  bytes.length,
  ...bytes,
];
