import type { Transport } from '@tabernetes/apimachinery';
import { seededRng, virtualClock } from '@tabernetes/base';
import type { Chunk, FileSystem, InputStream, Net, OutputStream, Process } from '@tabernetes/node-api';
import { kubectl } from '../index.ts';
import { memoryFiles } from './memory-files.ts';

export interface RunOptions {
  /** By absolute path; the working directory is /work. */
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Answers requests; without it nobody listens. */
  readonly server?: Transport;
  readonly signal?: AbortSignal;
  /** Files that outlive a call, with what kubectl keeps in them. */
  readonly fs?: FileSystem;
  /** Take what is printed instead of the result. */
  readonly stdout?: OutputStream;
  readonly stderr?: OutputStream;
  /** What there is of a network. */
  readonly net?: Partial<Net>;
  /** Programs that kubectl starts: the exit code for a line; without it there are none. `print` writes to what they were given. */
  spawn?(argv: readonly string[], fs: FileSystem, print: (text: string) => void): number;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Runs one kubectl line in memory. */
export async function runKubectl(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const clock = virtualClock({ startMs: Date.UTC(2025, 0, 1) });
  const out = collected();
  const err = collected();
  const { server } = options;
  const fs = options.fs ?? memoryFiles(options.files ?? {});
  const program = kubectl({
    clock,
    keepsCache: options.fs !== undefined,
    connect: () => ({
      request: (request) =>
        server?.request(request) ?? Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
    }),
    defaultConfig: { server: 'https://kubernetes', namespace: 'default', insecure: false, timeoutMs: 0 },
  });
  const process: Process = {
    pid: 1,
    argv: ['kubectl', ...args],
    env: { HOME: '/root', ...options.env },
    cwd: '/work',
    uid: 0,
    gid: 0,
    hostname: 'test',
    stdin: input(options.stdin ?? ''),
    stdout: options.stdout ?? out,
    stderr: options.stderr ?? err,
    fs,
    net: { ...NO_NET, ...options.net },
    rng: seededRng(1),
    signal: options.signal ?? new AbortController().signal,
    now: () => clock.now(),
    sleep: (delayMs) => clock.sleep(delayMs),
    spawn: (argv, { stdout } = {}) => ({
      pid: 2,
      exited: Promise.resolve(options.spawn?.(argv, fs, (text) => void stdout?.write(text)) ?? 127),
      kill: () => undefined,
    }),
    onSignal: () => ({ dispose: () => undefined }),
    kill: () => false,
    usage: () => undefined,
  };
  const code = await program(process);
  clock.dispose();
  return { stdout: out.text(), stderr: err.text(), code };
}

function collected(): OutputStream & { text(): string } {
  let text = '';
  return {
    async write(chunk: Chunk) {
      text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
    },
    close: () => undefined,
    text: () => text,
  };
}

function input(text: string): InputStream {
  let rest = text;
  return {
    async read() {
      if (rest === '') return undefined;
      const bytes = new TextEncoder().encode(rest);
      rest = '';
      return bytes;
    },
    async readLine() {
      if (rest === '') return undefined;
      const [line = '', ...more] = rest.split('\n');
      rest = more.join('\n');
      return line;
    },
    async readText() {
      const all = rest;
      rest = '';
      return all;
    },
    close: () => undefined,
  };
}

const refused = (): never => {
  throw new Error('not in tests');
};
const NO_NET: Net = {
  addresses: [],
  resolve: refused,
  query: refused,
  connect: refused,
  listen: refused,
  fetch: refused,
  serve: refused,
};
