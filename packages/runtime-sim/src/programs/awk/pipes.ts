import type { Chunk, InputStream, OutputStream } from '@tabernetes/node-api';
import { concat, decode, encode, type LineReader } from '../support/input.ts';

/** Records of an input, one by one. */
export class LineQueue {
  readonly #reader: LineReader | undefined;
  #lines: readonly string[] = [];
  #at = 0;

  constructor(reader: LineReader | undefined) {
    this.#reader = reader;
  }

  static of(lines: readonly string[]): LineQueue {
    const queue = new LineQueue(undefined);
    queue.#lines = lines;
    return queue;
  }

  /**
   * The next record.
   *
   * @param separator RS: a newline, any other text, or empty for paragraphs
   * @param beforeWait called before it waits for more
   */
  async next(separator: string, beforeWait: () => Promise<void>): Promise<string | undefined> {
    if (separator === '\n') return this.#line(beforeWait);
    const lines: string[] = [];
    for (let line = await this.#line(beforeWait); line !== undefined; line = await this.#line(beforeWait)) {
      if (separator === '') {
        if (line === '' && lines.length === 0) continue;
        if (line === '') return lines.join('\n');
        lines.push(line);
        continue;
      }
      const end = line.indexOf(separator);
      if (end < 0) {
        lines.push(line);
        continue;
      }
      lines.push(line.slice(0, end));
      // What follows the separator is put back as a line of its own.
      this.#lines = [line.slice(end + separator.length), ...this.#lines.slice(this.#at)];
      this.#at = 0;
      return lines.join('\n');
    }
    return lines.length === 0 || (lines.length === 1 && lines[0] === '') ? undefined : lines.join('\n');
  }

  async #line(beforeWait: () => Promise<void>): Promise<string | undefined> {
    while (this.#at >= this.#lines.length) {
      if (this.#reader === undefined) return undefined;
      await beforeWait();
      const batch = await this.#reader.next();
      if (batch === undefined) return undefined;
      this.#lines = batch.lines;
      this.#at = 0;
    }
    return this.#lines[this.#at++];
  }
}

/** A pipe to a child: what is written here is its standard input. */
export function childPipe(): { readonly stream: OutputStream; readonly input: InputStream } {
  let held: Uint8Array[] = [];
  let ended = false;
  let wake: (() => void) | undefined;
  const pass = (): void => {
    wake?.();
    wake = undefined;
  };
  const stream: OutputStream = {
    write: async (chunk: Chunk) => {
      held.push(typeof chunk === 'string' ? encode(chunk) : chunk);
      pass();
    },
    close: () => {
      ended = true;
      pass();
    },
  };
  const read = async (maxBytes = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> => {
    while (held.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (held.length === 0) return undefined;
    const all = concat(held);
    held = all.length > maxBytes ? [all.subarray(maxBytes)] : [];
    return all.subarray(0, maxBytes);
  };
  const input: InputStream = {
    read,
    readLine: async () => {
      let line = '';
      for (let byte = await read(1); byte !== undefined; byte = await read(1)) {
        if (byte[0] === 10) return line;
        line += decode(byte);
      }
      return line === '' ? undefined : line;
    },
    readText: async () => {
      let text = '';
      for (let bytes = await read(); bytes !== undefined; bytes = await read()) text += decode(bytes);
      return text;
    },
    close: () => {
      ended = true;
    },
  };
  return { stream, input };
}
