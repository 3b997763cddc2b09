import type { Socket } from 'node:net';
import {
  CONTROL,
  controlFrame,
  dataFrame,
  FIN,
  HEAD_BYTES,
  ID,
  PING,
  RST_STREAM,
  SYN_REPLY,
  SYN_STREAM,
} from '../spdy/frames.ts';
import { HeaderBlocks } from '../spdy/header-block.ts';

/** One stream of a session, which this side has opened. */
export interface ClientStream {
  /** Bytes of the other side, in order; ends when it has no more to say. */
  readonly readable: ReadableStream<Uint8Array>;
  write(bytes: Uint8Array): void;
  /** No more will be said here. */
  end(): void;
  /** Gives the stream up. */
  reset(): void;
}

/**
 * The client's side of SPDY/3.1 as far as servers of Kubernetes speak it, on a socket that has been upgraded.
 *
 * @see https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/
 */
export class SpdyClient {
  readonly #socket: Socket;
  readonly #blocks = new HeaderBlocks();
  readonly #streams = new Map<number, ReadableStreamDefaultController<Uint8Array>>();
  #buffer: Buffer;
  #nextId = 1;
  #writing: Promise<void> = Promise.resolve();
  #reading: Promise<void> = Promise.resolve();
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;

  constructor(socket: Socket, head: Buffer) {
    this.#socket = socket;
    this.#buffer = head;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, bytes]);
      this.#take();
    });
    void this.closed.then(() => {
      for (const stream of this.#streams.values()) stream.error(new Error('EOF'));
      this.#streams.clear();
      this.#blocks.close();
    });
    this.#take();
  }

  open(headers: Readonly<Record<string, string>>): ClientStream {
    const id = this.#nextId;
    this.#nextId += 2;
    const readable = new ReadableStream<Uint8Array>({
      start: (controller) => void this.#streams.set(id, controller),
      cancel: () => void this.#streams.delete(id),
    });
    const send = (frame: () => Buffer | Promise<Buffer>): void => {
      this.#writing = this.#writing.then(async () => void this.#socket.write(await frame())).catch(() => this.close());
    };
    send(async () => {
      // Stream, no stream that it belongs to, no priority.
      const body = Buffer.concat([uint32(id), uint32(0), Buffer.alloc(2), await this.#blocks.encode(headers)]);
      return controlFrame(SYN_STREAM, body);
    });
    return {
      readable,
      write: (bytes) => send(() => dataFrame(id, bytes, false)),
      end: () => send(() => dataFrame(id, new Uint8Array(0), true)),
      reset: () => send(() => controlFrame(RST_STREAM, Buffer.concat([uint32(id), uint32(CANCEL)]))),
    };
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(): void {
    while (this.#buffer.length >= HEAD_BYTES) {
      const length = HEAD_BYTES + this.#buffer.readUIntBE(5, 3);
      if (this.#buffer.length < length) return;
      const frame = this.#buffer.subarray(0, length);
      this.#buffer = this.#buffer.subarray(length);
      this.#reading = this.#reading.then(() => this.#frame(frame)).catch(() => this.close());
    }
  }

  async #frame(frame: Buffer): Promise<void> {
    const first = frame.readUInt32BE(0);
    const body = frame.subarray(HEAD_BYTES);
    const ends = (frame.readUInt8(4) & FIN) !== 0;
    if ((first & CONTROL) === 0) {
      const stream = this.#streams.get(first);
      if (body.length > 0) stream?.enqueue(new Uint8Array(body));
      if (ends) this.#end(first);
      return;
    }
    switch (first & 0xffff) {
      case SYN_REPLY:
        // Its headers say nothing, but the text that is deflated goes through them.
        await this.#blocks.decode(body.subarray(4));
        if (ends) this.#end(body.readUInt32BE(0) & ID);
        break;
      case RST_STREAM:
        this.#end(body.readUInt32BE(0) & ID);
        break;
      case PING:
        // Even numbers are the server's: they come back as they are.
        if (body.readUInt32BE(0) % 2 === 0) this.#socket.write(frame);
        break;
    }
  }

  #end(id: number): void {
    this.#streams.get(id)?.close();
    this.#streams.delete(id);
  }
}

const CANCEL = 5;

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
