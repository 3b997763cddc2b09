import type { Chunk } from '@tabernetes/node-api';
import { ChunkQueue } from './chunk-queue.ts';
import { type OpenFile, Shared, type Waiter } from './open-file.ts';

/** What Linux lets a writer be ahead of its reader. */
const CAPACITY_BYTES = 65_536;

/** A pipe: bytes from those who hold the write end to those who hold the read end, in order, streaming. */
export class Pipe {
  readonly queue = new ChunkQueue();
  readonly #readers = new Set<() => void>();
  readonly #writers = new Set<() => void>();
  #readEnds = 0;
  #writeEnds = 0;
  readonly label: string;

  constructor(label = 'pipe:[1]') {
    this.label = label;
  }

  get hasReader(): boolean {
    return this.#readEnds > 0;
  }

  get hasWriter(): boolean {
    return this.#writeEnds > 0;
  }

  readEnd(): OpenFile {
    this.#readEnds++;
    this.wakeWriters();
    return new ReadEnd(this, () => {
      this.#readEnds--;
      this.wakeWriters();
    });
  }

  writeEnd(): OpenFile {
    this.#writeEnds++;
    this.wakeReaders();
    return new WriteEnd(this, () => {
      this.#writeEnds--;
      this.wakeReaders();
    });
  }

  readable(waiter: Waiter): Promise<void> {
    return waiter.block((wake) => register(this.#readers, wake));
  }

  writable(waiter: Waiter): Promise<void> {
    return waiter.block((wake) => register(this.#writers, wake));
  }

  wakeReaders(): void {
    wakeAll(this.#readers);
  }

  wakeWriters(): void {
    wakeAll(this.#writers);
  }
}

class ReadEnd extends Shared implements OpenFile {
  readonly terminal = false;
  readonly #pipe: Pipe;
  readonly #onClose: () => void;

  constructor(pipe: Pipe, onClose: () => void) {
    super();
    this.#pipe = pipe;
    this.#onClose = onClose;
  }

  get label(): string {
    return this.#pipe.label;
  }

  read(waiter: Waiter, maxBytes?: number): Promise<Chunk | undefined> | Chunk | undefined {
    const chunk = this.#pipe.queue.take(maxBytes);
    if (chunk === undefined) return this.#pipe.hasWriter ? this.#wait(waiter, maxBytes) : undefined;
    this.#pipe.wakeWriters();
    return chunk;
  }

  readLine(waiter: Waiter): Promise<string | undefined> | string | undefined {
    const line = this.#pipe.queue.takeLine();
    if (line !== undefined) {
      this.#pipe.wakeWriters();
      return line;
    }
    if (this.#pipe.hasWriter) return this.#waitLine(waiter);
    return this.#pipe.queue.size === 0 ? undefined : this.#pipe.queue.takeText();
  }

  write(): Promise<void> {
    return Promise.reject(new Error('Bad file descriptor'));
  }

  protected closed(): void {
    this.#onClose();
  }

  async #wait(waiter: Waiter, maxBytes?: number): Promise<Chunk | undefined> {
    for (;;) {
      await this.#pipe.readable(waiter);
      const chunk = this.#pipe.queue.take(maxBytes);
      if (chunk !== undefined) {
        this.#pipe.wakeWriters();
        return chunk;
      }
      if (!this.#pipe.hasWriter) return undefined;
    }
  }

  async #waitLine(waiter: Waiter): Promise<string | undefined> {
    let waitedText = '';
    for (;;) {
      await this.#pipe.readable(waiter);
      const line = this.#pipe.queue.takeLine();
      if (line !== undefined || !this.#pipe.hasWriter) {
        const rest = line ?? this.#pipe.queue.takeText();
        this.#pipe.wakeWriters();
        return waitedText + rest === '' ? undefined : waitedText + rest;
      }
      if (this.#pipe.queue.size > CAPACITY_BYTES / 2) {
        // A line longer than the pipe: make room.
        waitedText += this.#pipe.queue.takeText();
        this.#pipe.wakeWriters();
      }
    }
  }
}

class WriteEnd extends Shared implements OpenFile {
  readonly terminal = false;
  readonly #pipe: Pipe;
  readonly #onClose: () => void;

  constructor(pipe: Pipe, onClose: () => void) {
    super();
    this.#pipe = pipe;
    this.#onClose = onClose;
  }

  get label(): string {
    return this.#pipe.label;
  }

  read(): Chunk | undefined {
    return undefined;
  }

  readLine(): string | undefined {
    return undefined;
  }

  write(waiter: Waiter, chunk: Chunk): Promise<void> | undefined {
    if (!this.#pipe.hasReader) waiter.brokenPipe();
    if (this.#pipe.queue.size >= CAPACITY_BYTES) return this.#wait(waiter, chunk);
    // What is handed over may be a view of a buffer that its owner goes on using.
    this.#pipe.queue.push(typeof chunk === 'string' ? chunk : chunk.slice());
    this.#pipe.wakeReaders();
    return undefined;
  }

  protected closed(): void {
    this.#onClose();
  }

  async #wait(waiter: Waiter, chunk: Chunk): Promise<void> {
    while (this.#pipe.queue.size >= CAPACITY_BYTES && this.#pipe.hasReader) await this.#pipe.writable(waiter);
    if (!this.#pipe.hasReader) waiter.brokenPipe();
    this.#pipe.queue.push(typeof chunk === 'string' ? chunk : chunk.slice());
    this.#pipe.wakeReaders();
  }
}

function register(waiters: Set<() => void>, wake: () => void): () => void {
  waiters.add(wake);
  return () => waiters.delete(wake);
}

function wakeAll(waiters: Set<() => void>): void {
  if (waiters.size === 0) return;
  const woken = [...waiters];
  waiters.clear();
  for (const wake of woken) wake();
}
