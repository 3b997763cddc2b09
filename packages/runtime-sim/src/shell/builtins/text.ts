import type { Process } from '@tabernetes/node-api';
import { echo as echoProgram } from '../../programs/echo.ts';
import { printf as printfProgram } from '../../programs/printf.ts';
import { Failure } from '../../programs/support/command.ts';
import { evaluate } from '../../programs/test.ts';
import type { Shell } from '../shell.ts';
import type { Builtin } from './builtin.ts';

/** Most calls have no options: they need no process of their own to look at. */
export const echo: Builtin = async (shell, argv) => {
  const first = argv[1];
  if (first !== undefined && first[0] === '-' && first.length > 1) return echoProgram(asProcess(shell, argv));
  let text = '';
  for (let i = 1; i < argv.length; i++) text += i === 1 ? argv[i] : ` ${argv[i]}`;
  await shell.proc.stdout.write(`${text}\n`);
  return 0;
};

export const printf: Builtin = (shell, argv) => printfProgram(asProcess(shell, argv));

export const test: Builtin = async (shell, argv) => {
  let words = argv.slice(1);
  if (argv[0] === '[') {
    if (words.at(-1) !== ']') {
      await shell.report('missing ]');
      return 2;
    }
    words = words.slice(0, -1);
  }
  if (words.length === 2 && words[0] === '-t') return shell.proc.fds.get(Number(words[1]))?.terminal === true ? 0 : 1;
  try {
    return evaluate(shell.proc, words) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await shell.report(error.message);
    return 2;
  }
};

/** The shell's process, called by another name with other arguments. */
function asProcess(shell: Shell, argv: readonly string[]): Process {
  const { proc } = shell;
  // Messages of built-in programs begin with the shell's name.
  const stderr = {
    write: (chunk: string | Uint8Array) =>
      proc.stderr.write(
        typeof chunk === 'string' && chunk.startsWith(`${argv[0]}: `)
          ? shell.applet + chunk.slice((argv[0] as string).length)
          : chunk,
      ),
    close: () => proc.stderr.close(),
  };
  return {
    pid: proc.pid,
    argv,
    env: proc.env,
    cwd: proc.cwd,
    uid: proc.uid,
    gid: proc.gid,
    hostname: proc.hostname,
    stdin: proc.stdin,
    stdout: proc.stdout,
    stderr,
    fs: proc.fs,
    net: proc.net,
    rng: proc.rng,
    get signal() {
      return proc.signal;
    },
    now: () => proc.now(),
    sleep: (delayMs) => proc.sleep(delayMs),
    spawn: (words, options) => proc.spawn(words, options),
    onSignal: (signal, handler) => proc.onSignal(signal, handler),
    kill: (pid, signal) => proc.kill(pid, signal),
    usage: (use) => proc.usage(use),
  };
}
