import type { ChildProcess, OutputStream, Process } from '@tabernetes/node-api';
import { attempt } from '../support/command.ts';
import { LineReader, Output, openBytes, splitLines } from '../support/input.ts';
import type { Memory } from './memory.ts';
import { childPipe, LineQueue } from './pipes.ts';
import { toNumber } from './values.ts';

interface Sink {
  readonly stream: OutputStream;
  readonly out: Output;
  readonly child: ChildProcess | undefined;
}

/** What a program of awk reads and writes. */
export class Streams {
  readonly #process: Process;
  readonly #memory: Memory;
  readonly out: Output;
  exitCode = 0;
  readonly #sinks = new Map<string, Sink>();
  readonly #sources = new Map<string, LineQueue>();
  #main: LineQueue | undefined;
  #operand = 1;
  #usedOperand = false;

  constructor(process: Process, memory: Memory) {
    this.#process = process;
    this.#memory = memory;
    this.out = new Output(process.stdout);
  }

  /** The next record of the operands, or of the standard input when there is none. */
  async nextRecord(): Promise<string | undefined> {
    for (;;) {
      if (this.#main === undefined && !(await this.#openNext())) return undefined;
      const record = await this.#main?.next(this.#memory.text(this.#memory.variable('RS')), () => this.out.flush());
      if (record === undefined) {
        this.#main = undefined;
        continue;
      }
      this.#memory.setVariable('NR', toNumber(this.#memory.variable('NR')) + 1);
      this.#memory.setVariable('FNR', toNumber(this.#memory.variable('FNR')) + 1);
      return record;
    }
  }

  async #openNext(): Promise<boolean> {
    const argv = this.#memory.array('ARGV');
    while (this.#operand < toNumber(this.#memory.variable('ARGC'))) {
      const path = this.#memory.text(argv.get(String(this.#operand++)));
      const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(path);
      if (path === '') continue;
      if (assignment !== null) {
        this.#memory.assign(assignment[1] ?? '', assignment[2] ?? '');
        continue;
      }
      this.#usedOperand = true;
      const opened = attempt(() => openBytes(this.#process, path));
      if ('error' in opened) {
        await this.out.flush();
        await this.#process.stderr.write(`awk: ${path}: ${opened.error.message}\n`);
        this.exitCode = 1;
        continue;
      }
      this.#main = new LineQueue(new LineReader(opened.value));
      this.#memory.setVariable('FILENAME', path);
      this.#memory.setVariable('FNR', 0);
      return true;
    }
    if (this.#usedOperand) return false;
    this.#usedOperand = true;
    this.#main = new LineQueue(new LineReader(this.#process.stdin));
    return true;
  }

  /** What follows in the file is not read. */
  skipFile(): void {
    this.#main = undefined;
  }

  /** Writes to what a redirection names. @param redirect `>`, `>>` or `|` */
  async write(text: string, redirect: string, name: string): Promise<void> {
    if (name === '/dev/stdout' || name === '-') this.out.add(text);
    else if (name === '/dev/stderr') await this.#process.stderr.write(text);
    else {
      const sink = this.#sinks.get(name) ?? (await this.#openSink(name, redirect));
      sink.out.add(text);
      await sink.out.flush();
    }
  }

  /** Lines of a file, or of what a command prints, opened when they are read first; undefined where there is no such file. */
  async source(name: string, isCommand: boolean): Promise<LineQueue | undefined> {
    const known = this.#sources.get(name);
    if (known !== undefined) return known;
    await this.out.flush();
    const opened = isCommand ? { value: await this.#printed(name) } : attempt(() => openBytes(this.#process, name));
    if ('error' in opened) return undefined;
    const queue = opened.value instanceof LineQueue ? opened.value : new LineQueue(new LineReader(opened.value));
    this.#sources.set(name, queue);
    return queue;
  }

  async #printed(command: string): Promise<LineQueue> {
    const pieces: string[] = [];
    const stdout: OutputStream = {
      write: async (chunk) => {
        pieces.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
      },
      close: () => undefined,
    };
    await this.#process.spawn(['/bin/sh', '-c', command], { stdout }).exited;
    return LineQueue.of(splitLines(pieces.join('')).lines);
  }

  /** Ends all that is written to, and waits for the children. */
  async closeAll(): Promise<void> {
    await this.out.flush();
    for (const name of [...this.#sinks.keys()]) await this.close(name);
  }

  async #openSink(name: string, redirect: string): Promise<Sink> {
    const { fs } = this.#process;
    await this.out.flush();
    let sink: Sink;
    if (redirect === '|') {
      const { stream, input } = childPipe();
      sink = { stream, out: new Output(stream), child: this.#process.spawn(['/bin/sh', '-c', name], { stdin: input }) };
    } else {
      if (redirect === '>') fs.writeFile(name, '');
      const stream: OutputStream = {
        write: async (chunk) => fs.writeFile(name, chunk, { append: true }),
        close: () => undefined,
      };
      sink = { stream, out: new Output(stream), child: undefined };
    }
    this.#sinks.set(name, sink);
    return sink;
  }

  /** What `close` gives: the exit code of a child, -1 where nothing is open by that name. */
  async close(name: string): Promise<number> {
    const sink = this.#sinks.get(name);
    this.#sinks.delete(name);
    const had = this.#sources.delete(name);
    if (sink === undefined) return had ? 0 : -1;
    sink.stream.close();
    return sink.child === undefined ? 0 : sink.child.exited;
  }
}
