import type {
  Connection,
  FetchOptions,
  HttpAnswer,
  HttpHandler,
  Listener,
  Net,
  NetError,
  ServeOptions,
  Socket,
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

/** The network as it looks from a place. One for each Pod: what they do is shared, each holds no more than where it stands. */
export function netFace(terrain: Terrain, names: Names, face: Face): OwnNet {
  return new NetFace(terrain, names, face);
}

class NetFace implements OwnNet {
  readonly #terrain: Terrain;
  readonly #names: Names;
  readonly #face: Face;

  constructor(terrain: Terrain, names: Names, face: Face) {
    this.#terrain = terrain;
    this.#names = names;
    this.#face = face;
  }

  get addresses(): readonly string[] {
    return [this.#face.place.ip];
  }

  async resolve(name: string): Promise<readonly string[]> {
    const host = name.startsWith('[') ? name.slice(1, -1) : name;
    if (isAddress(host)) return [host];
    const known = addressIn(this.#face.hosts(), host.toLowerCase().replace(/\.$/, ''));
    if (known !== undefined) return [known];
    if (host === 'localhost') return ['127.0.0.1'];
    if (host === '') throw netError('ENOTFOUND', name);
    const zone = await this.#names.zoneFor(this.#face, name);
    this.#tellLookup(name);
    return this.#names.inAnyOrder(addressesOf(zone, host, this.#face.dns));
  }

  async query(name: string, type: Parameters<OwnNet['query']>[1]): ReturnType<OwnNet['query']> {
    const zone = await this.#names.zoneFor(this.#face, name);
    this.#tellLookup(`${type} ${name}`);
    const { records, exists } = ask(zone, name, type);
    if (!exists) throw netError('ENOTFOUND', name);
    return records;
  }

  async connect(host: string, port: number, options: FetchOptions = {}): Promise<Connection> {
    return this.#open(await this.#reach(host, port, options), false);
  }

  listen(
    port: number,
    onConnection: (connection: Connection) => void,
    { host = '0.0.0.0', tls }: OwnServeOptions = {},
  ): Listener {
    return this.#bind(port, {
      host,
      identity: identities(tls),
      handler: undefined,
      accept(connection, isTls) {
        // Plain bytes make no sense to who expects a handshake.
        if (tls !== undefined && !isTls) connection.destroy();
        else onConnection(connection);
      },
    });
  }

  serve(port: number, handler: HttpHandler, { host = '0.0.0.0', tls }: OwnServeOptions = {}): Listener {
    return this.#bind(port, {
      host,
      identity: identities(tls),
      handler,
      accept(connection, isTls) {
        void serveConnection(connection, tls !== undefined && !isTls ? PLAIN_TO_TLS : handler, isTls);
      },
    });
  }

  sockets(): readonly Socket[] {
    return this.#face.place.sockets();
  }

  async fetch(address: string, options: FetchOptions = {}): Promise<HttpAnswer> {
    const url = new URL(address);
    const { timeoutMs } = options;
    if (timeoutMs === undefined) return this.#request(url, options, options.signal);
    const stop = new AbortController();
    const late = netError('ETIMEDOUT', `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`);
    const pass = (): void => stop.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', pass, { once: true });
    const over = failureOnDemand();
    let timer: { dispose(): void } | undefined;
    const start = (): void => {
      timer = this.#terrain.clock.setTimer(
        timeoutMs,
        () => {
          over.fail(late);
          stop.abort(late);
        },
        { background: true },
      );
    };
    const isFromConnected = options.connectTimeoutMs !== undefined;
    if (!isFromConnected) start();
    try {
      const request = this.#request(url, options, stop.signal, isFromConnected ? start : undefined);
      return await Promise.race([request, over.promise]);
    } catch (error) {
      options.signal?.removeEventListener('abort', pass);
      throw error;
    } finally {
      timer?.dispose();
    }
  }

  #tellLookup(what: string): void {
    const { hops } = this.#terrain;
    const { place } = this.#face;
    hops.tell('dns', hops.nextConnection(), { ip: place.ip, port: 0, place }, this.#names.serverOf(this.#face), what);
  }

  /** The first address that takes the connection; else why the last one did not. */
  async #reach(host: string, port: number, options: FetchOptions): Promise<Dialed> {
    const { clock } = this.#terrain;
    const { timeoutMs = CONNECT_TIMEOUT_MS, connectTimeoutMs = timeoutMs } = options;
    const deadlineMs = clock.now() + connectTimeoutMs;
    let failure: unknown;
    for (const ip of await this.resolve(host)) {
      const leftMs = deadlineMs - clock.now();
      if (leftMs <= 0) break;
      try {
        return await dial(this.#terrain, this.#face, ip, port, { ...options, timeoutMs: leftMs });
      } catch (error) {
        failure = error;
      }
    }
    throw failure ?? netError('ETIMEDOUT', `${host}:${port}`);
  }

  #open(dialed: Dialed, tls: boolean): Connection {
    const { clock, hops, ways } = this.#terrain;
    const { place } = this.#face;
    const { entry, target, near, far, latencyMs, connection } = dialed;
    const pair = connectionPair(
      {
        clock,
        ways,
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
  }

  #bind(port: number, entry: Omit<ListenerEntry, 'port'>): Listener {
    const { place } = this.#face;
    const bound: ListenerEntry = { port: port === 0 ? place.ephemeralPort() : port, ...entry };
    place.bind(bound);
    return {
      address: { ip: bound.host, port: bound.port },
      close: () => place.unbind(bound),
    };
  }

  async #request(
    url: URL,
    options: FetchOptions,
    signal: AbortSignal | undefined,
    onConnected?: () => void,
  ): Promise<HttpAnswer> {
    const { clock, hops, ways } = this.#terrain;
    const { place } = this.#face;
    const tls = url.protocol === 'https:';
    const host = url.hostname;
    const port = options.connectTo?.port ?? Number(url.port || (tls ? 443 : 80));
    const sent: FetchOptions = signal === undefined ? options : { ...options, signal };
    const dialed = await this.#reach(options.connectTo?.ip ?? host, port, sent);
    onConnected?.();
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
        ? await overConnection(this.#open(dialed, tls), url, sent)
        : await exchange(handler, url, sent, {
            ways,
            latencyMs,
            from: place,
            to: target,
            remote: far.remote,
            tls,
            onDone: () => hops.tell('closed', connection, client, server, ''),
          });
    hops.tell('response', connection, server, client, `${answer.status} ${answer.statusText}`.trim());
    return answer;
  }
}

/** What Go's server answers. */
const PLAIN_TO_TLS: HttpHandler = () => ({ status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' });

async function overConnection(connection: Connection, url: URL, options: FetchOptions): Promise<HttpAnswer> {
  const stop = (): void => connection.destroy();
  const done = (): void => options.signal?.removeEventListener('abort', stop);
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    return await requestOver(connection, url, options, done);
  } catch (error) {
    done();
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

/** The first that /etc/hosts has for a name in lower case. */
function addressIn(hosts: Readonly<Record<string, string>>, name: string): string | undefined {
  for (const known of Object.keys(hosts)) if (known.toLowerCase() === name) return hosts[known];
  return undefined;
}

const identities = (tls: ServerIdentity | IdentityOf | undefined): IdentityOf | undefined =>
  tls === undefined || typeof tls === 'function' ? tls : () => tls;

/** Whether an error is of the network's making. */
export const isNetError = (error: unknown): error is NetError =>
  error instanceof Error && 'code' in error && 'address' in error;
