import type { Chunk } from '@tabernetes/node-api';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const EMPTY = new Uint8Array(0);

/** UTF-8 bytes of a chunk. */
export function toBytes(chunk: Chunk): Uint8Array {
  return typeof chunk === 'string' ? ENCODER.encode(chunk) : chunk;
}

/** Text of a chunk that is UTF-8; broken sequences become U+FFFD. */
export function toText(chunk: Chunk): string {
  return typeof chunk === 'string' ? chunk : DECODER.decode(chunk);
}

/** Length of a chunk in bytes. */
export function byteLength(chunk: Chunk): number {
  if (typeof chunk !== 'string') return chunk.length;
  let bytes = chunk.length;
  for (let i = 0; i < chunk.length; i++) {
    const code = chunk.charCodeAt(i);
    if (code < 0x80) continue;
    bytes += code < 0x800 ? 1 : 2;
    if (code >= 0xd800 && code <= 0xdbff) i++; // a pair is 4 bytes: two units, and two more
  }
  return bytes;
}

/** All of it in one array. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first === undefined) return EMPTY;
  if (chunks.length === 1) return first;
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

/**
 * What is in a file. A text stays a text until somebody asks for bytes or writes into it; bytes grow by doubling, so
 * that appending costs what is appended.
 */
export class Content {
  #text: string | undefined;
  #bytes: Uint8Array | undefined;
  #length: number;
  #later: (() => void) | undefined;

  constructor(chunk: Chunk = '') {
    if (typeof chunk === 'string') this.#text = chunk;
    else this.#bytes = chunk.slice();
    this.#length = byteLength(chunk);
  }

  /**
   * A text that is made when somebody looks.
   * @param made is told its length in bytes then
   */
  static later(text: () => string, made: (bytes: number) => void): Content {
    const content = new Content();
    content.#later = () => {
      content.#later = undefined;
      content.write(0, text());
      made(content.#length);
    };
    return content;
  }

  /** Bytes. */
  get length(): number {
    this.#later?.();
    return this.#length;
  }

  /** Nothing is in it, and nothing will be. */
  get isEmpty(): boolean {
    return this.#later === undefined && this.#length === 0;
  }

  /** Bytes that are there already. */
  get heldBytes(): number {
    return this.#length;
  }

  /** A view: valid until the next change. */
  bytes(): Uint8Array {
    this.#later?.();
    this.#bytes ??= ENCODER.encode(this.#text);
    return this.#bytes.length === this.#length ? this.#bytes : this.#bytes.subarray(0, this.#length);
  }

  text(): string {
    this.#later?.();
    this.#text ??= DECODER.decode(this.bytes());
    return this.#text;
  }

  slice(from: number, to: number): Uint8Array {
    return this.bytes().slice(from, to);
  }

  copy(): Content {
    this.#later?.();
    return new Content(this.#text ?? this.bytes());
  }

  /** Writes at an offset, which may lie behind the end: zeros fill the gap. */
  write(offset: number, chunk: Chunk): void {
    this.#later?.();
    if (offset === 0 && this.#length === 0 && typeof chunk === 'string') {
      this.#text = chunk;
      this.#bytes = undefined;
      this.#length = byteLength(chunk);
      return;
    }
    const bytes = toBytes(chunk);
    const end = offset + bytes.length;
    let buffer = this.bytes();
    const whole = this.#bytes ?? buffer;
    if (end > whole.length) {
      const grown = new Uint8Array(Math.max(end, whole.length * 2, 64));
      grown.set(buffer);
      buffer = grown;
      this.#bytes = grown;
    } else {
      buffer = whole;
    }
    buffer.set(bytes, offset);
    this.#length = Math.max(this.#length, end);
    this.#text = undefined;
  }

  truncate(length: number): void {
    if (length > this.length) {
      this.write(length, EMPTY);
      return;
    }
    this.#bytes = this.bytes().slice(0, length);
    this.#length = length;
    this.#text = undefined;
  }
}
