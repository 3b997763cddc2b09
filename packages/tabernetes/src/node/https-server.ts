import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { CHANNELS_HEADER, failure, isRepeatedHeader, repeatedHeaderValue } from '@tabernetes/apimachinery';
import type { HttpConnection, HttpRequestMessage } from '@tabernetes/worker/connect';
import type { ServingCertificate } from './certificate.ts';
import { asksForChannels, upgradeToChannels } from './channels.ts';

/**
 * More than the API server takes (3 MiB), so that it is the one to refuse, with its own Status; what comes beyond is
 * read and thrown away.
 */
const KEPT_BODY_BYTES = 3 * 1024 * 1024 + 1;

/** Headers that belong to one HTTP/1 connection; HTTP/2 refuses to send them. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** Methods that fetch carries to nobody. To the API server they are as unknown as any that it has not heard of. */
const UNCARRIED: ReadonlySet<string> = new Set(['TRACE', 'TRACK']);

export interface HttpsServer {
  readonly port: number;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

export interface HttpsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly certificate: ServingCertificate;
}

/** HTTP/2 and HTTP/1.1 over TLS in front of the worker that hosts the cluster. */
export async function httpsServer(connection: HttpConnection, options: HttpsServerOptions): Promise<HttpsServer> {
  const { key, cert, ca } = options.certificate;
  const server = createSecureServer({
    key,
    cert: `${cert.trim()}\n${ca}`,
    allowHTTP1: true,
    ALPNProtocols: ['h2', 'http/1.1'],
    // Clients may show a certificate. TLS sees to it that they hold its key; whether it is good, the API server says.
    requestCert: true,
    rejectUnauthorized: false,
  });
  const sockets = new Set<Socket>();
  // Every connection, those too that never say a word of TLS.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  });
  // A broken TLS handshake or a reset stream concerns its client alone.
  server.on('sessionError', () => undefined);
  server.on('request', (request, response) => {
    if (isForeign(request.headers)) refuseOrigin(response);
    else void forward(connection, request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (isForeign(request.headers)) socket.end(`HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n`);
    else if (asksForChannels(request)) upgradeToChannels(connection, requestOf(request, socket), request, socket, head);
    else void refuseUpgrade(connection, request, socket);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/**
 * True of what a web page of another origin makes a browser send. kubectl and client libraries name no origin. Without
 * this, any page that somebody visits could probe the cluster that runs next to the browser, through a name that it
 * points at 127.0.0.1.
 */
function isForeign(headers: NodeJS.Dict<string | string[]>): boolean {
  const origin = headers['origin'];
  return origin !== undefined && origin !== `https://${headers[':authority'] ?? headers['host']}`;
}

function refuseOrigin(response: Http2ServerResponse): void {
  const { status } = failure(403, 'Forbidden', 'forbidden: pages of other origins may not use this cluster', {});
  response.writeHead(403, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(status)}\n`);
}

async function forward(
  connection: HttpConnection,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
): Promise<void> {
  // A stream forgets its session once it has been read to its end.
  const clientCertificate = certificateOf(request.stream?.session?.socket ?? request.socket);
  const body = await readBody(request);
  if (response.destroyed || request.aborted) return;
  const abort = connection.send(
    {
      method: UNCARRIED.has(request.method) ? 'OTHER' : request.method,
      url: urlOf(request),
      headers: headersOf(request),
      ...(body && { body }),
      ...(clientCertificate && { clientCertificate }),
    },
    {
      head(status, headers, streams) {
        response.statusCode = status;
        for (const [name, value] of headers) {
          if (HOP_BY_HOP.has(name)) continue;
          for (const each of name === 'warning' ? warnings(value) : [value]) response.appendHeader(name, each);
        }
        if (streams) sendHead(response);
      },
      chunk(bytes, acknowledge) {
        response.write(bytes, acknowledge);
      },
      end(error) {
        if (error !== undefined && response.headersSent) {
          response.stream?.close();
          return;
        }
        if (error !== undefined) response.statusCode = 500;
        response.end(error ?? '');
      },
    },
  );
  response.on('close', abort);
  response.on('error', abort);
}

/** What `fetch` has joined: Kubernetes sends each in a header of its own. */
const warnings = (joined: string): readonly string[] => joined.match(/\d+ \S+ "(?:[^"\\]|\\.)*"/g) ?? [joined];

/** DER of what the client showed in the handshake; undefined: nothing. */
function certificateOf(socket: Socket | TLSSocket): Uint8Array | undefined {
  // Of HTTP/2 it is a proxy, in which `in` finds nothing.
  const shown = (socket as Partial<TLSSocket>).getPeerCertificate?.() as { readonly raw?: Buffer } | undefined;
  return shown?.raw && new Uint8Array(shown.raw);
}

/** HTTP/2 sends its head when it is written, HTTP/1 when it is flushed. */
function sendHead(response: Http2ServerResponse | ServerResponse): void {
  if ('flushHeaders' in response) response.flushHeaders();
  else response.writeHead(response.statusCode);
}

function requestOf(request: IncomingMessage, socket: Socket): HttpRequestMessage {
  const clientCertificate = certificateOf(socket);
  return {
    method: request.method ?? 'GET',
    url: urlOf(request),
    headers: headersOf(request),
    ...(clientCertificate && { clientCertificate }),
  };
}

/**
 * Protocols that are not spoken here: the API server's own answer is written to the raw socket, as a plain
 * HTTP/1.1 response.
 */
async function refuseUpgrade(connection: HttpConnection, request: IncomingMessage, socket: Socket): Promise<void> {
  const parts: Uint8Array[] = [];
  let head = '';
  socket.on('error', () => socket.destroy());
  connection.send(requestOf(request, socket), {
    head(status, headers) {
      const lines = headers.filter(([name]) => !HOP_BY_HOP.has(name) && name !== 'content-length');
      head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}`;
    },
    chunk(bytes, acknowledge) {
      parts.push(bytes);
      acknowledge();
    },
    end() {
      const text = Buffer.concat(parts);
      socket.end(
        Buffer.concat([Buffer.from(`${head}connection: close\r\ncontent-length: ${text.length}\r\n\r\n`), text]),
      );
    },
  });
}

/** The whole body, or its first {@link KEPT_BODY_BYTES} when it is too large to be accepted anyway. */
async function readBody(request: Http2ServerRequest): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      if (size < KEPT_BODY_BYTES) parts.push(part);
      size += part.length;
    }
  } catch {
    return undefined; // The client went away in the middle; `aborted` says so to the caller.
  }
  if (size === 0) return undefined;
  const [only] = parts;
  return new Uint8Array(parts.length === 1 && only ? only : Buffer.concat(parts));
}

function urlOf(request: {
  readonly url?: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
}): string {
  const authority = request.headers[':authority'] ?? request.headers['host'] ?? 'localhost';
  const path = request.url ?? '/';
  // `//host/path` would be read as an authority.
  return `https://${String(authority)}${path.startsWith('//') ? `/.${path}` : path}`;
}

function headersOf({
  headers,
  rawHeaders,
}: {
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly rawHeaders: readonly string[];
}): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':') || HOP_BY_HOP.has(name) || name === CHANNELS_HEADER) continue;
    if (isRepeatedHeader(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.push([name, one]);
  }
  // Node makes one of those that come more than once; here each counts.
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (isRepeatedHeader(name)) pairs.push([name, repeatedHeaderValue(rawHeaders[i + 1] ?? '')]);
  }
  return pairs;
}
