import {
  type ApiRequest,
  type ApiResponse,
  joinRepeatedHeader,
  type Status,
  StatusError,
  type Transport,
} from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { ClientConfig } from './config/client-config.ts';
import { aggregatedLists, type Discovery, discoveryOf } from './discovery/discovery.ts';
import type { DocumentCache } from './discovery/document-cache.ts';
import { keepDiscovery, keptDiscovery } from './discovery/kept-discovery.ts';
import { type OpenApiDocuments, openApiDocuments } from './discovery/openapi.ts';
import { ConnectionError, dialProblem, messageOf, NoKindMatch, NoResourceMatch } from './errors.ts';
import { formatDuration } from './flags/go-values.ts';
import { genericRefusal, type Refused } from './generic-refusal.ts';
import type { RequestLog } from './logging/request-log.ts';

/** The way to one server as one user: the credentials of the ClientConfig are the transport's business. */
export type Connection = Transport;

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object that is sent as JSON, or the bytes of a body with its own content type. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** The path was typed as it is: refusals do not say what it names. */
  readonly isRaw?: boolean;
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
  /** What the server serves. Asked once, or taken from the cache; `fresh` asks in any case. */
  discovery(options?: { readonly fresh?: boolean; readonly attempts?: number }): Promise<Discovery>;
  /**
   * Looks something up in discovery. What a cache does not know may be new: then the server is asked.
   * @param attempts how often the real one tries before it gives up; each is told of
   * @throws {NoResourceMatch | NoKindMatch}
   */
  known<T>(look: (discovery: Discovery) => T, attempts?: number): Promise<T>;
  readonly openApi: OpenApiDocuments;
}

export interface ApiOptions {
  /** Takes the texts of Warning headers. */
  readonly onWarning: (text: string) => void;
  /** Takes what a short name could mean as well, each time that it is looked up. */
  readonly onAmbiguity?: (text: string) => void;
  /** Takes what is wrong on the way: why there is no discovery. */
  readonly onProblem?: (text: string) => void;
  /** What was kept of discovery does not do. */
  readonly onStale?: () => void;
  /** For `-v=6` and above. */
  readonly log?: RequestLog;
  /** Keeps what the server says of itself between calls. */
  readonly cache?: DocumentCache;
  /** Takes each file of discovery that was kept and is of use now, and where kubectl tells of it. */
  readonly onKept?: (source: string, path: string) => void;
  readonly now?: () => number;
  /** For `--request-timeout`. */
  readonly setTimer?: Clock['setTimer'];
  readonly userAgent: string;
}

export function createApi(connection: Connection, config: ClientConfig, options: ApiOptions): Api {
  const told = new Set<string>();
  let discovered: Promise<{ readonly discovery: Discovery; readonly fresh: boolean }> | undefined;
  const { log, cache } = options;
  const now = options.now ?? (() => 0);

  const request: Api['request'] = async (method, path, call = {}) => {
    const timeout: Readonly<Record<string, string>> =
      config.timeoutMs === 0 ? {} : { timeout: formatDuration(config.timeoutMs) };
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
    const limit = timeLimit(message, config, options);
    log?.started(message);
    let response: ApiResponse | undefined;
    try {
      response = await reached(
        connection,
        limit === undefined ? message : { ...message, signal: limit.signal },
        config,
      );
    } finally {
      log?.ended(message, response, now() - startMs);
      // What streams is cut when the time is up, whatever has come by then.
      if (response?.body.kind !== 'watch' && response?.body.kind !== 'stream') limit?.timer.dispose();
    }
    for (const warning of response.warnings ?? []) {
      if (told.has(warning)) continue;
      told.add(warning);
      options.onWarning(warning);
    }
    if (limit !== undefined && response.body.kind === 'stream') {
      response = { ...response, body: { ...response.body, stream: cut(response.body.stream, limit.signal) } };
    }
    if (response.status >= 400) throw refusal(response, { method, path, isRaw: call.isRaw === true });
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

  const tellCached = (path: string, query: Readonly<Record<string, string>>, accept: string, value: unknown): void => {
    const message = { method: 'GET', path, query, headers: { accept, 'user-agent': options.userAgent } };
    const headers = { 'content-type': 'application/json', vary: 'Accept' };
    log?.started(message);
    log?.ended(message, { status: 200, headers, body: { kind: 'object', object: value as object } }, 0);
  };

  const discoverAnew = async (attempts: number) => {
    const lists = await aggregatedLists({ object }).catch((error: unknown) => {
      for (let attempt = 0; attempt < attempts; attempt++) {
        options.onProblem?.(`couldn't get current server API group list: ${messageOf(error)}`);
      }
      throw error;
    });
    const discovery = discoveryOf(lists, options.onAmbiguity);
    // What could not be asked for now may be there the next time.
    if (cache !== undefined && discovery.failed.length === 0) keepDiscovery(cache, lists);
    return { discovery, fresh: true };
  };
  const discover = async (isFresh: boolean, attempts: number) => {
    const kept = isFresh || cache === undefined ? undefined : keptDiscovery(cache, options.onKept);
    if (kept === undefined) return discoverAnew(attempts);
    return { discovery: discoveryOf(kept, options.onAmbiguity), fresh: false };
  };
  const latest = async (isFresh: boolean, attempts: number) => {
    if (discovered === undefined || (isFresh && !(await discovered).fresh)) discovered = discover(isFresh, attempts);
    return discovered;
  };

  return {
    config,
    request,
    object,
    text,
    openApi: openApiDocuments({ request, tellCached }, cache),
    discovery: async ({ fresh = false, attempts = 1 } = {}) => (await latest(fresh, attempts)).discovery,
    async known(look, attempts = 1) {
      const { discovery, fresh } = await latest(false, attempts);
      try {
        return look(discovery);
      } catch (error) {
        if (fresh || !(error instanceof NoResourceMatch || error instanceof NoKindMatch)) throw error;
        options.onStale?.();
        return look((await latest(true, attempts)).discovery);
      }
    },
  };
}

/** Ends a request after `--request-timeout`; undefined without one. */
function timeLimit(
  { signal }: ApiRequest,
  { timeoutMs }: ClientConfig,
  { setTimer }: ApiOptions,
): { readonly signal: AbortSignal; readonly timer: Disposable } | undefined {
  if (timeoutMs <= 0 || setTimer === undefined) return undefined;
  const controller = new AbortController();
  const timer = setTimer(timeoutMs, () => controller.abort(new Error(TIMED_OUT)));
  return { signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]), timer };
}

/** The same bytes; when the time is up, the reader is told in Go's words. */
function cut(stream: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        const isTimeout = signal.aborted && messageOf(signal.reason) === TIMED_OUT;
        controller.error(isTimeout ? new Error(BODY_TIMED_OUT) : error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

const BODY_TIMED_OUT = 'net/http: request canceled (Client.Timeout or context cancellation while reading body)';
const TIMED_OUT = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

/** Transports reject when there is nobody at the other end; kubectl tells of it in Go's words. */
async function reached(connection: Connection, request: ApiRequest, config: ClientConfig): Promise<ApiResponse> {
  try {
    return await connection.request(request);
  } catch (error) {
    const isTimeout = request.signal?.aborted === true && messageOf(request.signal.reason) === TIMED_OUT;
    if (error instanceof StatusError) throw error;
    if (!isTimeout && error instanceof Error && error.name === 'AbortError') throw error;
    const query = new URLSearchParams(request.query).toString();
    const method = `${request.method.slice(0, 1)}${request.method.slice(1).toLowerCase()}`;
    const url = `${config.server}${request.path}${query === '' ? '' : `?${query}`}`;
    throw new ConnectionError(method, url, isTimeout ? TIMED_OUT : dialProblem(error, url));
  }
}

function impersonation({ impersonate }: ClientConfig): Record<string, string> {
  if (impersonate === undefined) return {};
  return {
    'impersonate-user': impersonate.user,
    ...(impersonate.uid !== undefined && { 'impersonate-uid': impersonate.uid }),
    ...(impersonate.groups.length > 0 && { 'impersonate-group': joinRepeatedHeader(impersonate.groups) }),
    ...Object.fromEntries(
      Object.entries(impersonate.extra ?? {}).map(([key, values]) => [
        `impersonate-extra-${encodeURIComponent(key).toLowerCase()}`,
        joinRepeatedHeader(values),
      ]),
    ),
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

function refusal({ status, body }: ApiResponse, asked: Omit<Refused, 'text'>): StatusError {
  const said = body.kind === 'object' ? body.object : body.kind === 'text' ? parsed(body.text) : undefined;
  if ((said as { readonly kind?: unknown } | null | undefined)?.kind === 'Status')
    return new StatusError(said as Status);
  return genericRefusal(status, { ...asked, text: body.kind === 'text' ? body.text : undefined });
}
