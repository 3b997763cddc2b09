import type { Disposable } from '@tabernetes/base';
import { type FrontMessage, type HostMessage, type PortLike, WINDOW } from '../http-protocol.ts';

export type Fetch = (request: Request, connection: { readonly clientCertificate?: Uint8Array }) => Promise<Response>;

/** Answers the requests that come in through `port` with `fetch`. Disposing aborts what is under way. */
export function hostHttp(port: PortLike, fetch: Fetch): Disposable {
  const open = new Map<number, Exchange>();
  const send = (message: HostMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

  const listener = ({ data }: { readonly data: unknown }): void => {
    const message = data as FrontMessage;
    switch (message.type) {
      case 'request': {
        const exchange = new Exchange();
        open.set(message.id, exchange);
        void answer(message, exchange, fetch, send).finally(() => open.delete(message.id));
        break;
      }
      case 'input':
        open.get(message.id)?.input(message.bytes);
        break;
      case 'ack':
        open.get(message.id)?.acknowledge(message.chunks);
        break;
      case 'abort':
        open.get(message.id)?.abort();
        break;
    }
  };
  port.addEventListener('message', listener);
  port.start?.();
  return {
    dispose() {
      port.removeEventListener('message', listener);
      for (const exchange of open.values()) exchange.abort();
    },
  };
}

/** One request under way: who to tell when its client leaves, and how many chunks may still be sent. */
class Exchange {
  readonly #controller = new AbortController();
  #input: ReadableStreamDefaultController<Uint8Array> | undefined;
  #credit = WINDOW;
  #wake: (() => void) | undefined;

  /** The request's body, as it comes in. */
  readonly body = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start: (controller) => {
        this.#input = controller;
      },
      cancel: () => {
        this.#input = undefined;
      },
    });
  input(bytes: Uint8Array | undefined): void {
    if (bytes !== undefined) this.#input?.enqueue(bytes);
    else this.#endInput();
  }
  #endInput(): void {
    this.#input?.close();
    this.#input = undefined;
  }
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  abort(): void {
    this.#endInput();
    this.#controller.abort();
    this.#wake?.();
  }
  acknowledge(chunks: number): void {
    this.#credit += chunks;
    this.#wake?.();
  }
  /** Resolves when a chunk may be sent, or the client is gone. */
  async credit(): Promise<void> {
    while (this.#credit === 0 && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#credit--;
  }
}

async function answer(
  message: FrontMessage & { type: 'request' },
  exchange: Exchange,
  fetch: Fetch,
  send: (message: HostMessage, transfer?: ArrayBuffer[]) => void,
): Promise<void> {
  const { id } = message;
  try {
    const response = await fetch(
      new Request(message.url, {
        method: message.method,
        headers: message.headers as [string, string][],
        signal: exchange.signal,
        // Bodies of GET and HEAD have no meaning to us, and Request refuses them.
        ...(message.body &&
          message.method !== 'GET' &&
          message.method !== 'HEAD' && { body: message.body as BodyInit }),
        ...(message.streams && { body: exchange.body(), duplex: 'half' }),
      } as RequestInit),
      message.clientCertificate ? { clientCertificate: message.clientCertificate } : {},
    );
    const head = { type: 'head', id, status: response.status, headers: [...response.headers] } as const;
    if (response.body === null || response.headers.has('content-length')) {
      const bytes = response.body === null ? new Uint8Array(0) : new Uint8Array(await response.arrayBuffer());
      send({ ...head, body: bytes }, [bytes.buffer]);
      return;
    }
    send(head);
    await pump(id, response.body, exchange, send);
  } catch (error) {
    if (!exchange.signal.aborted)
      send({ type: 'end', id, error: error instanceof Error ? error.message : String(error) });
  }
}

async function pump(
  id: number,
  body: ReadableStream<Uint8Array>,
  exchange: Exchange,
  send: (message: HostMessage) => void,
): Promise<void> {
  const reader = body.getReader();
  exchange.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined), { once: true });
  for (;;) {
    const { done, value } = await reader.read();
    if (done || exchange.signal.aborted) break;
    await exchange.credit();
    send({ type: 'chunk', id, bytes: value });
  }
  if (!exchange.signal.aborted) send({ type: 'end', id });
}
