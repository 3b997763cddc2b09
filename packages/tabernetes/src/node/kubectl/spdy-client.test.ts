import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SpdySession, type SpdyStream } from '../spdy/spdy-session.ts';
import { SpdyClient } from './spdy-client.ts';

describe('TAB-8 the side of kubectl', () => {
  let server: Server;
  let client: SpdyClient;
  let onStream: (stream: SpdyStream) => void;
  beforeEach(async () => {
    server = createServer((socket) => {
      const session = new SpdySession(
        (frame) => void socket.write(frame),
        (stream) => onStream(stream),
        () => socket.destroy(),
      );
      socket.on('data', (bytes: Buffer) => session.receive(bytes));
      socket.on('close', () => session.close());
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = await new Promise<Socket>((resolve) => {
      const one = connect((server.address() as AddressInfo).port, '127.0.0.1', () => resolve(one));
    });
    client = new SpdyClient(socket, Buffer.alloc(0));
  });
  afterEach(async () => {
    client.close();
    await client.closed;
    await new Promise((resolve) => server.close(resolve));
  });

  test('TAB-8 streams carry bytes both ways, headers with them, and end on their own', async () => {
    onStream = (stream) => {
      const said: Buffer[] = [];
      stream.onData = (bytes) => said.push(Buffer.from(bytes));
      stream.onEnd = () => {
        stream.write(Buffer.from(`${stream.headers.get('port')}: ${Buffer.concat(said)}`));
        stream.end();
      };
    };
    const streams = ['80', '81'].map((port) => client.open({ streamtype: 'data', port }));
    for (const [at, stream] of streams.entries()) {
      stream.write(Buffer.from(`hello ${at}`));
      stream.end();
    }
    expect(await Promise.all(streams.map(({ readable }) => new Response(readable).text()))).toEqual([
      '80: hello 0',
      '81: hello 1',
    ]);
  });

  test('TAB-8 streams fail when the connection is lost', async () => {
    onStream = () => client.close();
    const { readable } = client.open({ streamtype: 'data', port: '80' });
    await expect(new Response(readable).text()).rejects.toThrow();
  });
});
