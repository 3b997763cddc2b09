import { UrlProblem } from '@tabernetes/api/go-url';
import { type ApiResponse, internal } from '@tabernetes/apimachinery';
import { relinked } from './proxied-page.ts';
import { type ProxiedSite, proxiedUrl } from './proxied-url.ts';

/**
 * What something behind the API server has answered, as clients get it: redirections and the links of pages lead through the proxy again.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/proxy/transport.go RoundTrip
 */
export async function proxiedAnswer(answer: ApiResponse, site: ProxiedSite): Promise<ApiResponse> {
  const { headers, body } = answer;
  const { location = '', 'content-encoding': encoding = '' } = headers;
  if (location !== '') return { ...answer, headers: { ...headers, location: redirection(location, site) } };
  const format = FORMATS.get(encoding);
  if (body.kind !== 'stream' || format === undefined) return answer;
  const { contentType, stream } = body;
  const page = await textOf(format === 'plain' ? stream : piped(stream, new DecompressionStream(format)));
  const bytes = new TextEncoder().encode(relinked(page, site));
  const { 'content-length': _, ...others } = headers;
  return {
    ...answer,
    headers: others,
    body:
      format === 'plain'
        ? { kind: 'bytes', contentType, bytes }
        : { kind: 'stream', contentType, stream: piped(new Blob([bytes]).stream(), new CompressionStream(format)) },
  };
}

/** @throws {StatusError} InternalError */
function redirection(location: string, site: ProxiedSite): string {
  try {
    return proxiedUrl(location, site);
  } catch (error) {
    if (error instanceof UrlProblem) throw internal(`error trying to parse Location header: ${error.message}`);
    throw error;
  }
}

/** By `Content-Encoding`; pages in any other stay as they are. */
const FORMATS: ReadonlyMap<string, 'plain' | 'gzip' | 'deflate-raw'> = new Map([
  ['', 'plain'],
  ['gzip', 'gzip'],
  ['deflate', 'deflate-raw'],
]);

const piped = (stream: ReadableStream<Uint8Array>, through: TransformStream): ReadableStream<Uint8Array> =>
  stream.pipeThrough(through);

/** @throws {StatusError} InternalError where the page is not what its headers say, or breaks off */
async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  try {
    return await new Response(stream).text();
  } catch (error) {
    throw internal((error as Error).message);
  }
}
