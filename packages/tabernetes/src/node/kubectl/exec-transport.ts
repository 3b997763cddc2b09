import type { IncomingMessage } from 'node:http';
import type { AgentOptions } from 'node:https';
import type { ApiRequest, ApiResponse, ExecSession, Status } from '@tabernetes/apimachinery';
import { WebSocket } from 'ws';
import { severalHeaders } from './several-headers.ts';

const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];

/** Asks for a process over a WebSocket; a refusal is answered as it stands. Rejects when there is nobody. */
export function openChannels(
  request: ApiRequest,
  url: string,
  headers: Readonly<Record<string, string>>,
  tls: AgentOptions,
): Promise<ApiResponse> {
  const own = Object.entries(request.headers).filter(([name]) => name !== 'upgrade' && name !== 'connection');
  const socket = new WebSocket(url.replace(/^http/, 'ws'), PROTOCOLS, {
    headers: { ...severalHeaders(Object.fromEntries(own)), ...headers },
    perMessageDeflate: false,
    ...tls,
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('unexpected-response', (_, message: IncomingMessage) => {
      // Servers keep the connection open, for which nobody has a use any more.
      const connection = message.socket;
      void refusal(message)
        .finally(() => connection.destroy())
        .then(resolve, reject);
    });
    const session = sessionOver(socket, request.query);
    socket.once('open', () => {
      socket.off('error', reject);
      resolve({ status: 101, headers: {}, body: { kind: 'exec', session } });
    });
  });
}

async function refusal(message: IncomingMessage): Promise<ApiResponse> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk as Uint8Array);
  const text = Buffer.concat(chunks).toString('utf8');
  const contentType = message.headers['content-type'] ?? '';
  return {
    status: message.statusCode ?? 500,
    headers: {},
    body: contentType.startsWith('application/json')
      ? { kind: 'object', object: JSON.parse(text) as unknown }
      : { kind: 'text', contentType, text },
  };
}

function sessionOver(socket: WebSocket, query: Readonly<Record<string, string>>): ExecSession {
  const out = output(query['stdout'] === 'true');
  const err = output(query['stderr'] === 'true');
  const end = (): void => {
    out.end();
    err.end();
  };
  const exit = new Promise<Status>((resolve, reject) => {
    let told: Status | undefined;
    socket.on('message', (data: Buffer) => {
      const bytes = new Uint8Array(data.subarray(1));
      if (data[0] === STDOUT) out.push(bytes);
      else if (data[0] === STDERR) err.push(bytes);
      else if (data[0] === ERROR) told = JSON.parse(Buffer.from(bytes).toString('utf8')) as Status;
    });
    socket.on('close', (code) => {
      end();
      if (told !== undefined) resolve(told);
      else
        reject(
          new Error(`error reading from error stream: websocket: close ${code} (abnormal closure): unexpected EOF`),
        );
    });
    socket.on('error', (error) => {
      end();
      reject(error);
    });
  });
  // Whoever waits for it is told; nobody need.
  exit.catch(() => undefined);
  const send = (channel: number, bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => socket.send(Buffer.concat([Buffer.of(channel), bytes]), () => resolve()));
  return {
    ...(query['stdin'] === 'true' && {
      stdin: new WritableStream<Uint8Array>({
        write: (bytes) => send(STDIN, bytes),
        close: () => send(CLOSE, Uint8Array.of(STDIN)),
      }),
    }),
    ...(out.stream && { stdout: out.stream }),
    ...(err.stream && { stderr: err.stream }),
    resize({ width, height }) {
      void send(RESIZE, Buffer.from(JSON.stringify({ Width: width, Height: height })));
    },
    exit,
    close: () => socket.close(),
  };
}

interface Output {
  readonly stream: ReadableStream<Uint8Array> | undefined;
  push(bytes: Uint8Array): void;
  end(): void;
}

function output(isWanted: boolean): Output {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = isWanted
    ? new ReadableStream<Uint8Array>({
        start(own) {
          controller = own;
        },
        cancel() {
          controller = undefined;
        },
      })
    : undefined;
  return {
    stream,
    push: (bytes) => controller?.enqueue(bytes),
    end() {
      controller?.close();
      controller = undefined;
    },
  };
}
