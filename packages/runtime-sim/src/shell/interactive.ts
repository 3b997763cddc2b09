import { FileOperationError } from '../file-system/file-error.ts';
import { Pty } from '../process/pty.ts';
import { LONGEST_TEXT, outOfMemory } from '../programs/support/holding.ts';
import { ExitShell, Interrupted, ShellError } from './control.ts';
import { loadHistory, remember } from './history-file.ts';
import { tellOfEnded } from './job-control.ts';
import { incomplete } from './parse.ts';
import { promptText } from './prompt.ts';
import type { Shell } from './shell.ts';
import { Readline } from './terminal/readline.ts';

/** Where commands come from, a line with its newline at a time; undefined at the end. @throws {Interrupted} */
type Lines = (prompt: 'PS1' | 'PS2') => Promise<string | undefined>;

/**
 * Runs commands from the standard input as they come, each as soon as it is whole. At a terminal it asks for them,
 * an error ends only the command, and ^C throws it away.
 */
export async function runInput(shell: Shell): Promise<void> {
  const lines = shell.options.interactive ? await prompted(shell) : buffered(shell);
  let line = 0;
  for (;;) {
    const first = line + 1;
    let text = '';
    let ended = false;
    shell.isInterrupted = false;
    try {
      if (shell.terminal !== undefined) await tellOfEnded(shell);
      for (let until: string | undefined; ; ) {
        const next = await lines(text === '' ? 'PS1' : 'PS2');
        line++;
        ended = next === undefined;
        if (next === undefined) break;
        text += next;
        // Of a long here-document, only what could be its end makes a difference.
        if (until !== undefined && next.replace(/^\t+|\n$/g, '') !== until) continue;
        const more = incomplete(text);
        until = more?.until;
        if (more === undefined && !/(^|[^\\])(\\\\)*\\\n$/.test(text)) break;
      }
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      shell.status = error.code;
      continue;
    }
    if (shell.terminal !== undefined) remember(shell, text);
    if (text.trim() !== '') await runText(shell, text, first);
    if (ended) {
      if (shell.options.interactive) await shell.proc.stderr.write(shell.applet === 'bash' ? 'exit\n' : '\n');
      return;
    }
  }
}

/** Asks for lines. At a terminal of ours they can be edited, and jobs are controlled. */
async function prompted(shell: Shell): Promise<Lines> {
  const { proc } = shell;
  const interrupted = (): void => {
    shell.isInterrupted = true;
    proc.interrupt(new Interrupted());
  };
  proc.onSignal('INT', interrupted);
  for (const signal of ['TERM', 'QUIT', 'TSTP'] as const) proc.onSignal(signal, 'ignore');
  const terminal = proc.fds.get(0);
  if (!(terminal instanceof Pty)) {
    return async (prompt) => {
      await proc.stderr.write(await promptText(shell, prompt));
      return proc.stdin.readRawLine();
    };
  }
  shell.terminal = terminal;
  terminal.foreground = proc;
  shell.options.monitor = true;
  await startFiles(shell);
  loadHistory(shell);
  const readline = new Readline(shell, terminal);
  return async (prompt) => readline.line(await promptText(shell, prompt));
}

/** What bash reads before it asks for the first time; any other shell reads what `$ENV` names. */
async function startFiles(shell: Shell): Promise<void> {
  const { variables, fs } = shell;
  const home = variables.get('HOME') ?? '/root';
  const env = variables.get('ENV');
  const paths = shell.applet === 'bash' ? ['/etc/bash.bashrc', `${home}/.bashrc`] : env === undefined ? [] : [env];
  for (const path of paths) {
    if (!fs.exists(path)) continue;
    try {
      await runText(shell, fs.readText(path), 1);
    } catch (error) {
      if (!(error instanceof FileOperationError)) throw error;
      await shell.report(`${path}: ${error.message}`);
    }
  }
}

/** Bytes that a shell takes from its input at once: what it has taken, commands of the script cannot read. */
const PIECE_BYTES = 1023;

function buffered({ proc }: Shell): Lines {
  const decoder = new TextDecoder();
  let rest = '';
  return async () => {
    const pieces: string[] = [];
    let length = 0;
    for (let piece = rest; ; ) {
      const end = piece.indexOf('\n') + 1;
      rest = end > 0 ? piece.slice(end) : '';
      pieces.push(end > 0 ? piece.slice(0, end) : piece);
      if (end > 0) return pieces.join('');
      length += piece.length;
      if (length > LONGEST_TEXT) outOfMemory(proc);
      const chunk = await proc.stdin.read(PIECE_BYTES);
      if (chunk === undefined) return length === 0 ? undefined : pieces.join('');
      piece = decoder.decode(chunk, { stream: true });
    }
  };
}

async function runText(shell: Shell, text: string, firstLine: number): Promise<void> {
  try {
    await shell.source(text, firstLine);
  } catch (error) {
    if (!shell.options.interactive || error instanceof ExitShell) throw error;
    if (error instanceof Interrupted) shell.status = error.code;
    else if (error instanceof ShellError) {
      await shell.complain(error.message, error.within);
      shell.status = error.code;
    } else throw error;
  }
}
