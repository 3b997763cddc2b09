import type { Connection } from '@tabernetes/node-api';
import { netError } from '../net-error.ts';

/** The first line of a message and its headers, names in lower case; those that come twice are joined. */
export interface Head {
  readonly first: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Takes HTTP messages out of a connection. */
export class HttpReader {
  readonly #connection: Connection;
  #kept: Uint8Array = new Uint8Array(0);

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Undefined when the other side ends before it says anything. What begins with no line of HTTP is not read any further.
   * @throws {NetError} ECONNRESET when it ends in the middle
   */
  async head(): Promise<Head | undefined> {
    let first: string | undefined;
    const headers: Record<string, string> = {};
    for (let length = 0; ; ) {
      const line = await this.#line();
      length += 2 + (line?.length ?? 0);
      if (length > MAX_HEAD) throw this.#broken();
      if (line === undefined) {
        if (first === undefined) return undefined;
        throw this.#broken();
      }
      if (first === undefined) {
        // Empty lines before a message do no harm.
        if (line === '') continue;
        first = line;
        if (!/\bHTTP\/\d/.test(line)) return { first, headers };
      } else if (line === '') return { first, headers };
      else {
        const at = line.indexOf(':');
        const name = line.slice(0, Math.max(at, 0)).trim().toLowerCase();
        if (name === '') continue;
        const value = line.slice(at + 1).trim();
        headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value;
      }
    }
  }

  /** @param untilEnd without a length it goes on to the end of the connection */
  async *body(headers: Readonly<Record<string, string>>, untilEnd: boolean): AsyncGenerator<Uint8Array> {
    if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) {
      for (;;) {
        const size = Number.parseInt((await this.#line()) ?? '', 16);
        if (Number.isNaN(size)) throw this.#broken();
        if (size === 0) {
          for (let line = await this.#line(); line !== undefined && line !== ''; line = await this.#line());
          return;
        }
        yield* this.#exactly(size);
        await this.#line();
      }
    }
    const length = headers['content-length'];
    if (length !== undefined) yield* this.#exactly(Number(length));
    else if (untilEnd) {
      for (;;) {
        const piece = await this.#piece(Number.POSITIVE_INFINITY);
        if (piece === undefined) return;
        yield piece;
      }
    }
  }

  async *#exactly(length: number): AsyncGenerator<Uint8Array> {
    let left = length;
    while (left > 0) {
      const piece = await this.#piece(left);
      if (piece === undefined) throw this.#broken();
      left -= piece.length;
      yield piece;
    }
  }

  async #piece(maxBytes: number): Promise<Uint8Array | undefined> {
    if (this.#kept.length === 0) return this.#connection.read(maxBytes);
    const piece = this.#kept.subarray(0, maxBytes);
    this.#kept = this.#kept.subarray(piece.length);
    return piece;
  }

  async #line(): Promise<string | undefined> {
    for (let searched = 0; ; ) {
      const at = this.#kept.indexOf(NEWLINE, searched);
      if (at >= 0) {
        const line = latin1.decode(this.#kept.subarray(0, at));
        this.#kept = this.#kept.subarray(at + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      searched = this.#kept.length;
      if (searched > MAX_LINE) throw this.#broken();
      const chunk = await this.#connection.read();
      if (chunk === undefined) return undefined;
      const joined = new Uint8Array(this.#kept.length + chunk.length);
      joined.set(this.#kept);
      joined.set(chunk, this.#kept.length);
      this.#kept = joined;
    }
  }

  #broken(): Error {
    const { ip, port } = this.#connection.remote;
    return netError('ECONNRESET', `${ip}:${port}`);
  }
}

const NEWLINE = 10;
const MAX_LINE = 64 * 1024;
/** What Go's servers take. @see https://pkg.go.dev/net/http#pkg-constants DefaultMaxHeaderBytes */
const MAX_HEAD = 1024 * 1024;
const latin1 = new TextDecoder('latin1');
