import { type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { CHANNELS_HEADER } from '@tabernetes/apimachinery';
import type { HttpConnection, HttpRequestMessage, HttpUpload } from '@tabernetes/worker/connect';
import { type WebSocket, WebSocketServer } from 'ws';
import { forwardedPorts } from './spdy/forwarded-ports.ts';
import { processStreams } from './spdy/process-streams.ts';
import { SpdySession, type SpdyStream } from './spdy/spdy-session.ts';

/** The newest first. Older ones differ in how the end of a process is told, and cannot end stdin alone. */
const PROCESS_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const PORTS_PROTOCOL = 'portforward.k8s.io';
/** A SPDY session inside of a WebSocket. */
const TUNNEL = 'SPDY/3.1+';

/** How a client wants to speak over the connection that it has asked for. */
interface Dialect {
  readonly protocol: string;
  /** Takes over the connection once the host has agreed. */
  accept(client: ClientSide, upload: HttpUpload): HostSide;
}

/** The connection of which the client is at the other end. */
interface ClientSide {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Where what the host says goes. */
interface HostSide {
  message(bytes: Uint8Array, acknowledge: () => void): void;
  end(): void;
}

/** Whether a client wants the streams of a process or of ports, in a protocol that we speak. */
export const asksForChannels = ({ headers }: IncomingMessage): boolean => dialectOf(headers) !== undefined;

/** Asks the host; once it agrees, its messages and the client's pass through. What it refuses is answered as it stands. */
export function upgradeToChannels(
  connection: HttpConnection,
  message: HttpRequestMessage,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  const dialect = dialectOf(request.headers);
  if (dialect === undefined) return;
  let host: HostSide | undefined;
  let refusal = '';
  const refused: Uint8Array[] = [];
  socket.on('error', () => socket.destroy());
  const { method, headers } = message;
  const upload = connection.stream(
    { ...message, method: 'POST', headers: [...headers, ['upgrade', 'websocket'], [CHANNELS_HEADER, method]] },
    {
      head(status, answered) {
        if (answered.some(([name]) => name === CHANNELS_HEADER)) {
          host = dialect.accept({ request, socket, head }, upload);
          return;
        }
        const lines = answered.filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding');
        refusal = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}`;
      },
      chunk(bytes, acknowledge) {
        if (host !== undefined) {
          host.message(bytes, acknowledge);
          return;
        }
        refused.push(bytes);
        acknowledge();
      },
      end() {
        if (refusal === '') {
          host?.end();
          return;
        }
        const body = Buffer.concat(refused);
        socket.end(
          Buffer.concat([Buffer.from(`${refusal}connection: close\r\ncontent-length: ${body.length}\r\n\r\n`), body]),
        );
      },
    },
  );
}

function dialectOf(headers: IncomingHttpHeaders): Dialect | undefined {
  const upgrade = headers.upgrade?.toLowerCase();
  if (upgrade === 'websocket') {
    const asked = listed(headers['sec-websocket-protocol']);
    if (asked.includes(`${TUNNEL}${PORTS_PROTOCOL}`)) return TUNNELLED_PORTS;
    const protocol = PROCESS_PROTOCOLS.find((one) => asked.includes(one));
    return protocol === undefined ? undefined : channelMessages(protocol);
  }
  if (upgrade !== 'spdy/3.1') return undefined;
  const asked = listed(headers['x-stream-protocol-version']);
  const protocol = [PORTS_PROTOCOL, 'v4.channel.k8s.io'].find((one) => asked.includes(one));
  return protocol === undefined ? undefined : bareSpdy(protocol);
}

const listed = (text: string | readonly string[] | undefined): readonly string[] =>
  String(text ?? '')
    .split(',')
    .map((part) => part.trim());

/** Each message of the host is a message of a WebSocket. */
const channelMessages = (protocol: string): Dialect => ({
  protocol,
  accept(client, upload) {
    const socket = openWebSocket(client, protocol, upload, (bytes) => upload.input(bytes));
    return {
      message: (bytes, acknowledge) => socket?.send(bytes, acknowledge),
      end: () => socket?.close(1000),
    };
  },
});

const TUNNELLED_PORTS: Dialect = {
  protocol: `${TUNNEL}${PORTS_PROTOCOL}`,
  accept(client, upload) {
    const spoken = spdyHost(
      PORTS_PROTOCOL,
      upload,
      (frame) => socket?.send(frame),
      () => socket?.close(1002),
    );
    const socket = openWebSocket(client, this.protocol, upload, (bytes) => spoken.session.receive(bytes));
    socket?.on('close', () => spoken.session.close());
    return spoken.host;
  },
};

/** SPDY on the socket itself: what clients did before they spoke WebSocket. */
const bareSpdy = (protocol: string): Dialect => ({
  protocol,
  accept({ socket, head }, upload) {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
    );
    const { session, host } = spdyHost(
      protocol,
      upload,
      (frame) => void socket.write(frame),
      () => socket.end(),
    );
    socket.on('data', (bytes: Buffer) => session.receive(bytes));
    socket.on('close', () => {
      session.close();
      upload.abort();
    });
    if (head.length > 0) session.receive(head);
    return host;
  },
});

function spdyHost(
  protocol: string,
  upload: HttpUpload,
  send: (frame: Buffer) => void,
  close: () => void,
): { readonly session: SpdySession; readonly host: HostSide } {
  const isProcess = protocol !== PORTS_PROTOCOL;
  const streams = isProcess ? processStreams(upload) : { ...forwardedPorts(upload), end: () => undefined };
  const session = new SpdySession(send, (stream: SpdyStream) => streams.stream(stream), close);
  return {
    session,
    host: {
      message(bytes, acknowledge) {
        streams.message(bytes);
        void session.flushed().then(acknowledge);
      },
      end() {
        streams.end();
        // Who asked for a process hangs up when it has read all of it.
        if (!isProcess) void session.flushed().then(close);
      },
    },
  };
}

/** Undefined: the handshake was none, which the client has been told. */
function openWebSocket(
  { request, socket, head }: ClientSide,
  protocol: string,
  upload: HttpUpload,
  onMessage: (bytes: Uint8Array) => void,
): WebSocket | undefined {
  // The library takes no names with a slash, which are what Kubernetes calls its tunnels: it is told of none.
  delete request.headers['sec-websocket-protocol'];
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('headers', (lines: string[]) => lines.push(`Sec-WebSocket-Protocol: ${protocol}`));
  let opened: WebSocket | undefined;
  server.handleUpgrade(request, socket, head, (accepted) => {
    opened = accepted;
  });
  if (opened === undefined) {
    upload.abort();
    return undefined;
  }
  opened.on('message', (data: Buffer) => onMessage(new Uint8Array(data)));
  opened.on('close', () => upload.abort());
  opened.on('error', () => upload.abort());
  return opened;
}
