import {
  type ApiRequest,
  type ApiResponse,
  CHANNELS_HEADER,
  encodeJson,
  encodeList,
  encodePretty,
  encodeProtobuf,
  encodeYaml,
  failure,
  type ProtobufTable,
  type RequestBody,
} from '@tabernetes/apimachinery';
import type { Rng } from '@tabernetes/base';
import { execChannels } from './exec-channels.ts';
import { negotiate, type Offer, offers } from './negotiation.ts';
import { portChannels } from './port-channels.ts';
import { jsonFrames, protobufFrames, watchStream } from './watch-stream.ts';

export interface FetchFaceOptions {
  /** A watch whose reader is more events behind is closed. */
  readonly watchBufferEvents: number;
  /** Without it, nothing is written as protobuf. */
  readonly protobuf?: ProtobufTable | undefined;
  /** Where the names of requests come from that bring none with them. */
  readonly auditIds: Pick<Rng, 'uuid'>;
}

/** The largest body of a request, in bytes. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** What a transport knows of the connection that a request came over. */
export interface ConnectionInfo {
  /** See {@link ApiRequest.clientCertificate}. */
  readonly clientCertificate?: Uint8Array;
}

export type Fetch = (request: Request, connection?: ConnectionInfo) => Promise<Response>;

/** HTTP over the core: `Request` in, `Response` out. */
export function fetchFace(serve: (request: ApiRequest) => Promise<ApiResponse>, options: FetchFaceOptions): Fetch {
  const offered = offers(options.protobuf !== undefined).plain;
  return async (request, connection) => {
    const { pathname, search } = new URL(request.url);
    const headers = headersOf(request.headers);
    const query = queryOf(search);
    const method = request.headers.get(CHANNELS_HEADER);
    // What is upgraded has no body but what is yet to be typed.
    const body = method === null ? await readBody(request) : undefined;
    const apiRequest: ApiRequest = {
      method: method ?? request.method,
      path: pathname,
      query,
      headers,
      ...(body !== 'tooLarge' && body && { body }),
      ...(connection?.clientCertificate && { clientCertificate: connection.clientCertificate }),
      signal: request.signal,
    };
    const response = body === 'tooLarge' ? TOO_LARGE : await serve(apiRequest);
    const channels = method === null ? undefined : channelsOf(response, request.body);
    if (method !== null && channels !== undefined) {
      return new Response(channels as BodyInit, { headers: { [CHANNELS_HEADER]: method } });
    }
    return toResponse(apiRequest, response, options, offered);
  };
}

function channelsOf(
  { body }: ApiResponse,
  input: ReadableStream<Uint8Array> | null,
): ReadableStream<Uint8Array> | undefined {
  if (body.kind === 'exec') return execChannels(body.session, input);
  return body.kind === 'portForward' ? portChannels(body.session, input) : undefined;
}

function headersOf(headers: Headers): Record<string, string> {
  const result: Record<string, string> = {};
  headers.forEach((value, name) => {
    result[name] = name.startsWith('impersonate-') ? fromUtf8Bytes(value) : value;
  });
  return result;
}

/** Names come as UTF-8, one character for each byte. */
function fromUtf8Bytes(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(value, (char) => char.charCodeAt(0)));
  } catch {
    return value;
  }
}

/**
 * The first value of a key counts, but for those that may be repeated. As Go reads queries, what is not well written does not count.
 * @see https://pkg.go.dev/net/url#ParseQuery
 */
function queryOf(search: string): Record<string, string> {
  const query: Record<string, string> = {};
  const usable = /;|%(?![\da-f]{2})/i.test(search) ? search.split(/[?&]/).filter(isWellWritten).join('&') : search;
  for (const [name, value] of new URLSearchParams(usable)) {
    if (!Object.hasOwn(query, name)) query[name] = value;
    else if (REPEATABLE.has(name)) query[name] += `\u0000${value}`;
  }
  return query;
}

const isWellWritten = (pair: string): boolean => !/;|%(?![\da-f]{2})/i.test(pair);

const REPEATABLE: ReadonlySet<string> = new Set(['command', 'dryRun']);

async function readBody(request: Request): Promise<RequestBody | 'tooLarge' | undefined> {
  if (request.body === null) return undefined;
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) {
    await request.body.cancel();
    return 'tooLarge';
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_BODY_BYTES) {
      await reader.cancel();
      return 'tooLarge';
    }
    chunks.push(value);
  }
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return { kind: 'bytes', bytes: only };
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { kind: 'bytes', bytes };
}

const TOO_LARGE: ApiResponse = {
  status: 413,
  headers: {},
  body: {
    kind: 'object',
    object: failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`).status,
  },
};

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Statuses that carry no body. */
const EMPTY_STATUSES: ReadonlySet<number> = new Set([101, 204, 205, 304]);

function toResponse(request: ApiRequest, response: ApiResponse, options: FetchFaceOptions, offered: Offer): Response {
  const headers = new Headers(response.headers);
  for (const text of shownWarnings(response.warnings ?? [])) headers.append('warning', `299 - ${quoted(text)}`);
  headers.set('audit-id', request.headers['audit-id'] || options.auditIds.uuid());
  headers.set('cache-control', headers.get('cache-control') ?? 'no-cache, private');
  const { status, body } = response;
  const make = (content: BodyInit | null, contentType: string): Response => {
    if (contentType !== '') headers.set('content-type', contentType);
    const isEmpty = request.method === 'HEAD' || EMPTY_STATUSES.has(status);
    return new Response(isEmpty ? null : content, { status, headers });
  };
  switch (body.kind) {
    case 'object': {
      if (body.contentType !== undefined) return make(`${encodeJson(body.object)}\n`, body.contentType);
      const format = body.format ?? negotiate(request.headers['accept'], offered)?.format;
      if (format === undefined) return make(encodePretty(body.object), 'application/json'); // what nobody can read is for people
      const bytes = format === 'protobuf' && options.protobuf && encodeProtobuf(body.object, options.protobuf);
      if (bytes) return make(bytes as BodyInit, PROTOBUF);
      if (format === 'yaml') return make(encodeYaml(withoutItemKinds(body.object)), 'application/yaml');
      return make(jsonText(request, body.object, status), 'application/json');
    }
    case 'text':
      return make(body.text, body.contentType);
    case 'bytes':
      return make(body.bytes as BodyInit, body.contentType);
    case 'stream':
      return make(body.stream, body.contentType);
    case 'watch': {
      const { protobuf, watchBufferEvents } = options;
      if (body.format === 'protobuf' && protobuf !== undefined) {
        const stream = watchStream(body.watch, watchBufferEvents, protobufFrames(protobuf));
        return make(stream, `${PROTOBUF};stream=watch`);
      }
      return make(watchStream(body.watch, watchBufferEvents, jsonFrames), 'application/json');
    }
    case 'empty':
      return make(null, '');
    case 'exec':
    case 'portForward': {
      body.session.close();
      headers.set('content-type', 'application/json');
      const refusal = failure(400, 'BadRequest', 'Upgrade request required').status;
      return new Response(jsonText(request, refusal, 400), { status: 400, headers });
    }
  }
}

const MAX_WARNINGS_LENGTH = 4 * 1024;
const SHORT_WARNING_LENGTH = 256;

/**
 * What of the warnings is shown: none with control characters, and from all of them only the beginnings where together they are
 * too long, until those are.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/endpoints/filters/warning.go
 */
function shownWarnings(texts: readonly string[]): readonly string[] {
  const usable = texts.filter((text) => text !== '' && !/\p{Cc}/u.test(text));
  if (usable.reduce((sum, text) => sum + lengthOf(text), 0) <= MAX_WARNINGS_LENGTH) return usable;
  const shown: string[] = [];
  let length = 0;
  for (const text of usable) {
    if (length >= MAX_WARNINGS_LENGTH) break;
    const short = [...text].slice(0, SHORT_WARNING_LENGTH).join('');
    shown.push(short);
    length += lengthOf(short);
  }
  return shown;
}

const lengthOf = (text: string): number => [...text].length;

/** Go's `quoted-string` of a warning: quotes and backslashes escaped. */
const quoted = (text: string): string => utf8Bytes(`"${text.replace(/[\\"]/g, '\\$&')}"`);

/** Headers are bytes, one per character: what is not ASCII goes as UTF-8. */
function utf8Bytes(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant.
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Paths that always print for people, unless they refuse. */
const ALWAYS_PRETTY: ReadonlySet<string> = new Set(['/', '/version', '/version/']);

function jsonText(request: ApiRequest, object: unknown, status: number): string {
  if ((status === 200 && ALWAYS_PRETTY.has(request.path)) || isPretty(request))
    return encodePretty(withoutItemKinds(object));
  return `${isList(object) ? encodeList(object) : encodeJson(object)}\n`;
}

/** `;pretty=1` of what is accepted, `?pretty`, and the user agents of people. */
function isPretty({ query, headers }: ApiRequest): boolean {
  const { pretty } = query;
  const accept = headers['accept'] ?? '';
  // What a path offers does not matter for how it is laid out.
  if (accept.includes('pretty') && negotiate(accept, offers(true).builtIn)?.pretty) return true;
  if (pretty) return TRUE.has(pretty);
  const agent = headers['user-agent'] ?? '';
  return agent.startsWith('curl') || agent.startsWith('Wget') || agent.startsWith('Mozilla/5.0');
}

/** What Go's strconv.ParseBool takes for true. */
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

const isList = (object: unknown): object is { readonly items: readonly unknown[] } =>
  typeof object === 'object' &&
  object !== null &&
  Array.isArray((object as { readonly items?: unknown }).items) &&
  String((object as { readonly kind?: unknown }).kind).endsWith('List') &&
  (object as { readonly kind?: unknown }).kind !== 'PartialObjectMetadataList';

/** Items of built-in kinds say their kind once, in the list. Lists of custom resources begin with their apiVersion. */
function withoutItemKinds(object: unknown): unknown {
  if (!isList(object) || Object.keys(object)[0] !== 'kind') return object;
  return { ...object, items: object.items.map(withoutKind) };
}

function withoutKind(item: unknown): unknown {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = item as Readonly<Record<string, unknown>>;
  return rest;
}
