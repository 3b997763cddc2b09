import type { Connection } from '@tabernetes/node-api';
import { LONGEST_TEXT } from '../../programs/support/holding.ts';

/** A value of the Redis protocol (RESP 2). */
export type Value =
  | null
  | number
  | string
  | { readonly status: string }
  | { readonly error: string }
  | readonly Value[];

export function encode(value: Value): string {
  if (value === null) return '$-1\r\n';
  if (typeof value === 'number') return `:${value}\r\n`;
  if (typeof value === 'string') return `$${new TextEncoder().encode(value).length}\r\n${value}\r\n`;
  if ('status' in value) return `+${value.status}\r\n`;
  if ('error' in value) return `-${value.error}\r\n`;
  return `*${value.length}\r\n${value.map(encode).join('')}`;
}

/** What comes is none of the protocol, or more than there may be: who reads it ends the connection. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** As Redis has them. @see https://redis.io/docs/latest/develop/reference/protocol-spec/ */
const MOST_WORDS = 1024 * 1024;
const LONGEST_LINE = 64 * 1024;

/** Reads values, and commands that people type as lines. Lengths are bytes, so it works on bytes. */
export class Reader {
  readonly #connection: Connection;
  #bytes = new Uint8Array(0);
  #ended = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The words of the next command; undefined at the end. @throws {ProtocolError} */
  async command(): Promise<readonly string[] | undefined> {
    const line = await this.#line();
    if (line === undefined) return undefined;
    if (!line.startsWith('*')) return line.match(/"[^"]*"|\S+/g)?.map((word) => word.replace(/^"(.*)"$/, '$1')) ?? [];
    const words: string[] = [];
    for (let left = lengthIn(line, MOST_WORDS, 'multibulk'); left > 0; left--) {
      const value = await this.value();
      if (value === undefined) return undefined;
      words.push(typeof value === 'string' ? value : '');
    }
    return words;
  }

  /** The next value; undefined at the end. @throws {ProtocolError} */
  async value(): Promise<Value | undefined> {
    const line = await this.#line();
    if (line === undefined) return undefined;
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
        return { status: rest };
      case '-':
        return { error: rest };
      case ':':
        return Number(rest);
      case '$': {
        const length = lengthIn(line, LONGEST_TEXT, 'bulk');
        if (length < 0) return null;
        while (this.#bytes.length < length + 2 && (await this.#more()));
        const text = new TextDecoder().decode(this.#bytes.subarray(0, length));
        this.#bytes = this.#bytes.subarray(length + 2);
        return text;
      }
      default: {
        const values: Value[] = [];
        for (let left = lengthIn(line, MOST_WORDS, 'multibulk'); left > 0; left--) {
          const value = await this.value();
          if (value === undefined) return undefined;
          values.push(value);
        }
        return values;
      }
    }
  }

  async #line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#bytes.indexOf(10);
      if (end >= 0) {
        const line = new TextDecoder().decode(this.#bytes.subarray(0, end)).replace(/\r$/, '');
        this.#bytes = this.#bytes.subarray(end + 1);
        return line;
      }
      if (this.#bytes.length > LONGEST_LINE) throw new ProtocolError('too big inline request');
      if (!(await this.#more())) return undefined;
    }
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const bytes = await this.#connection.read();
    if (bytes === undefined) {
      this.#ended = true;
      return false;
    }
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
    return true;
  }
}

/** Of `*3` or `$10`; -1: there is nothing. */
function lengthIn(line: string, most: number, what: string): number {
  const length = /^.-?\d+$/.test(line) ? Number(line.slice(1)) : Number.NaN;
  if (length >= -1 && length <= most) return length;
  throw new ProtocolError(`invalid ${what} length`);
}
