import type { ApiRequest, ApiResponse, ResponseBody } from '@tabernetes/apimachinery';
import type { ClientConfig } from '../config/client-config.ts';
import { goEscaped, goJson } from '../go-json.ts';
import type { Klog } from './klog.ts';
import { statusText } from './status-text.ts';

/** Levels of `-v` from which on a part of the talk with the server is told. */
const TIMING = 6;
const URL_AND_HEADERS = 7;
const BODIES = 8;
const CURL = 9;
/** Characters of a body that are shown at each level; all of them above. */
const SHOWN: Readonly<Record<number, number>> = { 8: 1_024, 9: 10_240 };
const TRANSPORT = 'round_trippers.go';

/** Tells of requests and answers as client-go does with `-v=6` and above. */
export interface RequestLog {
  started(request: ApiRequest): void;
  /** `response` is undefined when nobody answered. */
  ended(request: ApiRequest, response: ApiResponse | undefined, durationMs: number): void;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/staging/src/k8s.io/client-go/transport/round_trippers.go */
export function requestLog(log: Klog, config: ClientConfig): RequestLog {
  const { verbosity } = log;
  const say = (line: number, text: string): void => log.info(`${TRANSPORT}:${line}`, text);
  const body = (request: ApiRequest, name: string, text: string): void => {
    if (verbosity >= BODIES) log.infoS(sourceOf(request), name, 'body', shortened(text, verbosity));
  };
  return {
    started(request) {
      body(request, 'Request Body', requestText(request));
      const headers = requestHeaders(request, config);
      if (verbosity >= CURL) {
        const shown = headers.map(([name, value]) => ` -H ${JSON.stringify(`${name}: ${value}`)}`).join('');
        say(473, `curl -v -X${request.method} ${shown} '${urlOf(request, config)}'`);
        return;
      }
      if (verbosity < URL_AND_HEADERS) return;
      say(470, `${request.method} ${urlOf(request, config)}`);
      say(476, 'Request Headers:');
      for (const [name, value] of headers) say(480, `    ${name}: ${value}`);
    },
    ended(request, response, durationMs) {
      const method = methodOf(request, response);
      const status = response === undefined ? '' : `${response.status} ${statusText(response.status)}`;
      const ms = Math.round(durationMs);
      if (verbosity >= TIMING && response !== undefined && isRefusedUpgrade(request, response)) {
        if (verbosity === TIMING) say(560, `GET ${urlOf(request, config)}  in ${ms} milliseconds`);
        const why = `unable to upgrade streaming request: ${messageIn(response.body)}`;
        if (!request.path.endsWith('/portforward')) log.info('fallback.go:56', `RemoteCommand fallback: ${why}`);
        else log.info('fallback_dialer.go:53', `fallback to secondary dialer from primary dialer err: ${why}`);
      }
      if (verbosity === TIMING || verbosity >= CURL) {
        say(560, `${method} ${urlOf(request, config)} ${status} in ${ms} milliseconds`);
      } else if (verbosity >= URL_AND_HEADERS) say(581, `Response Status: ${status} in ${ms} milliseconds`);
      if (verbosity >= CURL) {
        say(577, `HTTP Statistics: GetConnection 0 ms ServerProcessing ${ms} ms Duration ${ms} ms`);
      }
      if (verbosity < BODIES) return;
      say(584, 'Response Headers:');
      for (const [name, value] of responseHeaders(request, response)) say(587, `    ${name}: ${value}`);
      const text = response && responseText(response.body);
      if (text !== undefined) body(request, 'Response Body', text);
    },
  };
}

const asksForWebSocket = ({ headers }: ApiRequest): boolean => headers['upgrade'] === 'websocket';

/** A WebSocket begins with a GET; when the server refuses it, the real one asks again by POST for SPDY. */
const methodOf = (request: ApiRequest, response: ApiResponse | undefined): string =>
  asksForWebSocket(request) && response?.status === 101 ? 'GET' : request.method;

const isRefusedUpgrade = (request: ApiRequest, { status }: ApiResponse): boolean =>
  asksForWebSocket(request) && status !== 101;

/** What an answer says: a Status, or a text. */
const messageIn = (body: ResponseBody): string =>
  body.kind === 'object'
    ? String((body.object as { readonly message?: unknown }).message ?? '')
    : (responseText(body) ?? '').trim();

/** The address as Go writes it, query keys sorted. */
function urlOf({ path, query }: ApiRequest, { server }: ClientConfig): string {
  const sorted = Object.entries(query).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const search = new URLSearchParams(sorted.flatMap(([name, value]) => value.split('\0').map((each) => [name, each])));
  return `${server}${path}${sorted.length === 0 ? '' : `?${search.toString().replaceAll('*', '%2A')}`}`;
}

const canonical = (name: string): string =>
  name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => `${dash}${letter.toUpperCase()}`);

/** Content-Type first, where Go takes them in any order; credentials are never shown. */
function requestHeaders({ headers }: ApiRequest, config: ClientConfig): readonly (readonly [string, string])[] {
  const entries = Object.entries(headers).map(([name, value]) => [canonical(name), value] as const);
  const secret = config.token !== undefined ? 'Bearer' : config.username !== undefined ? 'Basic' : undefined;
  return [
    ...entries.filter(([name]) => name === 'Content-Type'),
    ...entries.filter(([name]) => name !== 'Content-Type'),
    ...(secret === undefined ? [] : [['Authorization', `${secret} <masked>`] as const]),
  ];
}

function responseHeaders(
  request: ApiRequest,
  response: ApiResponse | undefined,
): readonly (readonly [string, string])[] {
  if (response === undefined) return [];
  const { headers, body } = response;
  const shown = Object.entries(headers)
    // How the answer was carried: Go's client keeps that to itself.
    .filter(([name]) => name !== 'transfer-encoding')
    .map(([name, value]) => [canonical(name), value] as const);
  // In process, JSON is what an object is sent as.
  if (body.kind === 'object' && headers['content-type'] === undefined) shown.push(['Content-Type', 'application/json']);
  const varied = headers['vary']?.toLowerCase() === 'accept' ? request.headers['accept'] : undefined;
  return [...shown, ...(varied === undefined ? [] : [['X-Varied-Accept', varied] as const])];
}

function requestText({ body, method }: ApiRequest): string {
  if (body === undefined) return '';
  if (body.kind === 'bytes') return new TextDecoder().decode(body.bytes);
  // Patches are made of maps, whose keys Go sorts; other bodies come from an encoder that ends the line.
  return method === 'PATCH' ? goJson(body.object) : `${goEscaped(JSON.stringify(body.object))}\n`;
}

/** Undefined for what streams. */
function responseText(body: ResponseBody): string | undefined {
  switch (body.kind) {
    case 'object':
      return `${goEscaped(JSON.stringify(body.object))}\n`;
    case 'text':
      return body.text;
    case 'bytes':
      return new TextDecoder().decode(body.bytes);
    case 'empty':
      return '';
    default:
      return undefined;
  }
}

function shortened(text: string, verbosity: number): string {
  const most = SHOWN[verbosity] ?? Number.POSITIVE_INFINITY;
  return text.length <= most ? text : `${text.slice(0, most)} [truncated ${text.length - most} chars]`;
}

/** Which file of the real one speaks of bodies. */
function sourceOf({ method, path, query }: ApiRequest): string {
  if (path === '/api') return 'discovery_client.go:253';
  if (path === '/apis') return 'discovery_client.go:319';
  if (path === '/version') return 'discovery_client.go:658';
  if (path.startsWith('/openapi/v3')) return path === '/openapi/v3' ? 'client.go:46' : 'groupversion.go:75';
  if (query['watch'] !== undefined) return 'request.go:736';
  switch (method) {
    case 'DELETE':
      return 'helper.go:202';
    case 'POST':
      return 'helper.go:246';
    case 'PATCH':
      return 'helper.go:269';
    case 'PUT':
      return 'helper.go:319';
    default:
      return COLLECTION.test(path) ? 'helper.go:113' : 'helper.go:105';
  }
}

/** The path of all objects of a type, with or without a namespace; behind a namespace stands a type, not a name. */
const COLLECTION = /^\/(?:api|apis\/[^/]+)\/[^/]+\/(?:namespaces\/[^/]+\/)?[^/]+$/;
