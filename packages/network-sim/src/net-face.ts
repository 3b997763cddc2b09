import type {
  Connection,
  FetchOptions,
  HttpAnswer,
  HttpHandler,
  Listener,
  Net,
  NetError,
  ServeOptions,
} from '@tabernetes/node-api';
import { isAddress } from './address/ipv4.ts';
import { connectionPair } from './byte-stream.ts';
import type { Names } from './dns/names.ts';
import { addressesOf, ask } from './dns/resolver.ts';
import { failureOnDemand } from './failure.ts';
import { requestOver } from './http/client.ts';
import { exchange } from './http/exchange.ts';
import { serveConnection } from './http/server.ts';
import { netError } from './net-error.ts';
import type { Face, IdentityOf, ListenerEntry } from './place.ts';
import { CONNECT_TIMEOUT_MS, type Dialed, dial, type Terrain } from './routing/dial.ts';
import { certificateError, checkServer, type ServerIdentity } from './tls/identity.ts';

/** {@link ServeOptions}, for servers of the sandbox itself: their identity may depend on the name that is asked for. */
export interface OwnServeOptions extends Omit<ServeOptions, 'tls'> {
  readonly tls?: ServerIdentity | IdentityOf;
}

/** A place outside of the cluster, or of the sandbox's own servers. */
export interface OwnNet extends Omit<Net, 'listen' | 'serve'> {
  listen(port: number, onConnection: (connection: Connection) => void, options?: OwnServeOptions): Listener;
  serve(port: number, handler: HttpHandler, options?: OwnServeOptions): Listener;
}

/** The network as it looks from a place. */
export function netFace(terrain: Terrain, names: Names, face: Face): OwnNet {
  const { clock, hops } = terrain;
  const { place } = face;

  const resolve = async (name: string): Promise<readonly string[]> => {
    const host = name.startsWith('[') ? name.slice(1, -1) : name;
    if (isAddress(host)) return [host];
    const known = face.hosts[host.toLowerCase().replace(/\.$/, '')];
    if (known !== undefined) return [known];
    if (host === 'localhost') return ['127.0.0.1'];
    if (host === '') throw netError('ENOTFOUND', name);
    const zone = await names.zoneFor(face, name);
    hops.tell('dns', hops.nextConnection(), { ip: place.ip, port: 0, place }, names.serverOf(face), name);
    return names.inAnyOrder(addressesOf(zone, host, face.dns));
  };

  /** The first address that takes the connection; else why the last one did not. */
  const reach = async (host: string, port: number, options: FetchOptions): Promise<Dialed> => {
    const { timeoutMs = CONNECT_TIMEOUT_MS } = options;
    const deadlineMs = clock.now() + timeoutMs;
    let failure: unknown;
    for (const ip of await resolve(host)) {
      const leftMs = deadlineMs - clock.now();
      if (leftMs <= 0) break;
      try {
        return await dial(terrain, face, ip, port, { ...options, timeoutMs: leftMs });
      } catch (error) {
        failure = error;
      }
    }
    throw failure ?? netError('ETIMEDOUT', `${host}:${port}`);
  };

  const open = (dialed: Dialed, tls: boolean): Connection => {
    const { entry, target, near, far, latencyMs, connection } = dialed;
    const pair = connectionPair(
      {
        clock,
        ways: terrain.ways,
        from: place,
        to: target,
        latencyMs,
        onClosed() {
          place.live.delete(pair);
          target.live.delete(pair);
          hops.tell('closed', connection, { ...near.local, place }, { ...far.local, place: target }, '');
        },
      },
      near,
      far,
    );
    place.live.add(pair);
    target.live.add(pair);
    entry.accept(pair.far, tls);
    return pair.near;
  };

  const bind = (port: number, entry: Omit<ListenerEntry, 'port'>): Listener => {
    const bound: ListenerEntry = { ...entry, port: port === 0 ? place.ephemeralPort() : port };
    place.bind(bound);
    return {
      address: { ip: bound.host, port: bound.port },
      close() {
        if (place.listeners.get(bound.port) === bound) place.listeners.delete(bound.port);
      },
    };
  };

  const request = async (url: URL, options: FetchOptions, signal: AbortSignal | undefined): Promise<HttpAnswer> => {
    const tls = url.protocol === 'https:';
    const host = url.hostname;
    const port = options.connectTo?.port ?? Number(url.port || (tls ? 443 : 80));
    const sent: FetchOptions = signal === undefined ? options : { ...options, signal };
    const dialed = await reach(options.connectTo?.ip ?? host, port, sent);
    const { entry, target, near, far, latencyMs, connection } = dialed;
    const address = `${host}:${port}`;
    const secured = tls ? identityOf(entry, host, address) : undefined;
    if (secured !== undefined && options.insecure !== true) {
      checkServer(secured, { serverName: host, address, caPem: options.caPem, nowMs: clock.now() });
    }
    const [client, server] = [
      { ...near.local, place },
      { ...far.local, place: target },
    ];
    hops.tell('request', connection, client, server, `${options.method ?? 'GET'} ${url.pathname}${url.search}`);
    const handler = !tls && entry.identity !== undefined ? PLAIN_TO_TLS : entry.handler;
    const answer =
      handler === undefined
        ? await overConnection(open(dialed, tls), url, sent)
        : await exchange(handler, url, sent, {
            ways: terrain.ways,
            latencyMs,
            from: place,
            to: target,
            remote: far.remote,
            tls,
            onDone: () => hops.tell('closed', connection, client, server, ''),
          });
    hops.tell('response', connection, server, client, `${answer.status} ${answer.statusText}`.trim());
    return answer;
  };

  return {
    addresses: [place.ip],
    resolve,
    async query(name, type) {
      const zone = await names.zoneFor(face, name);
      hops.tell(
        'dns',
        hops.nextConnection(),
        { ip: place.ip, port: 0, place },
        names.serverOf(face),
        `${type} ${name}`,
      );
      const { records, exists } = ask(zone, name, type);
      if (!exists) throw netError('ENOTFOUND', name);
      return records;
    },
    async connect(host, port, options = {}) {
      return open(await reach(host, port, options), false);
    },
    listen: (port, onConnection, { host = '0.0.0.0', tls } = {}) =>
      bind(port, {
        host,
        identity: identities(tls),
        handler: undefined,
        accept(connection, isTls) {
          // Plain bytes make no sense to who expects a handshake.
          if (tls !== undefined && !isTls) connection.destroy();
          else onConnection(connection);
        },
      }),
    serve: (port, handler, { host = '0.0.0.0', tls } = {}) =>
      bind(port, {
        host,
        identity: identities(tls),
        handler,
        accept(connection, isTls) {
          void serveConnection(connection, tls !== undefined && !isTls ? PLAIN_TO_TLS : handler, isTls);
        },
      }),
    async fetch(address, options = {}) {
      const url = new URL(address);
      const { timeoutMs } = options;
      if (timeoutMs === undefined) return request(url, options, options.signal);
      const stop = new AbortController();
      const late = netError('ETIMEDOUT', `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`);
      const pass = (): void => stop.abort(options.signal?.reason);
      options.signal?.addEventListener('abort', pass, { once: true });
      const over = failureOnDemand();
      const timer = clock.setTimer(
        timeoutMs,
        () => {
          over.fail(late);
          stop.abort(late);
        },
        { background: true },
      );
      try {
        return await Promise.race([request(url, options, stop.signal), over.promise]);
      } finally {
        timer.dispose();
      }
    },
  };
}

/** What Go's server answers. */
const PLAIN_TO_TLS: HttpHandler = () => ({ status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' });

async function overConnection(connection: Connection, url: URL, options: FetchOptions): Promise<HttpAnswer> {
  const stop = (): void => connection.destroy();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    return await requestOver(connection, url, options);
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** @throws {CertificateError} where nothing but plain text is spoken, or there is no certificate for the name */
function identityOf({ identity }: ListenerEntry, serverName: string, address: string): ServerIdentity {
  if (identity === undefined) throw certificateError(address, 'not-tls');
  const found = identity(serverName);
  if (found === undefined) throw certificateError(address, 'malformed');
  return found;
}

const identities = (tls: ServerIdentity | IdentityOf | undefined): IdentityOf | undefined =>
  tls === undefined || typeof tls === 'function' ? tls : () => tls;

/** Whether an error is of the network's making. */
export const isNetError = (error: unknown): error is NetError =>
  error instanceof Error && 'code' in error && 'address' in error;
