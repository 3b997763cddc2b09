import { ShellError } from '../control.ts';
import type { Shell } from '../shell.ts';

/** A command that the shell runs itself; gives its exit code. `argv[0]` is its name. */
export type Builtin = (shell: Shell, argv: readonly string[]) => Promise<number> | number;

/** A count given as an argument. @throws {ShellError} */
export function count(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new ShellError(`Illegal number: ${text}`);
  return Number(text);
}

/** A value as `set`, `export -p` and `trap` print it: the shell reads it back. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** Letters of options at the front, and what follows. @throws {ShellError} */
export function letters(
  argv: readonly string[],
  allowed: string,
): { readonly flags: ReadonlySet<string>; readonly rest: readonly string[] } {
  const flags = new Set<string>();
  let at = 1;
  for (; /^-./.test(argv[at] ?? ''); at++) {
    const word = argv[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    for (const letter of word.slice(1)) {
      if (!allowed.includes(letter)) throw new ShellError(`illegal option -${letter}`);
      flags.add(letter);
    }
  }
  return { flags, rest: argv.slice(at) };
}
