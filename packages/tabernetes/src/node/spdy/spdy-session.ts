import {
  CONTROL,
  controlFrame,
  dataFrame,
  FIN,
  HEAD_BYTES,
  HEADERS,
  ID,
  PING,
  RST_STREAM,
  SYN_REPLY,
  SYN_STREAM,
} from './frames.ts';
import { HeaderBlocks } from './header-block.ts';

/** One stream of a session, which the client has opened. */
export interface SpdyStream {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  onData: (bytes: Buffer) => void;
  /** The client has no more to say. */
  onEnd: () => void;
  /** The client has given it up. */
  onReset: () => void;
  write(bytes: Uint8Array): void;
  /** No more will be said here. */
  end(): void;
}

/**
 * The server's side of SPDY/3.1 as far as Kubernetes' clients speak it: streams that they open, bytes both ways, pings.
 * Nothing is held back (clients of Kubernetes know no windows).
 *
 * @see https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/
 */
export class SpdySession {
  readonly #send: (frame: Buffer) => void;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #onBroken: () => void;
  readonly #blocks = new HeaderBlocks();
  readonly #streams = new Map<number, OpenStream>();
  #buffer: Buffer = Buffer.alloc(0);
  #reading: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** `onBroken`: what came is no SPDY, nothing more is read. */
  constructor(send: (frame: Buffer) => void, onStream: (stream: SpdyStream) => void, onBroken: () => void) {
    this.#send = send;
    this.#onStream = onStream;
    this.#onBroken = onBroken;
  }

  receive(bytes: Uint8Array): void {
    this.#reading = this.#reading.then(() => this.#take(bytes)).catch(() => this.#fail());
  }

  /** Resolves when all that came has been read, and all that was said has been sent. */
  async flushed(): Promise<void> {
    await this.#reading;
    await this.#writing;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#blocks.close();
  }

  #fail(): void {
    if (this.#isClosed) return;
    this.close();
    this.#onBroken();
  }

  async #take(bytes: Uint8Array): Promise<void> {
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#buffer, bytes]);
    while (!this.#isClosed && this.#buffer.length >= HEAD_BYTES) {
      const length = HEAD_BYTES + this.#buffer.readUIntBE(5, 3);
      if (this.#buffer.length < length) return;
      const frame = this.#buffer.subarray(0, length);
      this.#buffer = this.#buffer.subarray(length);
      await this.#frame(frame);
    }
  }

  async #frame(frame: Buffer): Promise<void> {
    const first = frame.readUInt32BE(0);
    const flags = frame.readUInt8(4);
    const body = frame.subarray(HEAD_BYTES);
    if ((first & CONTROL) === 0) {
      this.#data(first, body, (flags & FIN) !== 0);
      return;
    }
    switch (first & 0xffff) {
      case SYN_STREAM: {
        const id = body.readUInt32BE(0) & ID;
        await this.#open(id, await this.#blocks.decode(body.subarray(10)), (flags & FIN) !== 0);
        break;
      }
      case RST_STREAM: {
        const id = body.readUInt32BE(0) & ID;
        const stream = this.#streams.get(id);
        this.#streams.delete(id);
        stream?.onReset();
        break;
      }
      case PING:
        // Odd numbers are the client's: they come back as they are.
        if (body.readUInt32BE(0) % 2 === 1) this.#write(() => frame);
        break;
      case HEADERS:
        // Nobody uses them, but the text that is deflated goes through them.
        await this.#blocks.decode(body.subarray(4));
        break;
    }
  }

  async #open(id: number, headers: ReadonlyMap<string, string>, ended: boolean): Promise<void> {
    const stream = new OpenStream(headers, {
      data: (bytes, fin) => this.#write(() => dataFrame(id, bytes, fin)),
      done: () => void this.#streams.delete(id),
    });
    this.#streams.set(id, stream);
    this.#write(async () => {
      const block = await this.#blocks.encodeNothing();
      const body = Buffer.alloc(4);
      body.writeUInt32BE(id);
      return controlFrame(SYN_REPLY, Buffer.concat([body, block]));
    });
    this.#onStream(stream);
    if (ended) stream.clientEnded();
  }

  #data(id: number, bytes: Buffer, fin: boolean): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (bytes.length > 0) stream.onData(bytes);
    if (fin) stream.clientEnded();
  }

  #write(frame: () => Buffer | Promise<Buffer>): void {
    this.#writing = this.#writing
      .then(async () => {
        if (!this.#isClosed) this.#send(await frame());
      })
      .catch(() => this.#fail());
  }
}

class OpenStream implements SpdyStream {
  readonly headers: ReadonlyMap<string, string>;
  readonly #to: { data(bytes: Uint8Array, fin: boolean): void; done(): void };
  #hasClientEnded = false;
  #hasEnded = false;
  onData: (bytes: Buffer) => void = () => undefined;
  onEnd: () => void = () => undefined;
  onReset: () => void = () => undefined;

  constructor(headers: ReadonlyMap<string, string>, to: { data(bytes: Uint8Array, fin: boolean): void; done(): void }) {
    this.headers = headers;
    this.#to = to;
  }

  write(bytes: Uint8Array): void {
    if (this.#hasEnded) return;
    for (let at = 0; at < bytes.length; at += MAX_DATA) this.#to.data(bytes.subarray(at, at + MAX_DATA), false);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#to.data(new Uint8Array(0), true);
    if (this.#hasClientEnded) this.#to.done();
  }

  clientEnded(): void {
    if (this.#hasClientEnded) return;
    this.#hasClientEnded = true;
    this.onEnd();
    if (this.#hasEnded) this.#to.done();
  }
}

/** Lengths of frames have 24 bits. */
const MAX_DATA = 0xff_ffff;
