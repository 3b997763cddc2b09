import type { Chunk, InputStream, OutputStream } from '@tabernetes/node-api';
import { joinBytes, toBytes, toText } from '../file-system/content.ts';
import { Holding } from '../programs/support/holding.ts';
import { InputFile, OutputFile } from './files.ts';
import type { OpenFile } from './open-file.ts';
import type { Proc } from './proc.ts';

/** A descriptor of a process as a stream to read. Whatever the descriptor stands for at the time of the call is read. */
export class ProcInput implements InputStream {
  readonly #proc: Proc;
  readonly #fd: number;

  constructor(proc: Proc, fd: number) {
    this.#proc = proc;
    this.#fd = fd;
  }

  /** What the descriptor stands for now. */
  get file(): OpenFile | undefined {
    return this.#proc.fds.get(this.#fd);
  }

  async read(maxBytes?: number): Promise<Uint8Array | undefined> {
    const chunk = await this.readChunk(maxBytes);
    return chunk === undefined ? undefined : toBytes(chunk);
  }

  /** As it comes: text where text was written. */
  async readChunk(maxBytes?: number): Promise<Chunk | undefined> {
    await this.#proc.tick();
    const chunk = await this.#proc.fds.get(this.#fd)?.read(this.#proc, maxBytes);
    if (chunk !== undefined) this.#proc.moved(chunk.length);
    return chunk;
  }

  async readLine(): Promise<string | undefined> {
    const line = await this.readRawLine();
    return line?.endsWith('\n') ? line.slice(0, -1) : line;
  }

  /** With the newline, when there is one. */
  async readRawLine(): Promise<string | undefined> {
    await this.#proc.tick();
    const line = await this.#proc.fds.get(this.#fd)?.readLine(this.#proc);
    if (line !== undefined) this.#proc.moved(line.length);
    return line;
  }

  async readText(): Promise<string> {
    return readAllText(this.#proc, this.#proc.fds.get(this.#fd));
  }

  close(): void {
    this.#proc.fds.get(this.#fd)?.release();
    this.#proc.fds.delete(this.#fd);
  }
}

/** A descriptor of a process as a stream to write. */
export class ProcOutput implements OutputStream {
  readonly #proc: Proc;
  readonly #fd: number;

  constructor(proc: Proc, fd: number) {
    this.#proc = proc;
    this.#fd = fd;
  }

  /** What the descriptor stands for now. */
  get file(): OpenFile | undefined {
    return this.#proc.fds.get(this.#fd);
  }

  async write(chunk: Chunk): Promise<void> {
    await this.#proc.tick();
    this.#proc.moved(chunk.length);
    await this.#proc.fds.get(this.#fd)?.write(this.#proc, chunk);
  }

  close(): void {
    this.#proc.fds.get(this.#fd)?.release();
    this.#proc.fds.delete(this.#fd);
  }
}

/** Everything up to the end, as text. */
export async function readAllText(proc: Proc, file: OpenFile | undefined): Promise<string> {
  const chunks: Chunk[] = [];
  const holding = new Holding(proc);
  for (;;) {
    await proc.tick();
    const chunk = await file?.read(proc);
    if (chunk === undefined) break;
    proc.moved(chunk.length);
    holding.add(chunk.length);
    chunks.push(chunk);
  }
  return chunks.every((chunk) => typeof chunk === 'string') ? chunks.join('') : toText(joinBytes(chunks.map(toBytes)));
}

/** A stream of a seam as an open file. A descriptor of a process is shared; whoever handed it over has its own to close. */
export function streamFile(stream: InputStream | OutputStream): OpenFile {
  const shared = stream instanceof ProcInput || stream instanceof ProcOutput ? stream.file : undefined;
  if (shared !== undefined) return shared.retain();
  return 'read' in stream ? new InputFile(stream) : OutputFile.to(stream);
}
