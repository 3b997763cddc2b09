import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import type {
  ApiRequest,
  ApiResponse,
  ResponseBody,
  Transport,
  WatchEvent,
  WatchSource,
} from '@tabernetes/apimachinery';
import type { ClientConfig } from '@tabernetes/kubectl';
import { serverUrl } from '@tabernetes/kubectl/server-url';
import { openPorts, PORTS_HEADERS, wantsPorts } from './ports-transport.ts';
import { severalHeaders } from './several-headers.ts';

/** True of requests whose answer is the streams of a process. */
const wantsChannels = ({ path, headers }: ApiRequest): boolean =>
  headers['upgrade'] === 'websocket' && /\/(?:exec|attach)$/.test(path);

/** An API server over HTTPS with what a kubeconfig says of certificates and credentials: what a browser's fetch cannot do. */
export function httpsTransport(config: ClientConfig): Transport & { dispose(): void } {
  const url = serverUrl(config.server);
  const isSecure = url.protocol === 'https:';
  const tls = {
    rejectUnauthorized: !config.insecure,
    ...(config.caPem !== undefined && { ca: config.caPem }),
    // Either alone says nothing of anybody.
    ...(config.certificatePem !== undefined &&
      config.keyPem !== undefined && { cert: config.certificatePem, key: config.keyPem }),
    ...(config.tlsServerName !== undefined && { servername: config.tlsServerName }),
  };
  const agent = isSecure ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true });
  const credentials = authorization(config);

  const prepare = (request: ApiRequest, answered?: (message: IncomingMessage) => void): ClientRequest => {
    const search = searchOf(request);
    const start = isSecure ? requestHttps : requestHttp;
    const body = bodyOf(request);
    const call = start(
      {
        agent,
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port || (isSecure ? 443 : 80),
        method: request.method,
        path: `${url.pathname.replace(/\/$/, '')}${request.path}${search === '' ? '' : `?${search}`}`,
        headers: {
          ...severalHeaders(request.headers),
          ...credentials,
          // Node gives the body of a DELETE no length by itself.
          ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        },
        ...(request.signal && { signal: request.signal }),
      },
      answered,
    );
    call.end(body);
    return call;
  };
  const send = (request: ApiRequest): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      prepare(request, resolve).on('error', reject);
    });

  return {
    async request(request) {
      const scheme = url.protocol.replace(/:$/, '');
      if (scheme !== 'https' && scheme !== 'http') {
        throw new Error(`unsupported protocol scheme ${JSON.stringify(scheme)}`);
      }
      if (wantsChannels(request)) {
        const target = `${url.origin}${url.pathname.replace(/\/$/, '')}${request.path}?${searchOf(request)}`;
        // Loaded when it is asked for: most commands need no WebSocket.
        const { openChannels } = await import('./exec-transport.ts');
        return openChannels(request, target, credentials, isSecure ? tls : {});
      }
      let message: IncomingMessage;
      if (wantsPorts(request)) {
        const opened = await openPorts(prepare({ ...request, headers: { ...request.headers, ...PORTS_HEADERS } }));
        if ('body' in opened) return opened;
        message = opened;
      } else message = await send(request);
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(message.headers)) {
        if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
      }
      const status = message.statusCode ?? 0;
      const warnings = warningTexts(headers['warning']);
      return {
        status,
        headers,
        ...(warnings.length > 0 && { warnings }),
        body: await answerBody(request, status, headers['content-type'] ?? '', message),
      } satisfies ApiResponse;
    },
    dispose: () => agent.destroy(),
  };
}

function authorization({ token, username, password }: ClientConfig): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
}

/** The query of a request; values of one name are kept apart by NUL. */
const searchOf = ({ query }: ApiRequest): string =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => value.split('\0').map((each) => [name, each])),
  ).toString();

function bodyOf({ body }: ApiRequest): Uint8Array | string | undefined {
  if (body === undefined) return undefined;
  return body.kind === 'bytes' ? body.bytes : JSON.stringify(body.object);
}

async function answerBody(
  { query, path, headers }: ApiRequest,
  status: number,
  contentType: string,
  message: IncomingMessage,
): Promise<ResponseBody> {
  const isWatch = query['watch'] === 'true' || query['watch'] === '1';
  if (isWatch && status < 300) return { kind: 'watch', watch: watchOf(message) };
  if (path.endsWith('/log') && status < 300) {
    return { kind: 'stream', contentType, stream: Readable.toWeb(message) as ReadableStream<Uint8Array> };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk as Uint8Array);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return { kind: 'empty' };
  // Who takes anything wants it as it stands: `kubectl get --raw`.
  const isRaw = headers['accept']?.includes('*/*') === true;
  if (!isRaw && /^application\/json\b/.test(contentType)) return { kind: 'object', object: JSON.parse(text) };
  return { kind: 'text', contentType, text };
}

/** `299 - "first", 299 - "second"` */
function warningTexts(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
}

function watchOf(message: IncomingMessage): WatchSource {
  return {
    start(sink) {
      let rest = '';
      let isOver = false;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        sink.end();
      };
      message.setEncoding('utf8');
      message.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '' && !isOver) sink.next(JSON.parse(line) as WatchEvent);
      });
      // A stream that breaks ends like one that is closed.
      message.on('end', end).on('close', end).on('error', end);
      return () => {
        isOver = true;
        message.destroy();
      };
    },
  };
}
