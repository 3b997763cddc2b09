import type { Connection } from '@tabernetes/node-api';

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

/** Reads values, and commands that people type as lines. Lengths are bytes, so it works on bytes. */
export class Reader {
  readonly #connection: Connection;
  #bytes = new Uint8Array(0);
  #ended = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The words of the next command; undefined at the end. */
  async command(): Promise<readonly string[] | undefined> {
    const line = await this.#line();
    if (line === undefined) return undefined;
    if (!line.startsWith('*')) return line.match(/"[^"]*"|\S+/g)?.map((word) => word.replace(/^"(.*)"$/, '$1')) ?? [];
    const words: string[] = [];
    for (let left = Number(line.slice(1)); left > 0; left--) {
      const value = await this.value();
      words.push(typeof value === 'string' ? value : '');
    }
    return words;
  }

  /** The next value; undefined at the end. */
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
        const length = Number(rest);
        if (length < 0) return null;
        while (this.#bytes.length < length + 2 && (await this.#more()));
        const text = new TextDecoder().decode(this.#bytes.subarray(0, length));
        this.#bytes = this.#bytes.subarray(length + 2);
        return text;
      }
      default: {
        const values: Value[] = [];
        for (let left = Number(rest); left > 0; left--) values.push((await this.value()) ?? null);
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
