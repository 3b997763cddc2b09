import { ExitShell, ShellError } from './control.ts';
import { isIncomplete } from './parse.ts';
import type { Shell } from './shell.ts';

/**
 * Runs commands from the standard input as they come, each as soon as it is whole. At a terminal it asks for them,
 * an error ends only the command, and ^C throws it away.
 */
export async function runInput(shell: Shell): Promise<void> {
  const { interactive } = shell.options;
  const { proc } = shell;
  const input = new BufferedLines(shell);
  let atPrompt = false;
  if (interactive) {
    proc.onSignal('INT', () => {
      if (atPrompt) void proc.stderr.write(prompt(shell)).catch(() => undefined);
    });
    proc.onSignal('TERM', 'ignore');
    proc.onSignal('QUIT', 'ignore');
  }
  let line = 0;
  for (;;) {
    let text = '';
    let ended = false;
    const first = line + 1;
    do {
      if (interactive) await proc.stderr.write(text === '' ? prompt(shell) : (shell.variables.get('PS2') ?? '> '));
      atPrompt = true;
      const next = interactive ? await proc.stdin.readRawLine() : await input.line();
      atPrompt = false;
      if (next === undefined) ended = true;
      else text += next;
      line++;
    } while (!ended && (isIncomplete(text) || /(^|[^\\])(\\\\)*\\\n$/.test(text)));
    if (text.trim() !== '') await runText(shell, text, first);
    if (ended) return;
  }
}

/** Bytes that a shell takes from its input at once: what it has taken, commands of the script cannot read. */
const PIECE_BYTES = 1023;

class BufferedLines {
  readonly #shell: Shell;
  readonly #decoder = new TextDecoder();
  #buffer = '';

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** With its newline, if it has one; undefined at the end. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf('\n') + 1;
      if (end > 0) return this.#take(end);
      const chunk = await this.#shell.proc.stdin.read(PIECE_BYTES);
      if (chunk === undefined) return this.#buffer === '' ? undefined : this.#take(this.#buffer.length);
      this.#buffer += this.#decoder.decode(chunk, { stream: true });
    }
  }

  #take(length: number): string {
    const text = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.slice(length);
    return text;
  }
}

async function runText(shell: Shell, text: string, firstLine: number): Promise<void> {
  try {
    await shell.source(text, firstLine);
  } catch (error) {
    if (!shell.options.interactive || error instanceof ExitShell) throw error;
    if (!(error instanceof ShellError)) throw error;
    await shell.complain(error.message, error.within);
    shell.status = error.code;
  }
}

/** `PS1`, its escapes replaced. */
function prompt({ variables, fs, proc }: Shell): string {
  const home = variables.get('HOME');
  const cwd =
    home !== undefined && home !== '/' && (fs.cwd === home || fs.cwd.startsWith(`${home}/`))
      ? `~${fs.cwd.slice(home.length)}`
      : fs.cwd;
  return (variables.get('PS1') ?? '\\w \\$ ').replace(/\\([wWhHu$n])/g, (_, letter) => {
    switch (letter) {
      case 'w':
        return cwd;
      case 'W':
        return cwd.slice(cwd.lastIndexOf('/') + 1) || '/';
      case 'h':
        return proc.hostname.split('.')[0] ?? '';
      case 'H':
        return proc.hostname;
      case 'u':
        return variables.get('USER') ?? 'root';
      case 'n':
        return '\n';
      default:
        return proc.uid === 0 ? '#' : '$';
    }
  });
}
