import type { Chunk } from '@tabernetes/node-api';
import { byteLength, joinBytes, toBytes, toText } from '../file-system/content.ts';

/** Chunks on their way from a writer to a reader. Texts stay texts unless somebody takes them apart by bytes. */
export class ChunkQueue {
  readonly #chunks: Chunk[] = [];
  #head = 0;
  #size = 0;

  /** About the bytes in it: texts count by their length. */
  get size(): number {
    return this.#size;
  }

  push(chunk: Chunk): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** The first piece, or its first bytes; undefined when there is nothing. */
  take(maxBytes = Number.POSITIVE_INFINITY): Chunk | undefined {
    const first = this.#chunks[this.#head];
    if (first === undefined) return undefined;
    if (first.length <= maxBytes && (typeof first !== 'string' || byteLength(first) <= maxBytes)) return this.#shift();
    const bytes = toBytes(first);
    this.#replaceFirst(bytes.subarray(maxBytes));
    return bytes.subarray(0, maxBytes);
  }

  /** Up to and with the first newline; undefined when none has come yet. */
  takeLine(): string | undefined {
    let found = -1;
    let at = this.#head;
    for (; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] as Chunk;
      found = typeof chunk === 'string' ? chunk.indexOf('\n') : chunk.indexOf(10);
      if (found >= 0) break;
    }
    if (found < 0) return undefined;
    if (at === this.#head) {
      const chunk = this.#chunks[at] as Chunk;
      if (found + 1 === chunk.length) return toText(this.#shift() as Chunk);
      this.#replaceFirst(typeof chunk === 'string' ? chunk.slice(found + 1) : chunk.subarray(found + 1));
      return toText(typeof chunk === 'string' ? chunk.slice(0, found + 1) : chunk.subarray(0, found + 1));
    }
    const before: Chunk[] = [];
    while (this.#head < at) before.push(this.#shift() as Chunk);
    // A character may be cut between two chunks, so bytes are joined before they are decoded.
    return this.#headShifted(before);
  }

  #headShifted(before: Chunk[]): string {
    const rest = this.takeLine() ?? '';
    if (before.every((chunk) => typeof chunk === 'string')) return before.join('') + rest;
    return toText(joinBytes([...before.map(toBytes), toBytes(rest)]));
  }

  /** Everything, as one text. */
  takeText(): string {
    const all: Chunk[] = [];
    for (let chunk = this.#shift(); chunk !== undefined; chunk = this.#shift()) all.push(chunk);
    if (all.every((chunk) => typeof chunk === 'string')) return all.join('');
    return toText(joinBytes(all.map(toBytes)));
  }

  #shift(): Chunk | undefined {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return undefined;
    this.#size -= chunk.length;
    this.#chunks[this.#head] = '';
    this.#head++;
    if (this.#head === this.#chunks.length) {
      this.#chunks.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
    return chunk;
  }

  #replaceFirst(chunk: Chunk): void {
    this.#size += chunk.length - (this.#chunks[this.#head] as Chunk).length;
    this.#chunks[this.#head] = chunk;
  }
}
