import { lookup } from 'node:dns/promises';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import type { Connection, HttpAnswer, HttpHandler, Listener, Net } from '@tabernetes/node-api';

/** The host's own network, as programs of ours see it. */
export const HOST_NET: Net = {
  addresses: ['127.0.0.1'],
  resolve: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  query: () => Promise.reject(new Error('questions to name servers are not put from here')),
  connect: (host, port) =>
    new Promise((resolve, reject) => {
      const socket = connectSocket({ host, port, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(connectionOf(socket)));
    }),
  listen: (port, onConnection, { host = '0.0.0.0' } = {}) =>
    listening(
      createServer({ allowHalfOpen: true }, (socket) => onConnection(connectionOf(socket))),
      port,
      host,
    ),
  fetch: (url, { method, headers } = {}) => fetched(url, { ...(method && { method }), ...(headers && { headers }) }),
  serve: (port, handler, { host = '0.0.0.0' } = {}) =>
    listening(
      createHttpServer((request, response) => void answer(handler, request, response)),
      port,
      host,
    ),
};

function listening(server: Server, port: number, host: string): Listener {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const bound = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
  });
  // Whoever waits for it is told.
  bound.catch(() => undefined);
  server.listen({ port, host });
  return {
    get address() {
      const address = server.address();
      return typeof address === 'object' && address !== null
        ? { ip: address.address, port: address.port }
        : { ip: host, port };
    },
    bound,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function connectionOf(socket: Socket): Connection {
  // A client that has said all may still want the answer.
  const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  let rest: Uint8Array = new Uint8Array(0);
  // A write that fails tells of it.
  socket.on('error', () => undefined);
  return {
    local: { ip: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    remote: { ip: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
    async read(maxBytes = 65_536) {
      if (rest.length === 0) {
        const { done, value } = await chunks.next();
        if (done) return undefined;
        rest = value;
      }
      const taken = rest.subarray(0, maxBytes);
      rest = rest.subarray(maxBytes);
      return taken;
    },
    write: (chunk) =>
      new Promise((resolve, reject) => {
        socket.write(chunk, (error) => (error ? reject(error) : resolve()));
      }),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

function fetched(
  url: string,
  options: { method?: string; headers?: Readonly<Record<string, string>> },
): Promise<HttpAnswer> {
  const start = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const call = start(url, { ...options, headers: { ...options.headers } }, (message) => {
      resolve({
        status: message.statusCode ?? 0,
        statusText: message.statusMessage ?? '',
        headers: textHeaders(message),
        httpVersion: '1.1',
        body: message,
        text: () => textOf(message),
      });
    });
    call.once('error', reject);
    call.end();
  });
}

const textHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

async function answer(handler: HttpHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('the client went away')));
  const { socket } = request;
  try {
    const {
      status = 200,
      headers = {},
      body,
    } = await handler({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: textHeaders(request),
      remote: { ip: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
      tls: false,
      body: request,
      text: () => textOf(request),
      signal: gone.signal,
    });
    response.writeHead(status, headers);
    if (typeof body === 'string' || body instanceof Uint8Array) response.end(body);
    else {
      for await (const chunk of body ?? []) response.write(chunk);
      response.end();
    }
  } catch {
    // Half an answer cannot be taken back.
    response.destroy();
  }
}
