import { flagsOf } from './options.ts';
import type { Shell } from './shell.ts';

/** What `$NAME` stands for: positional and special parameters, then variables. Undefined: it is not set. */
export function parameter(shell: Shell, name: string): string | undefined {
  const first = name.charCodeAt(0);
  if (first >= 48 && first <= 57) return name === '0' ? shell.name : shell.positional[Number(name) - 1];
  switch (name) {
    case '?':
      return String(shell.status);
    case '#':
      return String(shell.positional.length);
    case '$':
      return String(shell.shellPid);
    case '!':
      return shell.lastBackgroundPid === undefined ? '' : String(shell.lastBackgroundPid);
    case '-':
      return flagsOf(shell.options);
    case '@':
    case '*':
      return shell.positional.join(' ');
    case 'PPID':
      return String(shell.proc.ppid);
    case 'LINENO':
      return String(shell.line);
    case 'RANDOM':
      return shell.variables.get('RANDOM') ?? String(shell.proc.rng.int(32_768));
    default:
      return shell.variables.get(name);
  }
}
