import type { Connection, HttpHandler, Socket, SocketAddress } from '@tabernetes/node-api';
import type { ResolverConfig } from './dns/resolver.ts';
import { netError } from './net-error.ts';
import type { ServerIdentity } from './tls/identity.ts';

/** The identity that a server shows to who asks for a name; undefined: it has none for it. */
export type IdentityOf = (serverName: string) => ServerIdentity | undefined;

/** Who takes connections on a port. */
export interface ListenerEntry {
  /** What it is bound to: 0.0.0.0, an address, 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  readonly identity: IdentityOf | undefined;
  /** HTTP servers can be asked without bytes. */
  readonly handler: HttpHandler | undefined;
  /** @param tls the bytes are what was inside of TLS */
  accept(connection: Connection, tls: boolean): void;
}

/** Something under way that ends with the place at either end of it. */
export interface Live {
  /** Of a connection: the ends at both sides. */
  readonly near?: Pick<Connection, 'local' | 'remote'>;
  readonly far?: Pick<Connection, 'local' | 'remote'>;
  reset(): void;
}

/**
 * A network namespace: addresses, the ports that somebody listens on, and what is under way. Of a Pod, of a node with all Pods in its
 * network, or of a machine outside of the cluster.
 */
export class Place {
  readonly kind: 'pod' | 'node' | 'outside';
  readonly ip: string;
  /** The node that it is on, or is; undefined outside. */
  readonly node: string | undefined;
  /** `namespace/name` */
  readonly pod: string | undefined;
  readonly #listeners = new Map<number, ListenerEntry>();
  /** Who listens on `::1`, beside those on 127.0.0.1. */
  readonly #loopback6 = new Map<number, ListenerEntry>();
  readonly live = new Set<Live>();
  alive = true;
  #nextPort = FIRST_EPHEMERAL;

  constructor(kind: Place['kind'], ip: string, { node, pod }: { readonly node?: string; readonly pod?: string } = {}) {
    this.kind = kind;
    this.ip = ip;
    this.node = node;
    this.pod = pod;
  }

  /** A port that nobody listens on. @throws {NetError} EADDRINUSE when there is none left */
  ephemeralPort(): number {
    for (let tried = FIRST_EPHEMERAL; tried <= LAST_EPHEMERAL; tried++) {
      const port = this.#nextPort;
      this.#nextPort = port === LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
      if (!this.#listeners.has(port) && !this.#loopback6.has(port)) return port;
    }
    throw netError('EADDRINUSE', `${this.ip}:0`);
  }

  /** @throws {NetError} EADDRINUSE, EACCES */
  bind(entry: ListenerEntry): void {
    const { port, host } = entry;
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw netError('EACCES', `${host}:${port}`);
    const taken = this.#listenersOn(host);
    if (!this.alive || taken.has(port)) throw netError('EADDRINUSE', `${host}:${port}`);
    taken.set(port, entry);
  }

  unbind(entry: ListenerEntry): void {
    const { port, host } = entry;
    const those = this.#listenersOn(host);
    if (those.get(port) === entry) those.delete(port);
  }

  /** Who listens there, on this address or on all. */
  listener({ ip, port }: SocketAddress): ListenerEntry | undefined {
    return this.#listenersOn(ip).get(port) ?? this.#listeners.get(port);
  }

  #listenersOn(host: string): Map<number, ListenerEntry> {
    return host === '::1' ? this.#loopback6 : this.#listeners;
  }

  /** Who listens and what is connected, by port. */
  sockets(): readonly Socket[] {
    const found: Socket[] = [];
    for (const those of [this.#listeners, this.#loopback6]) {
      for (const { host, port } of those.values()) found.push({ local: { ip: host, port } });
    }
    for (const { near, far } of this.live) {
      for (const end of [near, far])
        if (end?.local.ip === this.ip) found.push({ local: end.local, remote: end.remote });
    }
    return found.sort((a, b) => a.local.port - b.local.port);
  }

  /** The machine goes: whoever speaks to it sees a reset. */
  shutDown(): void {
    this.alive = false;
    this.#listeners.clear();
    this.#loopback6.clear();
    for (const each of [...this.live]) each.reset();
    this.live.clear();
  }
}

/** @see net.ipv4.ip_local_port_range */
const [FIRST_EPHEMERAL, LAST_EPHEMERAL] = [32_768, 60_999];

/** A place as some of its processes see it: names are theirs to look up, the rest they share. */
export interface Face {
  readonly place: Place;
  readonly dns: ResolverConfig;
  /** Names of /etc/hosts as it is now. */
  hosts: () => Readonly<Record<string, string>>;
}
