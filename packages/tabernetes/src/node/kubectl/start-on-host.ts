import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ChildProcess, InputStream, OutputStream, SignalName, SpawnOptions } from '@tabernetes/node-api';

/**
 * Starts a program of the host, on the terminal of this one as far as no other streams are given. It ends when all that it has printed
 * has been taken; 127 when there is none by that name, as shells have it.
 */
export function startOnHost([program = '', ...args]: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const { env, cwd, stdin, stdout, stderr } = options;
  const child = spawn(program, args, {
    stdio: [stdin ? 'pipe' : 'inherit', stdout ? 'pipe' : 'inherit', stderr ? 'pipe' : 'inherit'],
    ...(env && { env: { ...env } }),
    ...(cwd !== undefined && { cwd }),
  });
  if (stdin && child.stdin) feed(stdin, child.stdin);
  const taken = [take(child.stdout, stdout), take(child.stderr, stderr)];
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
  return {
    pid: child.pid ?? 0,
    exited: exited.then(async (code) => {
      await Promise.all(taken);
      return code;
    }),
    kill: (name: SignalName = 'TERM') => child.kill(`SIG${name}`),
  };
}

async function take(source: Readable | null, target: OutputStream | undefined): Promise<void> {
  if (source === null || target === undefined) return;
  for await (const chunk of source as AsyncIterable<Uint8Array>) await target.write(chunk);
}

function feed(source: InputStream, target: Writable): void {
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) yield chunk;
  };
  // A program that reads no more has had enough.
  pipeline(Readable.from(chunks()), target).catch(() => undefined);
}
