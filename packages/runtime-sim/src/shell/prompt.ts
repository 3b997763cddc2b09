import type { Shell } from './shell.ts';

/** `PS1` and its like: escapes replaced, then variables and command substitutions. Marks \x01 \x02 stand around what takes no room. */
export async function promptText(shell: Shell, name: 'PS1' | 'PS2'): Promise<string> {
  const { status, variables } = shell;
  const text = (variables.get(name) ?? (name === 'PS1' ? '\\w \\$ ' : '> ')).replace(
    /\\(?:([0-7]{3})|(.))/g,
    (all, octal: string | undefined, letter: string) =>
      octal === undefined ? (escaped(shell, letter) ?? all) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  if (!/[$`]/.test(text) || !/\$[\w({]|`/.test(text)) return text;
  const expanded = await shell.expandText(text);
  shell.status = status;
  return expanded;
}

function escaped({ variables, fs, proc }: Shell, letter: string): string | undefined {
  const home = variables.get('HOME');
  const isHome = home !== undefined && home !== '/' && (fs.cwd === home || fs.cwd.startsWith(`${home}/`));
  const cwd = isHome ? `~${fs.cwd.slice(home.length)}` : fs.cwd;
  const clock = (): string => new Date(proc.now()).toISOString().slice(11, 19);
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
    case '$':
      return proc.uid === 0 ? '#' : '$';
    case 't':
      return clock();
    case 'A':
      return clock().slice(0, 5);
    case 'e':
      return '\u001b';
    case '[':
      return '\u0001';
    case ']':
      return '\u0002';
    case '\\':
      return '\\';
    default:
      return undefined;
  }
}
