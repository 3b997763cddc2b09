import type { Connection, FetchOptions, HttpAnswer, HttpHandler, Listener, Net, Socket } from '@tabernetes/node-api';
import { Killed } from './signals.ts';

/** What the network asks of a process. */
interface Owner {
  /** A signal may have stopped it: the kernel takes connections for it all the same. Undefined while it runs; else resolves when it goes on. */
  stoppedUntil(): Promise<void> | undefined;
  /** Low ports are for those who have the right to them. */
  mayListen(port: number): boolean;
}

/**
 * The network of one process: what it opened is closed when it ends, as the kernel does. Most processes only ever listen on a port or
 * two; what they have not opened takes no room.
 */
export class ProcessNet implements Net {
  readonly #shared: Net;
  readonly #process: Owner;
  #listeners: Set<Listener> | undefined;
  #connections: Set<Connection> | undefined;
  #requests: Set<AbortController> | undefined;
  #closed = false;

  constructor(shared: Net, process: Owner) {
    this.#shared = shared;
    this.#process = process;
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
    this.#checkOpen();
    const connection = await this.#shared.connect(...to);
    if (!this.#closed) return this.#follow(connection);
    // Whoever called has ended meanwhile.
    connection.destroy();
    throw new Killed();
  }

  listen(...[port, onConnection, options]: Parameters<Net['listen']>): Listener {
    this.#check(port);
    const take = (connection: Connection): void => onConnection(this.#follow(connection));
    const begun = (connection: Connection): void => {
      const until = this.#process.stoppedUntil();
      if (until === undefined) take(connection);
      else takeLater(connection, until, take);
    };
    return this.#keep(this.#shared.listen(port, begun, options));
  }

  sockets(): readonly Socket[] {
    return this.#shared.sockets?.() ?? [];
  }

  /** A request goes with the process that has made it, and so does what is left of its answer. */
  async fetch(url: string, options: FetchOptions = {}): Promise<HttpAnswer> {
    this.#checkOpen();
    const leave = new AbortController();
    const { signal } = options;
    const pass = (): void => leave.abort(signal?.reason);
    if (signal?.aborted === true) pass();
    signal?.addEventListener('abort', pass, { once: true });
    this.#requests ??= new Set();
    const requests = this.#requests;
    requests.add(leave);
    const done = (): void => {
      requests.delete(leave);
      signal?.removeEventListener('abort', pass);
    };
    try {
      const answer = await this.#shared.fetch(url, { ...options, signal: leave.signal });
      // What has a length is there already, or comes over a connection that counts by itself.
      if (answer.headers['content-length'] !== undefined) requests.delete(leave);
      return followed(answer, done);
    } catch (error) {
      done();
      throw error;
    }
  }

  serve(...[port, handler, options]: Parameters<Net['serve']>): Listener {
    this.#check(port);
    const answer: HttpHandler = (call) => this.#process.stoppedUntil()?.then(() => handler(call)) ?? handler(call);
    return this.#keep(this.#shared.serve(port, answer, options));
  }

  /** Closes its ports and tears down its connections. */
  close(): void {
    this.#closed = true;
    for (const listener of this.#listeners ?? []) listener.close();
    for (const connection of this.#connections ?? []) connection.destroy();
    for (const request of [...(this.#requests ?? [])]) request.abort(new Killed());
    this.#listeners = undefined;
    this.#connections = undefined;
    this.#requests = undefined;
  }

  /** @throws {NetError} EACCES, in the words of Go's servers */
  #check(port: number): void {
    this.#checkOpen();
    if (this.#process.mayListen(port)) return;
    const error = new Error(`listen tcp :${port}: bind: permission denied`);
    throw Object.assign(error, { code: 'EACCES', address: `0.0.0.0:${port}` });
  }

  /** What a program began beside what it waits for is thrown out as well, once its process has ended. @throws {Killed} */
  #checkOpen(): void {
    if (this.#closed) throw new Killed();
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

/** An answer, and what is to be done once all of it was read or it was given up. */
function followed(answer: HttpAnswer, done: () => void): HttpAnswer {
  const pieces = answer.body[Symbol.asyncIterator]();
  const body: AsyncIterableIterator<Uint8Array> = {
    async next() {
      try {
        const piece = await pieces.next();
        if (piece.done) done();
        return piece;
      } catch (error) {
        done();
        throw error;
      }
    },
    async return() {
      done();
      await pieces.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const text = async (): Promise<string> => {
    try {
      return await answer.text();
    } finally {
      done();
    }
  };
  return { ...answer, body, text };
}

const takeLater = (connection: Connection, until: Promise<void>, take: (connection: Connection) => void): void =>
  void until.then(
    () => take(connection),
    () => connection.destroy(),
  );
