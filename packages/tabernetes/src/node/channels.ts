import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CHANNELS_HEADER } from '@tabernetes/apimachinery';
import type { HttpConnection, HttpRequestMessage } from '@tabernetes/worker/connect';
import { type WebSocket, WebSocketServer } from 'ws';

/** The newest first. Older ones differ in how the end of a process is told, and cannot end stdin alone. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Whether a client wants the streams of a process over a WebSocket, in a protocol that we speak. */
export function asksForChannels({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && protocolOf(headers) !== undefined;
}

const protocolOf = (headers: IncomingMessage['headers']): string | undefined => {
  const asked = (headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
  return PROTOCOLS.find((protocol) => asked.includes(protocol));
};

const upgrader = (protocol: string): WebSocketServer =>
  new WebSocketServer({ noServer: true, handleProtocols: () => protocol, perMessageDeflate: false });

/** Asks the host; once it agrees, its messages and the client's pass through. What it refuses is answered as it stands. */
export function upgradeToChannels(
  connection: HttpConnection,
  message: HttpRequestMessage,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  const { method, headers } = message;
  let client: WebSocket | undefined;
  let refusal = '';
  const refused: Uint8Array[] = [];
  const early: Buffer[] = [];
  socket.on('error', () => socket.destroy());
  const upload = connection.stream(
    { ...message, method: 'POST', headers: [...headers, ['upgrade', 'websocket'], [CHANNELS_HEADER, method]] },
    {
      head(status, answered) {
        if (!answered.some(([name]) => name === CHANNELS_HEADER)) {
          const lines = answered.filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding');
          refusal = `HTTP/1.1 ${status} \r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}`;
          return;
        }
        upgrader(protocolOf(request.headers) ?? '').handleUpgrade(request, socket, head, (accepted) => {
          client = accepted;
          accepted.on('message', (data: Buffer) => upload.input(new Uint8Array(data)));
          accepted.on('close', () => upload.abort());
          accepted.on('error', () => upload.abort());
          for (const bytes of early) accepted.send(bytes);
        });
      },
      chunk(bytes, acknowledge) {
        if (refusal !== '') refused.push(bytes);
        else if (client === undefined) early.push(Buffer.from(bytes));
        else {
          client.send(bytes, acknowledge);
          return;
        }
        acknowledge();
      },
      end() {
        if (refusal === '') {
          client?.close(1000);
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
