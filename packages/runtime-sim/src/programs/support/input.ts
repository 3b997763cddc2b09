import type { FileError, FileType, InputStream, OutputStream, Process } from '@tabernetes/node-api';
import { attempt, complain, Failure } from './command.ts';
import { Holding, LONGEST_TEXT } from './holding.ts';

/** Bytes of a file or of the standard input, piece by piece. */
export interface ByteSource {
  read(): Promise<Uint8Array | undefined>;
}

/** Opens an operand; `-` is the standard input. Files that are devices or pipes are read as they come. @throws {FileError} */
export function openBytes(process: Process, path: string): ByteSource {
  if (path === '-' || path === '/dev/stdin') return process.stdin;
  const content = process.fs.readFile(path);
  if (content.length === 0 && process.openInput !== undefined && STREAMS.has(process.fs.stat(path).type)) {
    return process.openInput(path);
  }
  let taken = false;
  return {
    read: async () => {
      if (taken || content.length === 0) return undefined;
      taken = true;
      return content;
    },
  };
}

/** As {@link openBytes}, for programs that say in a way of their own what cannot be opened. @throws {Failure} */
export function openBytesOr(process: Process, path: string, failure: (error: FileError) => Failure): ByteSource {
  const opened = attempt(() => openBytes(process, path));
  if ('error' in opened) throw failure(opened.error);
  return opened.value;
}

const STREAMS: ReadonlySet<FileType> = new Set(['device', 'fifo']);

/** All bytes of an operand. @throws {FileError} */
export async function readAll(process: Process, path: string): Promise<Uint8Array> {
  const source = openBytes(process, path);
  const pieces: Uint8Array[] = [];
  const holding = new Holding(process);
  for (;;) {
    const piece = await source.read();
    if (piece === undefined) return concat(pieces);
    holding.add(piece.length);
    pieces.push(piece);
  }
}

/** All of an operand as UTF-8. @throws {FileError} */
export async function readAllText(process: Process, path: string): Promise<string> {
  return decode(await readAll(process, path));
}

export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1 && pieces[0] !== undefined) return pieces[0];
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** Lines that arrived together, without their newlines. */
export interface LineBatch {
  readonly lines: readonly string[];
  /** False only for the last batch of an input whose last line has no newline. */
  readonly terminated: boolean;
}

/**
 * Reads lines in the batches in which they arrive, so that a filter writes once for many lines and still passes on
 * at once what came alone.
 */
export class LineReader {
  readonly #source: ByteSource;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #separator: string;
  #rest = '';
  #ended = false;

  constructor(source: ByteSource, separator = '\n') {
    this.#source = source;
    this.#separator = separator;
  }

  async next(): Promise<LineBatch | undefined> {
    while (!this.#ended) {
      const bytes = await this.#source.read();
      if (bytes === undefined) {
        this.#ended = true;
        break;
      }
      const text = this.#decoder.decode(bytes, { stream: true });
      const end = text.lastIndexOf(this.#separator);
      if (end < 0) {
        this.#rest += text;
        // A line without an end: nobody keeps more of it than of anything else.
        if (this.#rest.length > LONGEST_TEXT) throw new Failure('out of memory');
        continue;
      }
      const lines = (this.#rest + text.slice(0, end)).split(this.#separator);
      this.#rest = text.slice(end + 1);
      return { lines, terminated: true };
    }
    const last = this.#rest + this.#decoder.decode();
    this.#rest = '';
    return last === '' ? undefined : { lines: [last], terminated: false };
  }
}

/** Lines of a whole text. */
export function splitLines(text: string): LineBatch {
  if (text === '') return { lines: [], terminated: true };
  const terminated = text.endsWith('\n');
  return { lines: (terminated ? text.slice(0, -1) : text).split('\n'), terminated };
}

/**
 * The lines of all operands one after the other. An operand that cannot be opened is told of and left out.
 *
 * @param each called for each batch; false ends the reading
 * @returns true when every operand could be read
 */
export async function eachBatch(
  process: Process,
  paths: readonly string[],
  each: (batch: LineBatch, path: string) => Promise<boolean | undefined>,
  { openText = (path: string, text: string) => `${path}: ${text}`, separator = '\n' }: InputOptions = {},
): Promise<boolean> {
  let allRead = true;
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const opened = attempt(() => openBytes(process, path));
    if ('error' in opened) {
      allRead = false;
      await complain(process, openText(path, opened.error.message));
      continue;
    }
    const reader = new LineReader(opened.value, separator);
    for (;;) {
      const batch = await reader.next();
      if (batch === undefined) break;
      if ((await each(batch, path)) === false) return allRead;
    }
  }
  return allRead;
}

export interface InputOptions {
  /** What is said of a file that cannot be opened. */
  readonly openText?: (path: string, text: string) => string;
  readonly separator?: string;
}

/** Collects text and writes it when told to. */
export class Output {
  readonly #stream: OutputStream;
  #pieces: string[] = [];

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  add(text: string): void {
    this.#pieces.push(text);
  }

  async flush(): Promise<void> {
    if (this.#pieces.length === 0) return;
    const text = this.#pieces.join('');
    this.#pieces = [];
    if (text !== '') await this.#stream.write(text);
  }
}

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const ENCODER = new TextEncoder();

export function decode(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

export function encode(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** A stream of what is at hand, for a child's standard input. */
export function textInput(text: string): InputStream {
  let left: Uint8Array | undefined = encode(text);
  const take = (maxBytes = Number.POSITIVE_INFINITY): Uint8Array | undefined => {
    if (left === undefined || left.length === 0) return undefined;
    const taken = left.subarray(0, maxBytes);
    left = left.subarray(taken.length);
    return taken;
  };
  return {
    read: async (maxBytes) => take(maxBytes),
    readLine: async () => {
      const end = left?.indexOf(10) ?? -1;
      const line = take(end < 0 ? undefined : end + 1);
      return line === undefined ? undefined : decode(line).replace(/\n$/, '');
    },
    readText: async () => decode(take() ?? new Uint8Array(0)),
    close: () => {
      left = undefined;
    },
  };
}
