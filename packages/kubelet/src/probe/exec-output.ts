import type { Clock } from '@tabernetes/base';
import type { Chunk, ContainerRuntime, OutputStream } from '@tabernetes/node-api';

/** How a command ended that was run for its exit code. */
export interface ExecOutcome {
  readonly exitCode: number;
  /** What it wrote, both streams, in the order of writing. */
  readonly output: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/**
 * Runs a command in a container and gathers what it writes, up to 16 KiB.
 *
 * @throws {Error} with the runtime's words when it cannot be started
 */
export async function execOutput(
  { runtime, clock }: { readonly runtime: ContainerRuntime; readonly clock: Clock },
  id: string,
  command: readonly string[],
  timeoutMs = 0,
): Promise<ExecOutcome> {
  let output = '';
  let stderr = '';
  const decoder = new TextDecoder();
  const sink = (isError: boolean): OutputStream => ({
    write(chunk: Chunk) {
      const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      if (output.length < MAX_OUTPUT) output += text;
      if (isError && stderr.length < MAX_OUTPUT) stderr += text;
      return Promise.resolve();
    },
    close: () => undefined,
  });
  const stop = new AbortController();
  const running = runtime.exec(id, { command, stdout: sink(false), stderr: sink(true), signal: stop.signal });
  if (timeoutMs === 0) return { exitCode: await running, output, stderr, timedOut: false };
  const late = Symbol('late');
  let expire: (value: typeof late) => void = () => undefined;
  const expired = new Promise<typeof late>((resolve) => {
    expire = resolve;
  });
  const timer = clock.setTimer(timeoutMs, () => expire(late), { background: true });
  try {
    const ended = await Promise.race([running, expired]);
    if (ended !== late) return { exitCode: ended, output, stderr, timedOut: false };
    running.catch(() => undefined);
    stop.abort();
    return { exitCode: -1, output, stderr, timedOut: true };
  } finally {
    timer.dispose();
  }
}

const MAX_OUTPUT = 16 * 1024;
