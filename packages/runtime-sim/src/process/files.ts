import type { Chunk, InputStream, OutputStream } from '@tabernetes/node-api';
import { byteLength, toText } from '../file-system/content.ts';
import { FileOperationError } from '../file-system/file-error.ts';
import type { FsView } from '../file-system/fs-view.ts';
import type { DeviceNode, FileNode, LiveFileNode } from '../file-system/node.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { type OpenFile, Shared, type Waiter } from './open-file.ts';

/** Programs that read a file at once get pieces of this size. */
const PIECE_BYTES = 65_536;
const RANDOM_BYTES = 4096;
const ZEROS = new Uint8Array(PIECE_BYTES);

/** A regular file, with the offset that those who inherited the descriptor share. */
export class RegularFile extends Shared implements OpenFile {
  readonly terminal = false;
  readonly node: FileNode;
  readonly label: string;
  readonly #fs: FsView;
  readonly #append: boolean;
  offset = 0;

  constructor(fs: FsView, node: FileNode, label: string, append: boolean) {
    super();
    this.#fs = fs;
    this.node = node;
    this.label = label;
    this.#append = append;
  }

  read(_waiter: Waiter, maxBytes = PIECE_BYTES): Chunk | undefined {
    const { content } = this.node;
    if (this.offset >= content.length) return undefined;
    if (this.offset === 0 && content.length <= maxBytes) {
      this.offset = content.length;
      return content.text().length === content.length ? content.text() : content.bytes().slice();
    }
    const piece = content.slice(this.offset, this.offset + maxBytes);
    this.offset += piece.length;
    return piece;
  }

  readLine(): string | undefined {
    const { content } = this.node;
    if (this.offset >= content.length) return undefined;
    const bytes = content.bytes();
    const newline = bytes.indexOf(10, this.offset);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = toText(bytes.subarray(this.offset, end));
    this.offset = end;
    return line;
  }

  write(waiter: Waiter, chunk: Chunk): undefined {
    if (this.#append) this.offset = this.node.content.length;
    if (this.node.tree?.fsType === 'tmpfs') {
      const more = this.offset + byteLength(chunk) - this.node.content.length;
      if (more > 0) waiter.charge?.(more);
    }
    this.#fs.put(this.node, this.offset, chunk, this.label);
    this.offset += byteLength(chunk);
  }

  protected closed(): void {
    this.offset = 0;
  }
}

/** A text as a file to be read: here-documents, files of /proc. What is written goes to `onWrite`. */
export class TextFile extends Shared implements OpenFile {
  readonly terminal = false;
  readonly label: string;
  readonly #queue = new ChunkQueue();
  readonly #onWrite: ((text: string) => void) | undefined;

  constructor(text: string, label = 'here', onWrite?: (text: string) => void) {
    super();
    this.label = label;
    this.#queue.push(text);
    this.#onWrite = onWrite;
  }

  read(_waiter: Waiter, maxBytes?: number): Chunk | undefined {
    return this.#queue.take(maxBytes);
  }

  readLine(): string | undefined {
    return this.#queue.takeLine() ?? (this.#queue.size === 0 ? undefined : this.#queue.takeText());
  }

  write(_waiter: Waiter, chunk: Chunk): undefined {
    if (this.#onWrite === undefined) throw new FileOperationError('EACCES', this.label);
    this.#onWrite(toText(chunk));
  }

  protected closed(): void {
    this.#queue.takeText();
  }
}

/** A file of /proc. */
export function openLive(node: LiveFileNode, label: string): OpenFile {
  return new TextFile(node.read(), label, node.write);
}

/** A device without state. Random bytes come from the world's dice. */
export class Device extends Shared implements OpenFile {
  readonly terminal = false;
  readonly label: string;
  readonly #name: DeviceNode['device'];
  readonly #random: () => number;

  constructor(name: DeviceNode['device'], label: string, random: () => number) {
    super();
    this.#name = name;
    this.label = label;
    this.#random = random;
  }

  read(_waiter: Waiter, maxBytes = PIECE_BYTES): Chunk | undefined {
    // Nobody writes into what was read, so that whoever keeps it keeps no memory.
    if (this.#name === 'zero' || this.#name === 'full') return ZEROS.subarray(0, maxBytes);
    if (this.#name !== 'random') return undefined;
    return Uint8Array.from({ length: Math.min(maxBytes, RANDOM_BYTES) }, () => this.#random() & 255);
  }

  readLine(waiter: Waiter): string | undefined {
    if (this.#name === 'null') return undefined;
    const bytes: number[] = [];
    while (bytes.length < PIECE_BYTES && bytes.at(-1) !== 10) bytes.push((this.read(waiter, 1) as Uint8Array)[0] ?? 0);
    return toText(Uint8Array.from(bytes));
  }

  write(): undefined {
    if (this.#name === 'full') throw new FileOperationError('ENOSPC', this.label);
  }

  protected closed(): void {
    // Nothing is kept.
  }
}

/** Somebody outside reads what is written: a log, an exec session. */
export class OutputFile extends Shared implements OpenFile {
  readonly terminal = false;
  readonly label: string;
  readonly #write: (chunk: Chunk) => Promise<void> | undefined;
  readonly #onClose: (() => void) | undefined;

  constructor(label: string, write: (chunk: Chunk) => Promise<void> | undefined, onClose?: () => void) {
    super();
    this.label = label;
    this.#write = write;
    this.#onClose = onClose;
  }

  static to(stream: OutputStream, label = 'pipe:[2]'): OutputFile {
    return new OutputFile(label, (chunk) => stream.write(chunk));
  }

  read(): undefined {
    return undefined;
  }

  readLine(): undefined {
    return undefined;
  }

  write(_waiter: Waiter, chunk: Chunk): Promise<void> | undefined {
    return this.#write(chunk);
  }

  protected closed(): void {
    this.#onClose?.();
  }
}

/** Somebody outside writes what is read. */
export class InputFile extends Shared implements OpenFile {
  readonly terminal = false;
  readonly label = 'pipe:[0]';
  readonly #stream: InputStream;
  readonly #queue = new ChunkQueue();
  #ended = false;
  #filling: Promise<void> | undefined;

  constructor(stream: InputStream) {
    super();
    this.#stream = stream;
  }

  read(waiter: Waiter, maxBytes?: number): Promise<Chunk | undefined> | Chunk | undefined {
    return (
      this.#queue.take(maxBytes) ?? (this.#ended ? undefined : this.#wait(waiter, () => this.#queue.take(maxBytes)))
    );
  }

  readLine(waiter: Waiter): Promise<string | undefined> | string | undefined {
    const line = this.#queue.takeLine();
    if (line !== undefined) return line;
    const rest = (): string | undefined => (this.#queue.size === 0 ? undefined : this.#queue.takeText());
    return this.#ended ? rest() : this.#wait(waiter, () => this.#queue.takeLine(), rest);
  }

  write(): Promise<void> {
    return Promise.reject(new Error('Bad file descriptor'));
  }

  protected closed(): void {
    this.#stream.close();
  }

  async #wait<T>(waiter: Waiter, take: () => T | undefined, rest?: () => T | undefined): Promise<T | undefined> {
    while (!this.#ended) {
      this.#filling ??= this.#fill();
      const filling = this.#filling;
      await waiter.block((wake) => {
        let registered = true;
        filling.then(() => registered && wake());
        return () => {
          registered = false;
        };
      });
      const taken = take();
      if (taken !== undefined) return taken;
    }
    return take() ?? rest?.();
  }

  async #fill(): Promise<void> {
    try {
      const bytes = await this.#stream.read();
      if (bytes === undefined) this.#ended = true;
      else this.#queue.push(bytes);
    } catch {
      this.#ended = true; // the other side went away: the stream ends
    }
    this.#filling = undefined;
  }
}
