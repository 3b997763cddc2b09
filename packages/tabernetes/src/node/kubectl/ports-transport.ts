import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ApiRequest, ApiResponse, PortForwardSession } from '@tabernetes/apimachinery';
import { type ClientStream, SpdyClient } from './spdy-client.ts';

/** True of requests whose answer is connections to the ports of a Pod. */
export const wantsPorts = ({ path, headers }: ApiRequest): boolean =>
  headers['upgrade'] !== undefined && path.endsWith('/portforward');

/** What asks for SPDY instead of what the request says. */
export const PORTS_HEADERS = {
  connection: 'Upgrade',
  upgrade: 'SPDY/3.1',
  'x-stream-protocol-version': 'portforward.k8s.io',
};

/** The session, or undefined when the server refuses: its answer then comes as any other. */
export function openPorts(call: ClientRequest): Promise<ApiResponse | IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.once('error', reject);
    call.once('response', resolve);
    call.once('upgrade', (_, socket: Socket, head: Buffer) => {
      resolve({ status: 101, headers: {}, body: { kind: 'portForward', session: sessionOver(socket, head) } });
    });
  });
}

/**
 * For each connection two streams: one for its bytes, and one that tells why there are none.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/staging/src/k8s.io/client-go/tools/portforward/portforward.go
 */
function sessionOver(socket: Socket, head: Buffer): PortForwardSession {
  const client = new SpdyClient(socket, head);
  let requests = 0;
  return {
    async open(port) {
      const headers = { port: String(port), requestid: String(requests++) };
      const error = client.open({ streamtype: 'error', ...headers });
      error.end();
      const data = client.open({ streamtype: 'data', ...headers });
      return { readable: withFailure(data, error), writable: writableOf(data) };
    },
    close: () => client.close(),
  };
}

/** The bytes of a connection; what its other stream says ends them with that error. */
function withFailure(data: ClientStream, error: ClientStream): ReadableStream<Uint8Array> {
  const reader = data.readable.getReader();
  const failure = new Response(error.readable).text();
  failure.catch(() => undefined);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (!done) {
        controller.enqueue(value);
        return;
      }
      const text = await failure;
      if (text === '') controller.close();
      else controller.error(new Error(text));
    },
    cancel: () => data.reset(),
  });
}

const writableOf = (data: ClientStream): WritableStream<Uint8Array> =>
  new WritableStream({ write: (bytes) => data.write(bytes), close: () => data.end(), abort: () => data.reset() });
