import type { Connection, FetchOptions, HttpAnswer, Listener, Net } from '@tabernetes/node-api';

/**
 * The network of one process: what it opened is closed when it ends, as the kernel does. Most processes only ever listen on a port or
 * two; what they have not opened takes no room.
 */
export class ProcessNet implements Net {
  readonly #shared: Net;
  #listeners: Set<Listener> | undefined;
  #connections: Set<Connection> | undefined;

  constructor(shared: Net) {
    this.#shared = shared;
  }

  get addresses(): readonly string[] {
    return this.#shared.addresses;
  }

  resolve(name: string): Promise<readonly string[]> {
    return this.#shared.resolve(name);
  }

  query(...question: Parameters<Net['query']>): ReturnType<Net['query']> {
    return this.#shared.query(...question);
  }

  async connect(...to: Parameters<Net['connect']>): Promise<Connection> {
    return this.#follow(await this.#shared.connect(...to));
  }

  listen(...[port, onConnection, options]: Parameters<Net['listen']>): Listener {
    return this.#keep(this.#shared.listen(port, (connection) => onConnection(this.#follow(connection)), options));
  }

  fetch(url: string, options?: FetchOptions): Promise<HttpAnswer> {
    return this.#shared.fetch(url, options);
  }

  serve(...server: Parameters<Net['serve']>): Listener {
    return this.#keep(this.#shared.serve(...server));
  }

  /** Closes its ports and tears down its connections. */
  close(): void {
    for (const listener of this.#listeners ?? []) listener.close();
    for (const connection of this.#connections ?? []) connection.destroy();
    this.#listeners = undefined;
    this.#connections = undefined;
  }

  #keep(listener: Listener): Listener {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return {
      address: listener.address,
      close: () => {
        this.#listeners?.delete(listener);
        listener.close();
      },
    };
  }

  #follow(connection: Connection): Connection {
    this.#connections ??= new Set();
    const connections = this.#connections;
    connections.add(connection);
    let isEnded = false;
    let isOver = false;
    const done = (): void => {
      if (isEnded && isOver) connections.delete(connection);
    };
    return {
      local: connection.local,
      remote: connection.remote,
      async read(maxBytes) {
        const bytes = await connection.read(maxBytes);
        if (bytes === undefined) isOver = true;
        done();
        return bytes;
      },
      write: (chunk) => connection.write(chunk),
      end() {
        isEnded = true;
        connection.end();
        done();
      },
      destroy() {
        connections.delete(connection);
        connection.destroy();
      },
    };
  }
}
