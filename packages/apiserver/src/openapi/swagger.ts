import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ApiRequest, ApiResponse } from '@tabernetes/apimachinery';
import { type OpenApiParts, swaggerDocument } from './swagger-document.ts';
import { encodeSwagger } from './swagger-protobuf.ts';

/** `/openapi/v2` in both of its forms. */
export interface Swagger {
  /** Answers 406 to those who take neither JSON nor protobuf. */
  answer(request: ApiRequest): Promise<ApiResponse>;
}

/**
 * The whole API in one document. It is made when it is first asked for; kept are only the forms that somebody took.
 * Both have the ETag of the JSON, as Vary tells them apart.
 *
 * @see https://github.com/kubernetes/kube-openapi/blob/master/pkg/handler/handler.go
 */
export function swagger(parts: () => Promise<OpenApiParts>): Swagger {
  let json: Promise<{ readonly bytes: Uint8Array; readonly etag: string }> | undefined;
  let protobuf: Promise<Uint8Array> | undefined;
  const asJson = async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(swaggerDocument(await parts())));
    return { bytes, etag: `"${bytesToHex(sha512(bytes)).toUpperCase()}"` };
  };
  return {
    async answer({ headers: given }) {
      const form = chooseForm(given['accept']);
      if (form === undefined) return { status: 406, headers: { vary: 'Accept' }, body: { kind: 'empty' } };
      json ??= asJson();
      const { bytes: text, etag } = await json;
      const headers = { etag, vary: 'Accept' };
      if (given['if-none-match'] === etag) return { status: 304, headers, body: { kind: 'empty' } };
      if (form === JSON_TYPE) return { status: 200, headers, body: { kind: 'bytes', contentType: form, bytes: text } };
      protobuf ??= parts().then((all) => encodeSwagger(swaggerDocument(all)));
      return { status: 200, headers, body: { kind: 'bytes', contentType: form, bytes: await protobuf } };
    },
  };
}

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** What clients may ask for, and what they get; the first that fits a clause is taken. */
const OFFERS = new Map([
  [JSON_TYPE, JSON_TYPE],
  // Not a valid media type, and what kubectl asks for.
  ['application/com.github.proto-openapi.spec.v2@v1.0+protobuf', PROTOBUF_TYPE],
  [PROTOBUF_TYPE, PROTOBUF_TYPE],
]);

/** Clauses by their quality, then by how exact they are. */
function chooseForm(accept: string | undefined): string | undefined {
  const clauses = (accept || '*/*').split(',').map((clause) => {
    const [range = '', ...parameters] = clause.split(';').map((part) => part.trim());
    const quality = parameters.find((part) => part.startsWith('q='));
    return { range, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
  const stars = (range: string): number => range.split('*').length;
  clauses.sort((a, b) => b.quality - a.quality || stars(a.range) - stars(b.range));
  for (const { range } of clauses) {
    const [type, subtype] = range.split('/');
    if (subtype === '*' && (type === 'application' || type === '*')) return JSON_TYPE;
    const offer = OFFERS.get(type === '*' ? `application/${subtype}` : range);
    if (offer !== undefined) return offer;
  }
  return undefined;
}
