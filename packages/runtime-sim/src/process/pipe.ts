import type { Chunk } from '@tabernetes/node-api';
import { ChunkQueue } from './chunk-queue.ts';
import { type OpenFile, Shared, type Waiter } from './open-file.ts';

/** What Linux lets a writer be ahead of its reader. */
const CAPACITY_BYTES = 65_536;

export interface PipeOptions {
  /** It has a name (mkfifo): whoever comes first waits for the other side instead of finding that nobody is there. */
  readonly named?: boolean;
}

/** A pipe: bytes from those who hold the write end to those who hold the read end, in order, streaming. */
export class Pipe {
  readonly queue = new ChunkQueue();
  readonly #readers = new Set<() => void>();
  readonly #writers = new Set<() => void>();
  #readEnds = 0;
  #writeEnds = 0;
  readonly label: string;

  readonly named: boolean;
  /** How many write ends there have been, and how many read ends. */
  #written = 0;
  #readBy = 0;

  constructor(label = 'pipe:[1]', { named = false }: PipeOptions = {}) {
    this.label = label;
    this.named = named;
  }

  /** @param since how many read ends there had been when a writer of a named pipe came */
  hasReader(since: number): boolean {
    return this.#readEnds > 0 || (this.named && this.#readBy === since);
  }

  /** @param since how many write ends there had been when a reader of a named pipe came */
  hasWriter(since: number): boolean {
    return this.#writeEnds > 0 || (this.named && this.#written === since);
  }

  /** Named pipes: somebody has it open for reading, so that what is written can be kept. */
  get isRead(): boolean {
    return this.#readEnds > 0 || !this.named;
  }

  readEnd(): OpenFile {
    this.#readEnds++;
    this.#readBy++;
    this.wakeWriters();
    const since = this.#writeEnds > 0 ? -1 : this.#written;
    return new ReadEnd(this, since, () => {
      this.#readEnds--;
      this.#forget();
      this.wakeWriters();
    });
  }

  writeEnd(): OpenFile {
    this.#writeEnds++;
    this.#written++;
    this.wakeReaders();
    const since = this.#readEnds > 0 ? -1 : this.#readBy;
    return new WriteEnd(this, since, () => {
      this.#writeEnds--;
      this.#forget();
      this.wakeReaders();
    });
  }

  /** What nobody can read any more is gone. */
  #forget(): void {
    if (this.named && this.#readEnds === 0 && this.#writeEnds === 0) this.queue.takeText();
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
  readonly #since: number;
  readonly #onClose: () => void;

  constructor(pipe: Pipe, since: number, onClose: () => void) {
    super();
    this.#pipe = pipe;
    this.#since = since;
    this.#onClose = onClose;
  }

  get label(): string {
    return this.#pipe.label;
  }

  read(waiter: Waiter, maxBytes?: number): Promise<Chunk | undefined> | Chunk | undefined {
    const chunk = this.#pipe.queue.take(maxBytes);
    if (chunk === undefined) return this.#pipe.hasWriter(this.#since) ? this.#wait(waiter, maxBytes) : undefined;
    this.#pipe.wakeWriters();
    return chunk;
  }

  readLine(waiter: Waiter): Promise<string | undefined> | string | undefined {
    const line = this.#pipe.queue.takeLine();
    if (line !== undefined) {
      this.#pipe.wakeWriters();
      return line;
    }
    if (this.#pipe.hasWriter(this.#since)) return this.#waitLine(waiter);
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
      if (!this.#pipe.hasWriter(this.#since)) return undefined;
    }
  }

  async #waitLine(waiter: Waiter): Promise<string | undefined> {
    let waitedText = '';
    for (;;) {
      await this.#pipe.readable(waiter);
      const line = this.#pipe.queue.takeLine();
      if (line !== undefined || !this.#pipe.hasWriter(this.#since)) {
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
  readonly #since: number;
  readonly #onClose: () => void;

  constructor(pipe: Pipe, since: number, onClose: () => void) {
    super();
    this.#pipe = pipe;
    this.#since = since;
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
    if (!this.#pipe.hasReader(this.#since)) waiter.brokenPipe();
    if (this.#pipe.queue.size >= CAPACITY_BYTES || !this.#pipe.isRead) return this.#wait(waiter, chunk);
    // What is handed over may be a view of a buffer that its owner goes on using.
    this.#pipe.queue.push(typeof chunk === 'string' ? chunk : chunk.slice());
    this.#pipe.wakeReaders();
    return undefined;
  }

  protected closed(): void {
    this.#onClose();
  }

  async #wait(waiter: Waiter, chunk: Chunk): Promise<void> {
    while ((this.#pipe.queue.size >= CAPACITY_BYTES || !this.#pipe.isRead) && this.#pipe.hasReader(this.#since))
      await this.#pipe.writable(waiter);
    if (!this.#pipe.hasReader(this.#since)) waiter.brokenPipe();
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
