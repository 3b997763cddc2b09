import { type ApiRequest, type ApiResponse, type Status, StatusError, type Transport } from '@tabernetes/apimachinery';
import type { ClientConfig } from './config/client-config.ts';
import { type Discovery, discover } from './discovery/discovery.ts';
import { ConnectionError } from './errors.ts';

/** The way to one server as one user: the credentials of the ClientConfig are the transport's business. */
export interface Connection extends Transport {
  /** Shared between calls that speak to the same server, so that discovery is asked once: what ~/.kube/cache is for. */
  readonly cache?: Map<string, Discovery>;
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object that is sent as JSON, or the bytes of a body with its own content type. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** kubectl's view of an API server. Refusals are thrown as StatusError, warnings go to stderr, once each. */
export interface Api {
  readonly config: ClientConfig;
  /** Any request; answers of 400 and above are thrown as StatusError. */
  request(method: string, path: string, options?: RequestOptions): Promise<ApiResponse>;
  /** A request whose answer is an object. */
  object<T = unknown>(method: string, path: string, options?: RequestOptions): Promise<T>;
  /** A request whose answer is text, whatever its type. */
  text(method: string, path: string, options?: RequestOptions): Promise<string>;
  /** What the server serves. Asked once. */
  discovery(): Promise<Discovery>;
}

export interface ApiOptions {
  /** Takes the texts of Warning headers. */
  readonly onWarning: (text: string) => void;
  /** Told of every request when it has been answered, for `-v=6`. */
  readonly onAnswer?: (request: ApiRequest, status: number, durationMs: number) => void;
  readonly now?: () => number;
  readonly userAgent: string;
}

export function createApi(connection: Connection, config: ClientConfig, options: ApiOptions): Api {
  const told = new Set<string>();
  let discovered: Promise<Discovery> | undefined;
  const now = options.now ?? (() => 0);

  const request: Api['request'] = async (method, path, call = {}) => {
    const timeout: Readonly<Record<string, string>> =
      config.timeoutMs > 0 ? { timeout: `${config.timeoutMs / 1_000}s` } : {};
    const message: ApiRequest = {
      method,
      path,
      query: { ...call.query, ...timeout },
      headers: {
        accept: 'application/json',
        'user-agent': options.userAgent,
        ...impersonation(config),
        ...(call.contentType !== undefined && { 'content-type': call.contentType }),
        ...(call.body !== undefined && call.contentType === undefined && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body !== undefined && { body: bodyOf(call.body) }),
      ...(call.signal && { signal: call.signal }),
    };
    const startMs = now();
    const response = await reached(connection, message, config);
    options.onAnswer?.(message, response.status, now() - startMs);
    for (const warning of response.warnings ?? []) {
      if (told.has(warning)) continue;
      told.add(warning);
      options.onWarning(warning);
    }
    if (response.status >= 400) throw refusal(response);
    return response;
  };

  const object: Api['object'] = async <T>(method: string, path: string, call?: RequestOptions): Promise<T> => {
    const { body } = await request(method, path, call);
    if (body.kind === 'object') return body.object as T;
    throw new Error(`${method} ${path} was answered with ${body.kind}, not with an object`);
  };

  const text: Api['text'] = async (method, path, call) => {
    const { body } = await request(method, path, {
      ...call,
      headers: { accept: 'application/json, */*', ...call?.headers },
    });
    switch (body.kind) {
      case 'object':
        return JSON.stringify(body.object);
      case 'text':
        return body.text;
      case 'bytes':
        return new TextDecoder().decode(body.bytes);
      case 'stream':
        return new Response(body.stream).text();
      default:
        return '';
    }
  };

  const api: Api = {
    config,
    request,
    object,
    text,
    discovery() {
      const cached = connection.cache?.get(config.server);
      if (cached !== undefined) return Promise.resolve(cached);
      discovered ??= discover(api).then((discovery) => {
        connection.cache?.set(config.server, discovery);
        return discovery;
      });
      return discovered;
    },
  };
  return api;
}

/** Transports reject when there is nobody at the other end; kubectl tells of it in Go's words. */
async function reached(connection: Connection, request: ApiRequest, config: ClientConfig): Promise<ApiResponse> {
  try {
    return await connection.request(request);
  } catch (error) {
    if (error instanceof StatusError || (error instanceof Error && error.name === 'AbortError')) throw error;
    const query = new URLSearchParams(request.query).toString();
    const method = `${request.method.slice(0, 1)}${request.method.slice(1).toLowerCase()}`;
    const url = `${config.server}${request.path}${query === '' ? '' : `?${query}`}`;
    throw new ConnectionError(method, url, reasonOf(error, url));
  }
}

function reasonOf(error: unknown, url: string): string {
  const { host } = new URL(url);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { readonly code?: unknown }).code;
  if (code === 'ECONNREFUSED') return `dial tcp ${host}: connect: connection refused`;
  if (code === 'ETIMEDOUT') return `dial tcp ${host}: i/o timeout`;
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host`;
  return cause instanceof Error ? cause.message : String(cause);
}

function impersonation({ impersonate }: ClientConfig): Record<string, string> {
  if (impersonate === undefined) return {};
  return {
    'impersonate-user': impersonate.user,
    ...(impersonate.uid !== undefined && { 'impersonate-uid': impersonate.uid }),
    ...(impersonate.groups.length > 0 && { 'impersonate-group': impersonate.groups.join(',') }),
  };
}

const bodyOf = (body: unknown): NonNullable<ApiRequest['body']> =>
  body instanceof Uint8Array ? { kind: 'bytes', bytes: body } : { kind: 'object', object: body };

/** JSON, if it is any. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer that is no Status is told by its code, as client-go words it. */
function refusal({ status, body }: ApiResponse): StatusError {
  const said = body.kind === 'object' ? body.object : body.kind === 'text' ? parsed(body.text) : undefined;
  if ((said as { readonly kind?: unknown } | null | undefined)?.kind === 'Status')
    return new StatusError(said as Status);
  const text = body.kind === 'text' ? body.text.trim() : '';
  const [reason, message] = GENERIC[status] ?? [
    undefined,
    `an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`,
  ];
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code: status,
    message,
    ...(reason !== undefined && { reason }),
  } as Status);
}

const GENERIC: Readonly<Record<number, readonly [string, string]>> = {
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  403: ['Forbidden', 'unknown'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  415: ['UnsupportedMediaType', 'the body of the request was in an unknown format - accepted media types include: '],
  500: ['InternalError', 'an error on the server ("unknown") has prevented the request from succeeding'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
};
