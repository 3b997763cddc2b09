import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { decodePortMessage, encodePortMessage, PORT_MESSAGE } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forwardedPorts } from './forwarded-ports.ts';
import { DICTIONARY } from './header-block.ts';
import { processStreams } from './process-streams.ts';
import { SpdySession, type SpdyStream } from './spdy-session.ts';

/** A client as small as can be: frames as they stand in the protocol's description. */
class Client {
  readonly #deflate: Deflate = createDeflate({ dictionary: DICTIONARY });
  readonly #inflate: Inflate = createInflate({ dictionary: DICTIONARY });
  readonly frames: Buffer[] = [];
  session!: SpdySession;

  async open(id: number, headers: Readonly<Record<string, string>>): Promise<void> {
    const text = (value: string): Buffer => Buffer.concat([uint32(value.length), Buffer.from(value)]);
    const pairs = Object.entries(headers);
    this.#deflate.write(
      Buffer.concat([uint32(pairs.length), ...pairs.flatMap(([name, value]) => [text(name), text(value)])]),
    );
    await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    const body = Buffer.concat([uint32(id), uint32(0), Buffer.alloc(2), this.#deflate.read() as Buffer]);
    this.session.receive(Buffer.concat([Buffer.of(0x80, 3, 0, 1, 0), uint24(body.length), body]));
    await this.settled();
  }
  async data(id: number, text: string, fin = false): Promise<void> {
    this.session.receive(Buffer.concat([uint32(id), Buffer.of(fin ? 1 : 0), uint24(text.length), Buffer.from(text)]));
    await this.settled();
  }
  async control(type: number, body: Buffer): Promise<void> {
    this.session.receive(Buffer.concat([Buffer.of(0x80, 3, 0, type, 0), uint24(body.length), body]));
    await this.settled();
  }
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await this.session.flushed();
  }
  /** `reply 1`, `1: text`, `1 ends`, `ping 3` */
  said(): string[] {
    return this.frames.splice(0).flatMap((frame) => {
      const id = frame.readUInt32BE(frame[0] === 0x80 ? 8 : 0);
      if (frame[0] === 0x80) return frame[3] === 2 ? [`reply ${id}`] : [`ping ${id}`];
      const text = frame.subarray(8).toString();
      return [...(text === '' ? [] : [`${id}: ${text}`]), ...(frame[4] === 1 ? [`${id} ends`] : [])];
    });
  }
  dispose(): void {
    this.#deflate.destroy();
    this.#inflate.destroy();
    this.session.close();
  }
}

const uint32 = (n: number): Buffer => Buffer.from([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
const uint24 = (n: number): Buffer => Buffer.from([(n >>> 16) & 255, (n >>> 8) & 255, n & 255]);

let client: Client;
let told: Uint8Array[];
let isBroken: boolean;
const host = {
  input: (bytes: Uint8Array) => void told.push(bytes),
  end: () => undefined,
  abort: () => undefined,
};
function connect(onStream: (stream: SpdyStream) => void): void {
  client.session = new SpdySession(
    (frame) => void client.frames.push(Buffer.from(frame)),
    onStream,
    () => {
      isBroken = true;
    },
  );
}
beforeEach(() => {
  client = new Client();
  told = [];
  isBroken = false;
});
afterEach(() => client.dispose());

describe('TAB-8 ports over SPDY', () => {
  const messages = (): string[] =>
    told.splice(0).map((bytes) => {
      const { type, connection, payload } = decodePortMessage(bytes) ?? { type: -1, connection: -1, payload: bytes };
      const name = Object.entries(PORT_MESSAGE).find(([, value]) => value === type)?.[0];
      const rest = type === PORT_MESSAGE.open ? String(Buffer.from(payload).readUInt16BE(0)) : Buffer.from(payload);
      return `${name} ${connection} ${rest}`.trim();
    });

  test('TAB-8 each pair of streams is a connection, whose end closes both', async () => {
    const ports = forwardedPorts(host);
    connect((stream) => ports.stream(stream));
    await client.open(1, { streamType: 'error', port: '80', requestID: '0' });
    await client.data(1, '', true);
    await client.open(3, { streamType: 'data', port: '80', requestID: '0' });
    await client.data(3, 'GET /', false);
    expect(client.said()).toEqual(['reply 1', 'reply 3']);
    expect(messages()).toEqual(['open 0 80', 'data 0 GET /']);
    ports.message(encodePortMessage(PORT_MESSAGE.data, 0, Buffer.from('hello')));
    ports.message(encodePortMessage(PORT_MESSAGE.end, 0));
    await client.settled();
    expect(client.said()).toEqual(['3: hello', '3 ends', '1 ends']);
    await client.data(3, '', true);
    expect(messages()).toEqual(['end 0']);
  });

  test('TAB-8 why there is no connection is said in its stream for errors', async () => {
    const ports = forwardedPorts(host);
    connect((stream) => ports.stream(stream));
    await client.open(1, { streamType: 'error', port: '9', requestID: '4' });
    await client.open(3, { streamType: 'data', port: '9', requestID: '4' });
    client.said();
    ports.message(encodePortMessage(PORT_MESSAGE.failed, 4, Buffer.from('nobody listens')));
    await client.settled();
    expect(client.said()).toEqual(['3 ends', '1: nobody listens', '1 ends']);
  });

  test('TAB-8 a stream that is reset gives its connection up; pings come back', async () => {
    const ports = forwardedPorts(host);
    connect((stream) => ports.stream(stream));
    await client.open(1, { streamType: 'data', port: '9', requestID: '1' });
    await client.control(3, Buffer.concat([uint32(1), uint32(5)]));
    await client.control(6, uint32(7));
    expect(client.said()).toEqual(['reply 1', 'ping 7']);
    expect(messages()).toEqual(['open 1 9', 'abort 1']);
  });
});

describe('TAB-8 processes over SPDY', () => {
  test('TAB-8 streams carry the channels; what is early waits', async () => {
    const streams = processStreams(host);
    connect((stream) => streams.stream(stream));
    streams.message(Buffer.from('\x01early'));
    await client.open(1, { streamtype: 'error' });
    await client.open(3, { streamtype: 'stdin' });
    await client.open(5, { streamtype: 'stdout' });
    await client.data(3, 'ls\n', true);
    streams.message(Buffer.from('\x01files'));
    streams.message(Buffer.from('\x03{}'));
    streams.end();
    await client.settled();
    expect(client.said()).toEqual([
      'reply 1',
      'reply 3',
      'reply 5',
      '5: early',
      '5: files',
      '1: {}',
      '1 ends',
      '3 ends',
      '5 ends',
    ]);
    expect(told.map((bytes) => [...bytes])).toEqual([
      [0, ...Buffer.from('ls\n')],
      [255, 0],
    ]);
  });
});

test('TAB-8 streams that come after the end have it, too', async () => {
  const streams = processStreams(host);
  connect((stream) => streams.stream(stream));
  streams.message(Buffer.from('\x02gone'));
  streams.end();
  await client.open(1, { streamtype: 'stderr' });
  expect(client.said()).toEqual(['reply 1', '1: gone', '1 ends']);
});

test('TAB-8 what is no SPDY ends the connection', async () => {
  connect(() => undefined);
  await client.control(1, Buffer.from('this is no block of headers'));
  expect(isBroken).toBe(true);
});
