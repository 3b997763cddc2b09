import type { Chunk } from './streams.ts';

/** What a connection attempt or a name look-up failed with; programs print their own text for each. */
export type NetErrorCode =
  | 'ENOTFOUND'
  | 'EAI_AGAIN'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'ETIMEDOUT'
  | 'EHOSTUNREACH'
  | 'EADDRINUSE'
  | 'EACCES'
  | 'EPIPE'
  | 'ECERT';

export interface NetError extends Error {
  readonly code: NetErrorCode;
  /** `host:port`, or the name that was looked up. */
  readonly address: string;
}

export interface SocketAddress {
  readonly ip: string;
  readonly port: number;
}

/** A port that somebody listens on, or one end of a connection. */
export interface Socket {
  readonly local: SocketAddress;
  /** Undefined: it listens. */
  readonly remote?: SocketAddress;
}

/** One end of a byte stream between two processes, as TCP gives it. */
export interface Connection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  /** The next bytes; undefined once the other side has closed its end. */
  read(maxBytes?: number): Promise<Uint8Array | undefined>;
  /** Waits while the other side is behind. @throws {NetError} ECONNRESET, EPIPE */
  write(chunk: Chunk): Promise<void>;
  /** Half-close: no more from here; reading goes on. */
  end(): void;
  /** Tears the connection down; the other side sees ECONNRESET when something was on its way. */
  destroy(): void;
}

export interface Listener {
  /** Where it listens; of a host's, known when it is bound. */
  readonly address: SocketAddress;
  /** Of hosts that cannot tell at once: resolves when it listens. @throws {NetError} EADDRINUSE, EACCES */
  readonly bound?: Promise<void>;
  close(): void;
}

/** The certificate that a TLS server shows, and its key; PEM. */
export interface TlsIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface ConnectOptions {
  /** Default 127 s, what Linux takes to give up on SYNs that nobody answers. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Bind to this local port. */
  readonly localPort?: number;
}

export interface FetchOptions extends ConnectOptions {
  /** Of the connection alone: `timeoutMs` then begins when it stands. Default: one time for both. */
  readonly connectTimeoutMs?: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Chunk | AsyncIterable<Uint8Array>;
  /** PEM of the authorities to trust for https; without it, https servers are trusted only when `insecure`. */
  readonly caPem?: string;
  /** Do not check the server's certificate. */
  readonly insecure?: boolean;
  /** Connect here instead of where the URL's host resolves to (`curl --resolve`, `--connect-to`). */
  readonly connectTo?: SocketAddress;
}

/** An HTTP answer whose body streams. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly httpVersion: '1.0' | '1.1' | '2';
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
}

/** An HTTP request as a server in a container sees it. */
export interface HttpCall {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly remote: SocketAddress;
  readonly tls: boolean;
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** What a handler answers. A body that streams is sent as it comes. */
export interface HttpReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Chunk | AsyncIterable<Chunk>;
}

export type HttpHandler = (call: HttpCall) => HttpReply | Promise<HttpReply>;

export interface ServeOptions {
  /** Default 0.0.0.0; 127.0.0.1 is reached from the same Pod only. */
  readonly host?: string;
  readonly tls?: TlsIdentity;
}

export type DnsRecord =
  | { readonly type: 'A'; readonly name: string; readonly address: string; readonly ttlSeconds: number }
  | { readonly type: 'CNAME'; readonly name: string; readonly target: string; readonly ttlSeconds: number }
  | { readonly type: 'PTR'; readonly name: string; readonly target: string; readonly ttlSeconds: number }
  | {
      readonly type: 'SRV';
      readonly name: string;
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
      readonly ttlSeconds: number;
    };

/** What a name server can be asked for; of the types that no record here has there are none. */
export type DnsQuestion = DnsRecord['type'] | 'AAAA' | 'ANY' | 'MX' | 'NS' | 'SOA' | 'TXT';

/** The network as one Pod (or node) sees it. Every process of a Pod shares it, as containers share a network namespace. */
export interface Net {
  /** Addresses of this Pod, the first being its IP; the node's with hostNetwork. */
  readonly addresses: readonly string[];
  /**
   * Asks the cluster DNS by the Pod's resolv.conf (search domains, ndots) and /etc/hosts, as getaddrinfo does.
   * @throws {NetError} ENOTFOUND, EAI_AGAIN
   */
  resolve(name: string): Promise<readonly string[]>;
  /** One DNS question as it stands, as `nslookup` and `dig` put it. Empty when the name has no such record. @throws {NetError} ENOTFOUND (NXDOMAIN) */
  query(name: string, type: DnsQuestion): Promise<readonly DnsRecord[]>;
  /** @throws {NetError} */
  connect(host: string, port: number, options?: ConnectOptions): Promise<Connection>;
  /** Takes connections on a port; 0 picks one. @throws {NetError} EADDRINUSE */
  listen(port: number, onConnection: (connection: Connection) => void, options?: ServeOptions): Listener;
  /** Who listens, and what is connected, in this network; not every host can tell. */
  sockets?(): readonly Socket[];
  /** HTTP/1.1 over {@link connect}. Does not follow redirects. @throws {NetError} */
  fetch(url: string, options?: FetchOptions): Promise<HttpAnswer>;
  /** An HTTP server over {@link listen}; who connects with a bare socket gets real HTTP/1.1 bytes. */
  serve(port: number, handler: HttpHandler, options?: ServeOptions): Listener;
}
