import type { ChildProcess, InputStream, OutputStream, Process } from '@tabernetes/node-api';
import { pipeOf } from '../support/child.ts';
import { attempt } from '../support/command.ts';
import { LineReader, Output, openBytes } from '../support/input.ts';
import type { Memory } from './memory.ts';
import { LineQueue } from './pipes.ts';
import { toNumber } from './values.ts';

interface Sink {
  readonly stream: OutputStream;
  readonly out: Output;
  readonly child: ChildProcess | undefined;
}

interface Source {
  readonly lines: LineQueue;
  /** Of a command. */
  readonly input: InputStream | undefined;
  readonly child: ChildProcess | undefined;
}

/** What a program of awk reads and writes. */
export class Streams {
  readonly #process: Process;
  readonly #memory: Memory;
  readonly out: Output;
  exitCode = 0;
  readonly #sinks = new Map<string, Sink>();
  readonly #sources = new Map<string, Source>();
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
    if (known !== undefined) return known.lines;
    await this.out.flush();
    if (isCommand) return this.#printed(name);
    const opened = attempt(() => openBytes(this.#process, name));
    if ('error' in opened) return undefined;
    const lines = new LineQueue(new LineReader(opened.value));
    this.#sources.set(name, { lines, input: undefined, child: undefined });
    return lines;
  }

  /** What a command prints, as it prints it. */
  #printed(command: string): LineQueue {
    const { input, output } = pipeOf(this.#process);
    const child = this.#process.spawn(['/bin/sh', '-c', command], { stdout: output });
    output.close();
    const lines = new LineQueue(new LineReader(input));
    this.#sources.set(command, { lines, input, child });
    return lines;
  }

  /** Ends all that is read and written, and waits for the children. */
  async closeAll(): Promise<void> {
    await this.out.flush();
    for (const name of [...this.#sources.keys(), ...this.#sinks.keys()]) await this.close(name);
  }

  async #openSink(name: string, redirect: string): Promise<Sink> {
    const { fs } = this.#process;
    await this.out.flush();
    let sink: Sink;
    if (redirect === '|') {
      const { input, output } = pipeOf(this.#process);
      sink = {
        stream: output,
        out: new Output(output),
        child: this.#process.spawn(['/bin/sh', '-c', name], { stdin: input }),
      };
      input.close();
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
    const source = this.#sources.get(name);
    const sink = this.#sinks.get(name);
    this.#sources.delete(name);
    this.#sinks.delete(name);
    source?.input?.close();
    sink?.stream.close();
    const child = sink?.child ?? source?.child;
    if (child !== undefined) return child.exited;
    return sink === undefined && source === undefined ? -1 : 0;
  }
}
