import {
  type ApiRequest,
  type ApiResponse,
  encodeJson,
  type UserInfo,
  type WatchEvent,
  type WatchSource,
} from '@tabernetes/apimachinery';
import { deepFreeze } from '@tabernetes/base';
import { type DialDeps, DialError, dialService } from '../service-dialer.ts';
import { type RemoteState, trustOf } from './remote-services.ts';

/** What a proxy must not hand on. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'authorization',
  'content-encoding',
]);

const UNAVAILABLE: ApiResponse = {
  status: 503,
  headers: { 'x-content-type-options': 'nosniff' },
  body: { kind: 'text', contentType: 'text/plain; charset=utf-8', text: 'service unavailable\n' },
};

/**
 * Hands a request on to the server of another API, with the user's name in headers that it trusts.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/kube-aggregator/pkg/apiserver/handler_proxy.go
 */
export async function proxied(
  dial: DialDeps,
  { service, available }: RemoteState,
  request: ApiRequest,
  user: UserInfo,
): Promise<ApiResponse> {
  const { namespace = '', name = '', port = 443 } = service.spec?.service ?? {};
  if (!available) return UNAVAILABLE;
  const query = new URLSearchParams(request.query).toString();
  const url = `https://${name}.${namespace}.svc:${port}${request.path}${query === '' ? '' : `?${query}`}`;
  const hasBody = request.body !== undefined && request.method !== 'GET' && request.method !== 'HEAD';
  let response: Response;
  try {
    response = await dialService(
      dial,
      { namespace, name, port, ...trustOf(service) },
      new Request(url, {
        method: request.method,
        headers: headersFor(request, user),
        ...(hasBody && { body: bodyOf(request) }),
        ...(request.signal && { signal: request.signal }),
      }),
    );
  } catch (error) {
    if (error instanceof DialError)
      return { ...UNAVAILABLE, body: { ...text(`error trying to reach service: ${error.message}`) } };
    throw error;
  }
  return answerOf(response, request);
}

const text = (message: string) => ({ kind: 'text', contentType: 'text/plain; charset=utf-8', text: message }) as const;

function headersFor({ headers, body }: ApiRequest, { name, groups, extra = {} }: UserInfo): Headers {
  const found = new Headers();
  for (const [key, value] of Object.entries(headers)) {
    if (!HOP_BY_HOP.has(key) && !key.startsWith('x-remote-') && !key.startsWith('impersonate-')) found.set(key, value);
  }
  if (body?.kind === 'object') found.set('content-type', headers['content-type'] ?? 'application/json');
  if (!found.has('accept')) found.set('accept', 'application/json');
  found.set('x-remote-user', name);
  for (const group of groups) found.append('x-remote-group', group);
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) found.append(`x-remote-extra-${encodeURIComponent(key)}`, value);
  }
  return found;
}

function bodyOf({ body }: ApiRequest): BodyInit {
  if (body?.kind === 'bytes') return new Uint8Array(body.bytes);
  return encodeJson(body?.kind === 'object' ? (body.object as object) : null);
}

/** JSON becomes objects, so that callers in process understand it; all else passes as it is. */
async function answerOf(response: Response, request: ApiRequest): Promise<ApiResponse> {
  const { status } = response;
  const headers: Record<string, string> = {};
  const warnings: string[] = [];
  response.headers.forEach((value, key) => {
    if (key === 'warning')
      warnings.push(...[...value.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, each = '']) => each));
    else if (!HOP_BY_HOP.has(key) && key !== 'content-type') headers[key] = value;
  });
  const contentType = response.headers.get('content-type') ?? '';
  const common = { status, headers, ...(warnings.length > 0 && { warnings }) };
  const isJson = contentType.startsWith('application/json');
  const watches = request.query['watch'] === 'true' || request.query['watch'] === '1';
  if (isJson && watches && response.ok && response.body) {
    return { ...common, body: { kind: 'watch', watch: watchOf(response.body) } };
  }
  if (!isJson) {
    if (response.body === null) return { ...common, body: { kind: 'empty' } };
    return { ...common, body: { kind: 'stream', contentType, stream: response.body } };
  }
  const object: unknown = deepFreeze(JSON.parse(await response.text()));
  return { ...common, body: { kind: 'object', object } };
}

/** Events as they come, one on each line. */
function watchOf(stream: ReadableStream<Uint8Array>): WatchSource {
  return {
    start(sink) {
      const reader = stream.getReader();
      const decoder = new TextDecoder();
      let stopped = false;
      let rest = '';
      const read = async (): Promise<void> => {
        while (!stopped) {
          const { done, value } = await reader.read();
          if (done || stopped) break;
          const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines)
            if (line.trim() !== '' && !stopped) sink.next(deepFreeze(JSON.parse(line)) as WatchEvent);
        }
      };
      read()
        // A connection that breaks ends a watch, whatever broke it: the client watches again.
        .catch(() => undefined)
        .then(() => {
          if (!stopped) sink.end();
        });
      return () => {
        stopped = true;
        reader.cancel().catch(() => undefined);
      };
    },
  };
}
