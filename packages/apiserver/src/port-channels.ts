import {
  decodePortMessage,
  encodePortMessage,
  PORT_MESSAGE,
  type PortForwardSession,
  type PortMessage,
} from '@tabernetes/apimachinery';

/** The connections of a port-forward as the messages of {@link PortMessage}. */
export function portChannels(
  session: PortForwardSession,
  input: ReadableStream<Uint8Array> | null,
): ReadableStream<Uint8Array> {
  const open = new Map<number, OpenConnection>();
  const close = (): void => {
    for (const connection of open.values()) connection.abort();
    open.clear();
    session.close();
  };
  let wanted: (() => void) | undefined;
  return new ReadableStream({
    start(controller) {
      const sink: Sink = {
        send: (type, id, payload) => controller.enqueue(encodePortMessage(type, id, payload)),
        async ready() {
          while ((controller.desiredSize ?? 0) <= 0) {
            await new Promise<void>((resolve) => {
              wanted = resolve;
            });
          }
        },
        closed: (id) => void open.delete(id),
      };
      void receive(input, (message) => {
        const { type, connection: id, payload } = message;
        if (type === PORT_MESSAGE.open) {
          const port = new DataView(payload.buffer, payload.byteOffset).getUint16(0);
          open.set(id, new OpenConnection(session, id, port, sink));
        } else open.get(id)?.take(message);
      }).finally(close);
    },
    pull: () => wanted?.(),
    cancel: close,
  });
}

interface Sink {
  send(type: PortMessage['type'], id: number, payload?: Uint8Array): void;
  /** Resolves when the client has taken enough of what was sent. */
  ready(): Promise<void>;
  closed(id: number): void;
}

/** One connection to the Pod, from when it is asked for. */
class OpenConnection {
  readonly #id: number;
  readonly #sink: Sink;
  /** What is written waits for the connection, and one thing for the other. */
  #writing: Promise<WritableStreamDefaultWriter<Uint8Array>>;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #isAborted = false;

  constructor(session: PortForwardSession, id: number, port: number, sink: Sink) {
    this.#id = id;
    this.#sink = sink;
    const opened = session.open(port);
    this.#writing = opened.then(({ writable }) => writable.getWriter());
    this.#writing.catch(() => undefined);
    void this.#carry(opened);
  }

  take({ type, payload }: PortMessage): void {
    if (type === PORT_MESSAGE.abort) {
      this.abort();
      return;
    }
    this.#writing = this.#writing.then(async (writer) => {
      await (type === PORT_MESSAGE.data ? writer.write(payload.slice()) : writer.close());
      return writer;
    });
    // The other side has closed: what it has to say of that comes out of its stream.
    this.#writing.catch(() => undefined);
  }

  abort(): void {
    this.#isAborted = true;
    this.#reader?.cancel().catch(() => undefined);
    this.#writing.then((writer) => writer.abort()).catch(() => undefined);
  }

  async #carry(opened: ReturnType<PortForwardSession['open']>): Promise<void> {
    try {
      this.#reader = (await opened).readable.getReader();
      if (this.#isAborted) this.abort();
      for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) {
        await this.#sink.ready();
        if (this.#isAborted) return;
        this.#sink.send(PORT_MESSAGE.data, this.#id, next.value);
      }
      if (!this.#isAborted) this.#sink.send(PORT_MESSAGE.end, this.#id);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (!this.#isAborted) this.#sink.send(PORT_MESSAGE.failed, this.#id, new TextEncoder().encode(text));
    } finally {
      this.#sink.closed(this.#id);
    }
  }
}

async function receive(input: ReadableStream<Uint8Array> | null, each: (message: PortMessage) => void): Promise<void> {
  const reader = input?.getReader();
  for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
    const message = decodePortMessage(next.value);
    if (message !== undefined) each(message);
  }
}
