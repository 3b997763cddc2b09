import type { Clock } from '@tabernetes/base';
import type { Chunk, ContainerRuntime, OutputStream } from '@tabernetes/node-api';
import { expiry, PASSED } from '../expiry.ts';

/** How a command ended that was run for its exit code. */
export interface ExecOutcome {
  readonly exitCode: number;
  /** What it wrote: first what went to standard output, then the errors. */
  readonly output: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/**
 * Runs a command in a container and gathers what it writes, up to 16 KiB of each stream.
 *
 * @throws {Error} with the runtime's words when it cannot be started
 */
export async function execOutput(
  { runtime, clock }: { readonly runtime: ContainerRuntime; readonly clock: Clock },
  id: string,
  command: readonly string[],
  timeoutMs = 0,
): Promise<ExecOutcome> {
  const stdout = gather();
  const stderr = gather();
  const ended = (exitCode: number, timedOut = false): ExecOutcome => ({
    exitCode,
    output: stdout.text() + stderr.text(),
    stderr: stderr.text(),
    timedOut,
  });
  const stop = new AbortController();
  const running = runtime.exec(id, { command, stdout: stdout.sink, stderr: stderr.sink, signal: stop.signal });
  if (timeoutMs === 0) return ended(await running);
  const limit = expiry(clock, timeoutMs, { background: true });
  try {
    const exitCode = await Promise.race([running, limit.passed]);
    if (exitCode !== PASSED) return ended(exitCode);
    running.catch(() => undefined);
    stop.abort();
    return ended(-1, true);
  } finally {
    limit.dispose();
  }
}

function gather(): { readonly sink: OutputStream; readonly text: () => string } {
  let gathered = '';
  const decoder = new TextDecoder();
  const sink: OutputStream = {
    write(chunk: Chunk) {
      if (gathered.length < MAX_OUTPUT) {
        gathered += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      }
      return Promise.resolve();
    },
    close: () => undefined,
  };
  return { sink, text: () => gathered };
}

const MAX_OUTPUT = 16 * 1024;
