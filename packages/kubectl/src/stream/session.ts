import type { Pod } from '@tabernetes/api/types/core-v1';
import type { ExecSession, SessionStatus } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { Exit } from '../errors.ts';

export interface StreamOptions {
  readonly verb: 'exec' | 'attach';
  readonly container: string;
  readonly command?: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Starts the process, or joins it, and leaves its streams to the caller. @throws {StatusError} */
export async function openSession(
  { api, process }: CommandContext,
  { metadata }: Pod,
  options: StreamOptions,
): Promise<ExecSession> {
  const { verb, container, command = [], stdin, tty } = options;
  const { name = '', namespace = '' } = metadata;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/${verb}`;
  const { body } = await api().request('POST', path, {
    headers: { upgrade: 'websocket', connection: 'Upgrade' },
    query: {
      // Transports take a command with its words joined by NUL.
      ...(command.length > 0 && { command: command.join('\0') }),
      container,
      ...(stdin && { stdin: 'true' }),
      stdout: 'true',
      ...(!tty && { stderr: 'true' }),
      ...(tty && { tty: 'true' }),
    },
    signal: process.signal,
  });
  if (body.kind !== 'exec') throw new Error('unable to upgrade connection: the server did not switch protocols');
  return body.session;
}

/** Whether a terminal is passed on: only with stdin, and only if that is one; tells when it is none. */
export function takesTerminal(
  { err, process }: CommandContext,
  { stdin, tty, quiet }: { readonly stdin: boolean; readonly tty: boolean; readonly quiet: boolean },
): boolean {
  if (!stdin || !tty) return false;
  if (process.terminal !== undefined) return true;
  if (!quiet) err.write('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  return false;
}

/**
 * Ties the streams of a process in a container to those of this one until it ends.
 *
 * @throws {Exit} with the exit code of the process; {Error} with what went wrong
 */
export async function runInContainer(context: CommandContext, pod: Pod, options: StreamOptions): Promise<void> {
  await tie(context, await openSession(context, pod, options), options);
}

async function tie(context: CommandContext, session: ExecSession, { verb, stdin, tty }: StreamOptions): Promise<void> {
  const { process, out, err } = context;
  await out.flush();
  const aborted = (): void => session.close();
  process.signal.addEventListener('abort', aborted);
  const { terminal } = process;
  const size = tty && terminal !== undefined ? { width: terminal.columns, height: terminal.rows } : undefined;
  // What somebody joins draws its screen again when that has another size.
  if (size !== undefined && verb === 'attach') session.resize?.({ width: size.width + 1, height: size.height + 1 });
  if (size !== undefined) session.resize?.(size);
  const resized = tty ? terminal?.onResize((width, height) => session.resize?.({ width, height })) : undefined;
  let isOver = false;
  // Ctrl-C is a key of the process over there now, not of this one.
  if (tty && stdin) terminal?.setRaw?.(true);
  // What is typed goes on until the process ends; nobody waits for more.
  const typing = stdin && session.stdin !== undefined ? type(process.stdin, session.stdin, () => isOver) : undefined;
  typing?.catch(() => undefined);
  try {
    await Promise.all([copy(session.stdout, process.stdout), copy(session.stderr, process.stderr)]);
    const status = await session.exit;
    isOver = true;
    throwFailure(status);
  } finally {
    isOver = true;
    if (tty && stdin) terminal?.setRaw?.(false);
    resized?.dispose();
    process.signal.removeEventListener('abort', aborted);
    session.close();
    await err.flush();
  }
}

async function copy(
  from: ReadableStream<Uint8Array> | undefined,
  to: { write(chunk: Uint8Array): Promise<void> },
): Promise<void> {
  if (from === undefined) return;
  for (const reader = from.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    if (value.length > 0) await to.write(value);
  }
}

async function type(
  from: { read(): Promise<Uint8Array | undefined> },
  to: WritableStream<Uint8Array>,
  isOver: () => boolean,
): Promise<void> {
  const writer = to.getWriter();
  for (let chunk = await from.read(); chunk !== undefined; chunk = await from.read()) {
    if (isOver()) return;
    await writer.write(chunk);
  }
  await writer.close();
}

/** @throws {Exit} of a process that failed; {Error} of one that never ran */
export function throwFailure({ status, reason, details, message = '' }: SessionStatus): void {
  if (status === 'Success') return;
  if (status !== 'Failure') throw new Error('error stream protocol error: unknown error');
  if (reason !== 'NonZeroExitCode') throw new Error(message);
  const code = Number(details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message ?? 1);
  throw new Exit(code, `command terminated with exit code ${code}`);
}
