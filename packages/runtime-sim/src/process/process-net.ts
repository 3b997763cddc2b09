import type { Connection, Listener, Net } from '@tabernetes/node-api';

/** The network of one process: what it opened is closed when it ends, as the kernel does. */
export interface ProcessNet {
  readonly net: Net;
  /** Closes its ports and tears down its connections. */
  close(): void;
}

export function processNet(shared: Net): ProcessNet {
  const listeners = new Set<Listener>();
  const connections = new Set<Connection>();
  const keep = (listener: Listener): Listener => {
    listeners.add(listener);
    return {
      address: listener.address,
      close() {
        listeners.delete(listener);
        listener.close();
      },
    };
  };
  const follow = (connection: Connection): Connection => {
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
  };
  const net: Net = {
    get addresses() {
      return shared.addresses;
    },
    resolve: (name) => shared.resolve(name),
    query: (name, type) => shared.query(name, type),
    async connect(host, port, options) {
      return follow(await shared.connect(host, port, options));
    },
    listen(port, onConnection, options) {
      return keep(shared.listen(port, (connection) => onConnection(follow(connection)), options));
    },
    fetch: (url, options) => shared.fetch(url, options),
    serve: (port, handler, options) => keep(shared.serve(port, handler, options)),
  };
  return {
    net,
    close() {
      for (const listener of listeners) listener.close();
      for (const connection of connections) connection.destroy();
      listeners.clear();
      connections.clear();
    },
  };
}
