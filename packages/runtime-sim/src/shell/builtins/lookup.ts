import type { Shell } from '../shell.ts';
import { type Builtin, letters, singleQuoted } from './builtin.ts';

const KEYWORDS: ReadonlySet<string> = new Set(
  '! case do done elif else esac fi for function if in then until while { } [['.split(' '),
);

/** Runs a command that no function hides, or tells what a name stands for. */
export const command: Builtin = async (shell, argv) => {
  const { flags, rest } = letters(argv, 'pvV');
  if (flags.has('v') || flags.has('V')) {
    let status = 0;
    for (const name of rest.slice(0, 1)) {
      const text = flags.has('v') ? terse(shell, name) : describe(shell, name);
      if (text !== undefined) await shell.proc.stdout.write(`${text}\n`);
      else {
        if (flags.has('V')) await shell.proc.stdout.write(`${name}: not found\n`);
        status = 127;
      }
    }
    return status;
  }
  if (rest.length > 0) await shell.invoke(rest, undefined, { functions: false });
  return rest.length > 0 ? shell.status : 0;
};

export const type: Builtin = async (shell, argv) => {
  let status = 0;
  for (const name of argv.slice(1)) {
    const text = describe(shell, name);
    if (text === undefined) status = 127;
    await shell.proc.stdout.write(`${text ?? `${name}: not found`}\n`);
  }
  return status;
};

/** Programs are looked up anew each time, so there is nothing to remember; what is asked for must exist. */
export const hash: Builtin = async (shell, argv) => {
  const { rest } = letters(argv, 'r');
  let status = 0;
  for (const name of rest) {
    if (shell.isBuiltin(name) || shell.functions.has(name) || pathOf(shell, name) !== undefined) continue;
    await shell.complain(`${name}: not found`, 'hash');
    status = 1;
  }
  return status;
};

function describe(shell: Shell, name: string): string | undefined {
  if (KEYWORDS.has(name)) return `${name} is a shell keyword`;
  const alias = shell.aliases.get(name);
  if (alias !== undefined) return `${name} is an alias for ${alias}`;
  if (shell.functions.has(name)) return `${name} is a function`;
  if (shell.isBuiltin(name)) return `${name} is a ${shell.isSpecial(name) ? 'special ' : ''}shell builtin`;
  const path = pathOf(shell, name);
  return path === undefined ? undefined : `${name} is ${path}`;
}

function terse(shell: Shell, name: string): string | undefined {
  const alias = shell.aliases.get(name);
  if (alias !== undefined) return `alias ${name}=${singleQuoted(alias)}`;
  if (KEYWORDS.has(name) || shell.functions.has(name) || shell.isBuiltin(name)) return name;
  return pathOf(shell, name);
}

function pathOf({ proc, variables }: Shell, name: string): string | undefined {
  const found = proc.find(name, variables.get('PATH') ?? '');
  return 'error' in found ? undefined : found.path;
}
