import type { Chunk, Connection, HttpCall, HttpReply, Listener, ServeOptions, TlsIdentity } from '@tabernetes/node-api';
import { chunk, given, maybe, members, number, text, textMembers, whole } from './arguments.ts';
import type { CallContext, Calls } from './call-context.ts';

/** The network of the process's Pod, and nothing beyond it. */
export function netCalls({ proc, open, close, callGuest, notify }: CallContext): Calls {
  const aborts = new Map<number, AbortController>();
  const listeners = new Map<number, Listener>();
  const served = new Map<number, AbortSignal>();

  const told = (connection: Connection) => {
    const { local, remote } = connection;
    return { handle: open({ connection }), local, remote };
  };
  const connectOptions = (value: unknown) => {
    const { timeoutMs, localPort } = members(value);
    return given({ timeoutMs: maybe(timeoutMs, number), localPort: maybe(localPort, whole) });
  };
  const serveOptions = (value: unknown): ServeOptions => {
    const { host, tls } = members(value);
    return given({
      host: maybe(host, text),
      tls: maybe(tls, (identity): TlsIdentity => {
        const { certificatePem, keyPem } = members(identity);
        return { certificatePem: text(certificatePem), keyPem: text(keyPem) };
      }),
    });
  };
  /** A body of the program: as it is, or asked for piece by piece. */
  const bodyOf = (value: unknown): Chunk | AsyncIterable<Uint8Array> | undefined => {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string' || value instanceof Uint8Array) return value;
    return pieces(whole(members(value)['from']));
  };
  async function* pieces(from: number): AsyncGenerator<Uint8Array> {
    let isOver = false;
    try {
      for (;;) {
        const piece = await callGuest(from, false);
        if (piece === undefined || piece === null) break;
        const data = chunk(piece);
        yield typeof data === 'string' ? new TextEncoder().encode(data) : data;
      }
      isOver = true;
    } finally {
      if (!isOver) notify(from, true);
    }
  }
  const listening = async (key: unknown, listener: Listener) => {
    listeners.set(whole(key), listener);
    await listener.bound;
    return listener.address;
  };

  const answer = async (to: number, call: HttpCall): Promise<HttpReply> => {
    const { method, url, headers, remote, tls, body, signal } = call;
    const handle = open({ pieces: body[Symbol.asyncIterator]() });
    served.set(handle, signal);
    try {
      const reply = members(await callGuest(to, { handle, method, url, headers, remote, tls }));
      return given({
        status: maybe(reply['status'], statusCode),
        headers: maybe(reply['headers'], textMembers),
        body: bodyOf(reply['body']),
      });
    } finally {
      served.delete(handle);
      close(handle);
    }
  };

  return {
    resolve: (name) => proc.net.resolve(text(name)),
    query: (name, type) => proc.net.query(text(name), text(type) as 'A'),
    connect: async (host, port, options) =>
      told(await proc.net.connect(text(host), whole(port), connectOptions(options))),
    listen: (port, to, options, key) => {
      const target = whole(to);
      const onConnection = (connection: Connection): void => notify(target, told(connection));
      return listening(key, proc.net.listen(whole(port), onConnection, serveOptions(options)));
    },
    serve: (port, to, options, key) => {
      const target = whole(to);
      return listening(
        key,
        proc.net.serve(whole(port), (call) => answer(target, call), serveOptions(options)),
      );
    },
    unlisten: (key) => {
      listeners.get(whole(key))?.close();
      listeners.delete(whole(key));
    },
    gone: (handle, to) => {
      const [signal, target] = [served.get(whole(handle)), whole(to)];
      if (signal?.aborted === true) notify(target);
      else signal?.addEventListener('abort', () => notify(target), { once: true });
    },
    fetch: async (url, value, key) => {
      const { method, headers, body, caPem, insecure, connectTo, ...rest } = members(value);
      const abort = new AbortController();
      aborts.set(whole(key), abort);
      try {
        const { body: pieces, ...answer } = await proc.net.fetch(text(url), {
          ...connectOptions(rest),
          ...given({
            method: maybe(method, text),
            headers: maybe(headers, textMembers),
            body: bodyOf(body),
            caPem: maybe(caPem, text),
            insecure: insecure === true ? true : undefined,
            connectTo: maybe(connectTo, (address) => ({
              ip: text(members(address)['ip']),
              port: whole(members(address)['port']),
            })),
          }),
          signal: abort.signal,
        });
        const { status, statusText, headers: told, httpVersion } = answer;
        return {
          handle: open({ pieces: pieces[Symbol.asyncIterator]() }),
          status,
          statusText,
          headers: told,
          httpVersion,
        };
      } catch (error) {
        aborts.delete(whole(key));
        throw error;
      }
    },
    abort: (key) => {
      aborts.get(whole(key))?.abort(new Error('the request was given up'));
      aborts.delete(whole(key));
    },
  };
}

function statusCode(value: unknown): number {
  const code = whole(value);
  if (code < 100 || code > 999) throw new TypeError(`${code} is no status of HTTP`);
  return code;
}
