import type {
  ApiRequest,
  ApiResponse,
  ResponseBody,
  Transport,
  WatchEvent,
  WatchSink,
  WatchSource,
} from '@tabernetes/apimachinery';

export interface HttpTransportOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** A bearer token. */
  readonly token?: string;
  /** Default: the host's. */
  readonly fetch?: (input: Request) => Promise<Response>;
}

/** The API over HTTP, for a client that is not in the cluster's own worker. Browsers and Node alike. */
export function httpTransport({ server, token, fetch = globalThis.fetch }: HttpTransportOptions): Transport {
  return {
    async request(request: ApiRequest): Promise<ApiResponse> {
      const query = new URLSearchParams(request.query).toString();
      const response = await fetch(
        new Request(`${server}${request.path}${query === '' ? '' : `?${query}`}`, {
          method: request.method,
          headers: {
            accept: 'application/json',
            ...request.headers,
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          ...bodyOf(request),
          ...(request.signal && { signal: request.signal }),
        }),
      );
      const headers = Object.fromEntries(response.headers);
      const warnings = warningTexts(response.headers.get('warning'));
      const watching = request.query['watch'] === 'true' || request.query['watch'] === '1';
      return {
        status: response.status,
        headers,
        ...(warnings.length > 0 && { warnings }),
        body: watching && response.ok && response.body ? watchBody(response.body) : await plainBody(response),
      };
    },
  };
}

function bodyOf({ body }: ApiRequest): { body?: BodyInit } {
  if (body === undefined) return {};
  return { body: body.kind === 'bytes' ? (body.bytes as BodyInit) : JSON.stringify(body.object) };
}

async function plainBody(response: Response): Promise<ResponseBody> {
  const contentType = response.headers.get('content-type') ?? '';
  const text = await response.text();
  if (text === '') return { kind: 'empty' };
  if (contentType.startsWith('application/json')) return { kind: 'object', object: JSON.parse(text) };
  return { kind: 'text', contentType, text };
}

/** `299 - "first", 299 - "second"` */
function warningTexts(header: string | null): readonly string[] {
  if (header === null) return [];
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
}

function watchBody(stream: ReadableStream<Uint8Array>): ResponseBody {
  const watch: WatchSource = {
    start(sink) {
      const reader = stream.getReader();
      let stopped = false;
      void readLines(reader, sink, () => stopped);
      return () => {
        stopped = true;
        void reader.cancel().catch(() => undefined); // Already closed: then there is nothing left to stop.
      };
    },
  };
  return { kind: 'watch', watch };
}

/** A line is an event. A stream that breaks ends like one that is closed: the informer watches again. */
async function readLines(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  sink: WatchSink,
  stopped: () => boolean,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (stopped()) return;
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') sink.next(JSON.parse(line) as WatchEvent);
    }
  } catch {
    await reader.cancel().catch(() => undefined);
  }
  if (!stopped()) sink.end();
}
