import type { ExecOptions, InputStream } from '@tabernetes/node-api';
import type { Waiter } from '../process/open-file.ts';
import type { Container } from './container.ts';
import { pump } from './exec.ts';

/** Joins the streams of a container's first process until it ends or whoever attached leaves. */
export async function attachTo(
  container: Container,
  streams: Omit<ExecOptions, 'command' | 'timeoutMs'>,
): Promise<void> {
  const { stdin, stdout, stderr, terminal, signal } = streams;
  const { pty } = container;
  const leave = container.attach({ stdout: (chunk) => stdout.write(chunk), stderr: (chunk) => stderr.write(chunk) });
  const followed = terminal === undefined ? undefined : pty?.follow(terminal);
  let left = false;
  const done = (): boolean => left || container.state === 'exited';
  await new Promise<void>((resolve) => {
    if (stdin !== undefined && container.config.stdin) {
      const { stdinOnce, tty } = container.config;
      // Who has nothing more to type sees no more either, unless the program is to answer to all that it was told.
      const ended = (): void => {
        if (!stdinOnce || tty) resolve();
      };
      void (pty === undefined ? feed(container, stdin, done) : pump(pty, stdin, done)).then(ended);
    }
    container.onEnd(resolve);
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  left = true;
  followed?.dispose();
  leave();
}

/** The first attach that ends closes the input of a container that wants it once. */
async function feed(container: Container, stdin: InputStream, done: () => boolean): Promise<void> {
  const end = container.stdin?.writeEnd();
  try {
    while (!done()) {
      const bytes = await stdin.read();
      if (bytes === undefined) break;
      await end?.write(OUTSIDE, bytes);
    }
  } catch {
    // The program reads no more, or whoever typed has gone: either way this attach types no more.
  }
  end?.release();
  if (container.config.stdinOnce) {
    container.stdinEnd?.release();
    container.stdinEnd = undefined;
  }
}

/** Somebody outside any container, who cannot be killed. */
const OUTSIDE: Waiter = {
  block: (register) => new Promise((resolve) => register(resolve)),
  brokenPipe() {
    throw new Error('Broken pipe');
  },
};
