import type {
  ApiRequest,
  ApiResponse,
  ResponseBody,
  Transport,
  WatchEvent,
  WatchSource,
} from '@tabernetes/apimachinery';
import type { ClientConfig, Connection } from '@tabernetes/kubectl';
import { serverUrl } from '@tabernetes/kubectl/server-url';
import type { HttpAnswer, Net, Process } from '@tabernetes/node-api';
import { streamOf } from '../network/stream-of.ts';

/**
 * The way to an API server over the network of the process that asks: from Pods to `kubernetes.default.svc`, and to
 * whatever else a kubeconfig names.
 *
 * @param upgraded carries exec, attach and port-forward, which no HTTP of the simulated network does: once the server that
 *   is named has taken the same request, and misses nothing but the change of protocols
 */
export function networkConnection(
  config: ClientConfig,
  process: Pick<Process, 'signal'> & { readonly net: Pick<Net, 'fetch'> },
  upgraded: Transport,
): Connection {
  const base = serverUrl(config.server);
  const authorization: Readonly<Record<string, string>> =
    config.token === undefined ? {} : { authorization: `Bearer ${config.token}` };
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    const search = searchOf(request.query);
    const path = `${base.pathname.replace(/\/$/, '')}${request.path}${search === '' ? '' : `?${search}`}`;
    const { signal = process.signal } = request;
    const answer = await process.net.fetch(`${base.origin}${path}`, {
      method: request.method,
      headers: { ...request.headers, ...authorization },
      ...(request.body !== undefined && {
        body: request.body.kind === 'bytes' ? request.body.bytes : JSON.stringify(request.body.object),
      }),
      ...(config.caPem !== undefined && { caPem: config.caPem }),
      insecure: config.insecure,
      signal,
    });
    const warnings = warningTexts(answer.headers['warning']);
    return {
      status: answer.status,
      headers: answer.headers,
      ...(warnings.length > 0 && { warnings }),
      body: await bodyOf(request, answer, signal),
    };
  };
  return {
    async request(request) {
      const { upgrade, connection: _, ...plain } = request.headers;
      if (upgrade === undefined) return send(request);
      const answer = await send({ ...request, headers: plain });
      if (!missesUpgrade(answer)) return answer;
      return upgraded.request({ ...request, headers: { ...request.headers, ...authorization } });
    },
  };
}

/** What an API server says of a request that it would have taken with another protocol. */
const missesUpgrade = ({ status, body }: ApiResponse): boolean =>
  status === 400 &&
  body.kind === 'object' &&
  (body.object as { readonly message?: unknown }).message === 'Upgrade request required';

/** Words of a command are values of their own. */
function searchOf(query: ApiRequest['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of name === 'command' ? value.split('\0') : [value]) search.append(name, one);
  return search.toString();
}

async function bodyOf(
  { query, path, headers }: ApiRequest,
  answer: HttpAnswer,
  signal: AbortSignal,
): Promise<ResponseBody> {
  const contentType = answer.headers['content-type'] ?? '';
  const isWatch = query['watch'] === 'true' || query['watch'] === '1';
  if (isWatch && answer.status < 300) return { kind: 'watch', watch: watchOf(answer, signal) };
  if (path.endsWith('/log') && answer.status < 300) {
    return { kind: 'stream', contentType, stream: streamOf(answer.body) };
  }
  const text = await answer.text();
  if (text === '') return { kind: 'empty' };
  // Who takes anything wants it as it stands: `kubectl get --raw`.
  const isRaw = headers['accept']?.includes('*/*') === true;
  if (!isRaw && contentType.startsWith('application/json')) return { kind: 'object', object: JSON.parse(text) };
  return { kind: 'text', contentType, text };
}

/** A line is an event. A stream that breaks ends like one that is closed: whoever watches asks again. */
function watchOf({ body }: HttpAnswer, signal: AbortSignal): WatchSource {
  return {
    start(sink) {
      let isOver = false;
      const read = async (): Promise<void> => {
        const decoder = new TextDecoder();
        let rest = '';
        try {
          for await (const chunk of body) {
            const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
            rest = lines.pop() ?? '';
            if (isOver) return;
            for (const line of lines) if (line !== '') sink.next(JSON.parse(line) as WatchEvent);
          }
        } catch (error) {
          if (!signal.aborted && error instanceof SyntaxError) throw error;
        }
        if (!isOver) sink.end();
      };
      void read();
      return () => {
        isOver = true;
      };
    },
  };
}

/** `299 - "first", 299 - "second"` */
function warningTexts(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
}
