import { decodePortMessage, encodePortMessage, PORT_MESSAGE } from '@tabernetes/apimachinery';
import type { HttpUpload } from '@tabernetes/worker/connect';
import type { SpdyStream } from './spdy-session.ts';

/** The streams of a client's port-forward, and the host's messages about their connections. */
export interface ForwardedPorts {
  stream(stream: SpdyStream): void;
  message(bytes: Uint8Array): void;
}

interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
  failure?: Uint8Array;
  isOver?: boolean;
}

/**
 * For each connection clients open two streams of the same `requestid`: one for its bytes, and one that tells why there
 * are none. The second ends when the connection does.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/staging/src/k8s.io/client-go/tools/portforward/portforward.go
 */
export function forwardedPorts(host: HttpUpload): ForwardedPorts {
  const pairs = new Map<number, Pair>();
  const settle = (id: number, pair: Pair): void => {
    if (pair.isOver !== true || pair.error === undefined) return;
    if (pair.failure !== undefined) pair.error.write(pair.failure);
    pair.error.end();
    if (pair.data !== undefined) pairs.delete(id);
  };
  return {
    stream(stream) {
      const id = Number(stream.headers.get('requestid') ?? '0');
      const pair = pairs.get(id) ?? {};
      pairs.set(id, pair);
      if (stream.headers.get('streamtype') === 'error') {
        pair.error = stream;
        settle(id, pair);
        return;
      }
      pair.data = stream;
      const port = new Uint8Array(2);
      new DataView(port.buffer).setUint16(0, Number(stream.headers.get('port') ?? '0'));
      host.input(encodePortMessage(PORT_MESSAGE.open, id, port));
      stream.onData = (bytes) => host.input(encodePortMessage(PORT_MESSAGE.data, id, bytes));
      stream.onEnd = () => host.input(encodePortMessage(PORT_MESSAGE.end, id));
      stream.onReset = () => host.input(encodePortMessage(PORT_MESSAGE.abort, id));
    },
    message(bytes) {
      const message = decodePortMessage(bytes);
      const pair = message && pairs.get(message.connection);
      if (message === undefined || pair === undefined) return;
      if (message.type === PORT_MESSAGE.data) {
        pair.data?.write(message.payload);
        return;
      }
      if (message.type === PORT_MESSAGE.failed) pair.failure = message.payload;
      pair.isOver = true;
      pair.data?.end();
      settle(message.connection, pair);
    },
  };
}
