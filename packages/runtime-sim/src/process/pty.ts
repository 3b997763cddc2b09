import type { Disposable } from '@tabernetes/base';
import type { Chunk, InputStream, OutputStream, Terminal } from '@tabernetes/node-api';
import { toText } from '../file-system/content.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { type OpenFile, Shared, type Waiter } from './open-file.ts';
import type { Proc } from './proc.ts';

/** Which side of a terminal does what with keys: the terminal edits and echoes lines, or the program sees each key. */
export type TerminalMode = 'line' | 'raw';

/**
 * A pseudo terminal: the program's three streams on one side, somebody's keyboard and screen on the other. Newlines
 * become CR LF on the screen, keys are echoed, lines can be edited until Enter, ^C and ^\ signal, ^D ends the input.
 */
export class Pty extends Shared implements OpenFile {
  readonly terminal = true;
  readonly label: string;
  /** As somebody told; 0: nobody did. */
  #columns = 0;
  #rows = 0;
  readonly #resized = new Set<(columns: number, rows: number) => void>();
  #mode: TerminalMode = 'line';
  echo = true;
  /** What is written goes to the screen as it is: somebody else's terminal has seen to its newlines. */
  #isPlain = false;
  /** Who gets the signals of ^C and ^Z: the processes of its group. */
  foreground: Pick<Proc, 'pids' | 'pgid'> | undefined;
  readonly #queue = new ChunkQueue();
  readonly #readers = new Set<() => void>();
  readonly #screens = new Set<(text: string) => Promise<void> | undefined>();
  #line = '';
  #escape = '';
  #ended = false;
  /** Lines typed before, for the arrow keys. */
  readonly #history: string[] = [];
  #recalled = 0;

  constructor(label = '/dev/pts/0') {
    super();
    this.label = label;
  }

  /** 0: nobody has told how wide the screen is. */
  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Whether something was typed that nobody has read yet. */
  get hasKeys(): boolean {
    return this.#queue.size > 0;
  }

  /** The screen has another size: who listens hears of it, and the foreground gets WINCH. */
  resize(columns: number, rows: number): void {
    if (columns === this.#columns && rows === this.#rows) return;
    this.#columns = columns;
    this.#rows = rows;
    for (const told of [...this.#resized]) told(columns, rows);
    this.#signal('WINCH');
  }

  onResize(listener: (columns: number, rows: number) => void): Disposable {
    this.#resized.add(listener);
    return { dispose: () => void this.#resized.delete(listener) };
  }

  /** Takes the size of the screen at which somebody sits, as long as they do. */
  follow(screen: Pick<Terminal, 'columns' | 'rows' | 'onResize'>): Disposable {
    const take = (columns: number, rows: number): void => {
      if (columns > 0 && rows > 0) this.resize(columns, rows);
    };
    take(screen.columns, screen.rows);
    return screen.onResize(take);
  }

  get mode(): TerminalMode {
    return this.#mode;
  }

  /** What was typed and not yet read is taken as the new mode takes it. */
  set mode(mode: TerminalMode) {
    if (mode === this.#mode) return;
    this.#mode = mode;
    if (mode === 'raw') {
      this.#queue.push(this.#line);
      this.#line = '';
    } else {
      // It was not echoed when it came, and is not now.
      for (const key of this.#queue.takeText()) this.#key(key);
    }
    this.#wake();
  }

  /** Gives back keys that whoever read them has no use for. */
  unread(keys: string): void {
    const rest = this.#queue.takeText();
    this.#queue.push(keys);
    this.#queue.push(rest);
  }

  /** The terminal as programs at it see it. */
  face(edit?: Terminal['edit']): Terminal {
    // Nothing can be written on a screen of one column: who tells that wants to be looked at.
    const columns = (): number => (this.#columns > 1 ? this.#columns : 80);
    const rows = (): number => (this.#rows > 1 ? this.#rows : 24);
    return {
      get columns() {
        return columns();
      },
      get rows() {
        return rows();
      },
      onResize: (listener) => this.onResize(listener),
      setRaw: (raw) => {
        this.mode = raw ? 'raw' : 'line';
        this.#isPlain = raw;
      },
      ...(edit === undefined ? {} : { edit }),
    };
  }

  /** Joins a screen; gives back what leaves again. */
  addScreen(write: (text: string) => Promise<void> | undefined): () => void {
    this.#screens.add(write);
    return () => this.#screens.delete(write);
  }

  /** Feeds keys until the stream ends or `done` says so. */
  async pump(keyboard: InputStream, done: () => boolean): Promise<void> {
    while (!done()) {
      const keys = await keyboard.read();
      if (keys === undefined) break;
      await this.type(toText(keys));
    }
  }

  /** The keyboard's side is gone for good. */
  hangUp(): void {
    this.#ended = true;
    this.#wake();
  }

  async type(keys: string): Promise<void> {
    if (this.#mode === 'raw') {
      this.#queue.push(keys);
      this.#wake();
      return;
    }
    let echo = '';
    for (const key of keys) echo += this.#key(key);
    if (echo !== '' && this.echo) await this.show(echo);
    this.#wake();
  }

  /** Writes to the screens as it is. */
  async show(text: string): Promise<void> {
    for (const screen of this.#screens) await screen(text);
  }

  read(waiter: Waiter, maxBytes?: number): Promise<Chunk | undefined> | Chunk | undefined {
    const held = waiter.heldBack?.(this.foreground);
    if (held !== undefined) return held.then(() => this.read(waiter, maxBytes));
    return (
      this.#queue.take(maxBytes) ?? (this.#atEnd() ? undefined : this.#wait(waiter, () => this.#queue.take(maxBytes)))
    );
  }

  readLine(waiter: Waiter): Promise<string | undefined> | string | undefined {
    const held = waiter.heldBack?.(this.foreground);
    if (held !== undefined) return held.then(() => this.readLine(waiter));
    const take = (): string | undefined =>
      this.#queue.takeLine() ?? (this.#eof && this.#queue.size > 0 ? this.#queue.takeText() : undefined);
    return take() ?? (this.#atEnd() ? undefined : this.#wait(waiter, take));
  }

  write(_waiter: Waiter, chunk: Chunk): Promise<void> | undefined {
    const text = toText(chunk);
    return this.show(text.includes('\n') && !this.#isPlain ? text.replaceAll('\n', '\r\n') : text);
  }

  protected closed(): void {
    this.#screens.clear();
  }

  #eof = false;

  #atEnd(): boolean {
    if (!this.#eof && !this.#ended) return false;
    this.#eof = false; // ^D ends one read, not all
    return true;
  }

  async #wait<T>(waiter: Waiter, take: () => T | undefined): Promise<T | undefined> {
    for (;;) {
      await waiter.block((wake) => {
        this.#readers.add(wake);
        return () => this.#readers.delete(wake);
      });
      const taken = take();
      if (taken !== undefined) return taken;
      if (this.#atEnd()) return undefined;
    }
  }

  /** Takes a key in; what the terminal shows of it. */
  #key(key: string): string {
    if (this.#escape !== '' || key === '\x1b') return this.#escapeKey(key);
    switch (key) {
      case '\r':
      case '\n': {
        this.#queue.push(`${this.#line}\n`);
        if (this.#line.trim() !== '') this.#history.push(this.#line);
        this.#recalled = this.#history.length;
        this.#line = '';
        return '\r\n';
      }
      case '\x03':
        this.#line = '';
        this.#queue.takeText();
        this.#signal('INT');
        return '^C\r\n';
      case '\x1a':
        this.#line = '';
        this.#signal('TSTP');
        return '^Z\r\n';
      case '\x1c':
        this.#signal('QUIT');
        return '^\\';
      case '\x04':
        if (this.#line === '') this.#eof = true;
        else this.#queue.push(this.#line);
        this.#line = '';
        return '';
      case '\x7f':
      case '\b': {
        if (this.#line === '') return '';
        this.#line = [...this.#line].slice(0, -1).join('');
        return '\b \b';
      }
      case '\x15':
        return this.#replace('');
      default:
        if (key < ' ' && key !== '\t') return '';
        this.#line += key;
        return key;
    }
  }

  /** Arrow keys recall lines; whatever else comes as an escape sequence (answers of terminals) is dropped. */
  #escapeKey(key: string): string {
    this.#escape += key;
    if (this.#escape.length < 3 && (key === '\x1b' || key === '[' || key === 'O')) return '';
    if (!/[@-~]$/.test(this.#escape)) return '';
    const sequence = this.#escape;
    this.#escape = '';
    const step = sequence.endsWith('A') ? -1 : sequence.endsWith('B') ? 1 : 0;
    if (step === 0) return '';
    this.#recalled = Math.min(this.#history.length, Math.max(0, this.#recalled + step));
    return this.#replace(this.#history[this.#recalled] ?? '');
  }

  #replace(line: string): string {
    const erase = '\b \b'.repeat([...this.#line].length);
    this.#line = line;
    return erase + line;
  }

  #signal(signal: 'INT' | 'QUIT' | 'TSTP' | 'WINCH'): void {
    const leader = this.foreground;
    if (leader === undefined) return;
    for (const proc of [...leader.pids.processes.values()]) {
      if (proc.pgid === leader.pgid) proc.deliver(signal);
    }
  }

  #wake(): void {
    for (const wake of [...this.#readers]) wake();
    this.#readers.clear();
  }
}

/** Screen of an outside stream. */
export function screenOf(stream: OutputStream): (text: string) => Promise<void> {
  return (text) => stream.write(text);
}
