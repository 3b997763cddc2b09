import type { ExecOptions } from '@tabernetes/node-api';
import { FileOperationError } from '../file-system/file-error.ts';
import { InputFile, OutputFile, TextFile } from '../process/files.ts';
import type { OpenFile } from '../process/open-file.ts';
import { Proc } from '../process/proc.ts';
import { Pty, screenOf } from '../process/pty.ts';
import type { Container } from './container.ts';
import { RuntimeError } from './runtime-error.ts';
import { DEFAULT_PATH, processSetting, programOf } from './start.ts';

/** Runs a command in a container that runs. Resolves with its exit code. @throws {RuntimeError} */
export async function execIn(container: Container, options: ExecOptions, execId: string): Promise<number> {
  const { command, terminal, signal, timeoutMs } = options;
  const failed = `failed to exec in container: failed to start exec "${execId}": OCI runtime exec failed: exec failed: unable to start container process: `;
  const { fs, env } = processSetting(container, failed);
  if (terminal !== undefined) env['TERM'] ??= 'xterm';
  const workingDir = container.config.workingDir || container.spec.workingDir || '/';
  try {
    fs.cwd = fs.realPath(workingDir);
  } catch (error) {
    if (!(error instanceof FileOperationError)) throw error;
    throw new RuntimeError(
      'Unknown',
      `${failed}chdir to cwd (${JSON.stringify(workingDir)}) set in config.json failed: ${error.message.toLowerCase()}: unknown`,
    );
  }
  const { program, argv } = programOf(fs, command, env['PATH'] ?? DEFAULT_PATH, failed);
  const pty = terminal === undefined ? undefined : new Pty();
  const followed = terminal === undefined ? undefined : pty?.follow(terminal);
  const proc = new Proc(container, container.pids, {
    argv,
    env,
    fs,
    fds: pty === undefined ? plainStreams(options) : terminalStreams(pty, options),
    pid: container.pids.enter(),
    ...(pty === undefined ? {} : { terminal: pty.face() }),
  });
  const end = new Promise<void>((resolve) => proc.onExit(resolve));
  if (pty !== undefined) {
    pty.foreground = proc;
    const { stdin } = options;
    if (stdin === undefined) pty.hangUp();
    else void pump(pty, stdin, () => proc.exitCode !== undefined);
  }
  const abort = (): void => proc.deliver('KILL', { outside: true });
  signal?.addEventListener('abort', abort, { once: true });
  let timedOut = false;
  const timer =
    timeoutMs === undefined
      ? undefined
      : container.clock.setTimer(
          timeoutMs,
          () => {
            timedOut = true;
            abort();
          },
          { background: true },
        );
  proc.run(program);
  await end;
  followed?.dispose();
  timer?.dispose();
  signal?.removeEventListener('abort', abort);
  if (timedOut) {
    const seconds = (timeoutMs ?? 0) / 1000;
    throw new RuntimeError(
      'DeadlineExceeded',
      `failed to exec in container: timeout ${seconds}s exceeded: context deadline exceeded`,
    );
  }
  return proc.exitCode ?? 0;
}

/** Keys of somebody outside; when they end, so does the terminal's input. */
export async function pump(pty: Pty, stdin: NonNullable<ExecOptions['stdin']>, done: () => boolean): Promise<void> {
  try {
    await pty.pump(stdin, done);
  } catch {
    // Whoever typed has gone: the same as the end of the keys.
  }
  if (!done()) pty.hangUp();
}

function plainStreams({ stdin, stdout, stderr }: ExecOptions): Map<number, OpenFile> {
  return new Map<number, OpenFile>([
    [0, stdin === undefined ? new TextFile('', '/dev/null') : new InputFile(stdin)],
    [1, OutputFile.to(stdout)],
    [2, OutputFile.to(stderr)],
  ]);
}

function terminalStreams(pty: Pty, { stdout }: ExecOptions): Map<number, OpenFile> {
  pty.addScreen(screenOf(stdout));
  return new Map<number, OpenFile>([
    [0, pty],
    [1, pty.retain()],
    [2, pty.retain()],
  ]);
}
