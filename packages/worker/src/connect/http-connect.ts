import type { FrontMessage, HostMessage, PortLike } from '../http-protocol.ts';

/** A response whose body arrives through callbacks: what an HTTP server can write out without another copy. */
export interface HttpExchange {
  /** `streams`: the body may be long in coming; the client must not wait for it to see the head. */
  head(status: number, headers: readonly (readonly [string, string])[], streams: boolean): void;
  /** Returns false to be slowed down: call `acknowledge` once it has been written. */
  chunk(bytes: Uint8Array, acknowledge: () => void): void;
  end(error?: string): void;
}

export interface HttpRequestMessage {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Uint8Array;
  /** DER, when the client showed one in the TLS handshake. */
  readonly clientCertificate?: Uint8Array;
}

export interface HttpConnection {
  /** Sends a request; the returned function tells the host that the client went away. */
  send(request: HttpRequestMessage, exchange: HttpExchange): () => void;
  /** Sends a request whose body goes on coming while the answer does. */
  stream(request: HttpRequestMessage, exchange: HttpExchange): HttpUpload;
  dispose(): void;
}

export interface HttpUpload {
  input(bytes: Uint8Array): void;
  end(): void;
  /** The client went away. */
  abort(): void;
}

/** The front's side of HTTP over a port. */
export function connectHttp(port: PortLike): HttpConnection {
  const open = new Map<number, HttpExchange>();
  let lastId = 0;
  const post = (message: FrontMessage) => port.postMessage(message);

  const listener = ({ data }: { readonly data: unknown }): void => {
    const message = data as HostMessage;
    const exchange = open.get(message.id);
    if (exchange === undefined) return;
    switch (message.type) {
      case 'head':
        exchange.head(message.status, message.headers, message.body === undefined);
        if (message.body === undefined) break;
        open.delete(message.id);
        if (message.body.byteLength > 0) exchange.chunk(message.body, () => undefined);
        exchange.end();
        break;
      case 'chunk':
        exchange.chunk(message.bytes, () => post({ type: 'ack', id: message.id, chunks: 1 }));
        break;
      case 'end':
        open.delete(message.id);
        exchange.end(message.error);
        break;
    }
  };
  port.addEventListener('message', listener);
  port.start?.();

  return {
    send(request, exchange) {
      const id = ++lastId;
      open.set(id, exchange);
      post({ type: 'request', id, ...request });
      return () => {
        if (open.delete(id)) post({ type: 'abort', id });
      };
    },
    stream(request, exchange) {
      const id = ++lastId;
      open.set(id, exchange);
      post({ type: 'request', id, streams: true, ...request });
      return {
        input: (bytes) => post({ type: 'input', id, bytes }),
        end: () => post({ type: 'input', id }),
        abort() {
          if (open.delete(id)) post({ type: 'abort', id });
        },
      };
    },
    dispose() {
      port.removeEventListener('message', listener);
      for (const exchange of open.values()) exchange.end('the cluster has stopped');
      open.clear();
    },
  };
}
