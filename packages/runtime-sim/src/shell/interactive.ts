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
      const next = await proc.stdin.readRawLine();
      atPrompt = false;
      if (next === undefined) ended = true;
      else text += next;
      line++;
    } while (!ended && (isIncomplete(text) || /(^|[^\\])(\\\\)*\\\n$/.test(text)));
    if (text.trim() !== '') await runText(shell, text, first);
    if (ended) return;
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
