import { ShellError } from '../control.ts';
import { evaluate } from '../expand.ts';
import { OPTION_LETTERS, OPTION_NAMES, type OptionName } from '../options.ts';
import type { Shell } from '../shell.ts';
import { isName } from '../variables.ts';
import { type Builtin, letters, singleQuoted } from './builtin.ts';

/** `export` and `readonly`. */
export const declare: Builtin = async (shell, argv) => {
  const name = argv[0] as 'export' | 'readonly';
  const { flags, rest } = letters(argv, name === 'export' ? 'pn' : 'p');
  if (flags.has('p') || rest.length === 0) {
    await list(shell, name, name === 'export' ? 'exported' : 'readOnly');
    return 0;
  }
  for (const word of rest) {
    const variable = assignTo(shell, word);
    if (flags.has('n')) shell.variables.mark(variable, { exported: false });
    else shell.variables.mark(variable, name === 'export' ? { exported: true } : { readOnly: true });
  }
  return 0;
};

export const local: Builtin = (shell, argv) => {
  if (shell.functionDepth === 0) throw new ShellError('not in a function');
  for (const word of argv.slice(1)) {
    const [, name = word] = /^([^=+]*)\+?=/.exec(word) ?? [];
    if (!isName(name)) throw new ShellError(`${word}: bad variable name`);
    shell.variables.local(name);
    if (name !== word) assignTo(shell, word);
  }
  return 0;
};

export const unset: Builtin = (shell, argv) => {
  const { flags, rest } = letters(argv, 'vf');
  for (const name of rest) {
    if (flags.has('f')) {
      shell.functions.delete(name);
      continue;
    }
    if (!isName(name)) throw new ShellError(`${name}: bad variable name`);
    shell.variables.unset(name);
  }
  return 0;
};

/** What only the shell's own command line can say. */
const STARTING: ReadonlySet<OptionName> = new Set<OptionName>(['interactive', 'commandString', 'readsInput']);

/** Options and positional parameters. */
export const set: Builtin = async (shell, argv) => {
  if (argv.length === 1) {
    const lines = [...shell.variables.entries()]
      .filter(([, { value }]) => value !== undefined)
      .map(([name, { value }]) => `${name}=${singleQuoted(value ?? '')}\n`);
    await shell.proc.stdout.write(lines.sort().join(''));
    return 0;
  }
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    const on = word[0] === '-';
    if (word === '--' || word === '-' || (!on && word[0] !== '+')) {
      if (word === '-') {
        shell.options.xtrace = false;
        shell.options.verbose = false;
      }
      const rest = argv.slice(word === '--' || word === '-' ? at + 1 : at);
      if (word !== '-' || rest.length > 0) shell.positional = rest;
      // All of them are taken along.
      shell.proc.moved(rest.length * 64);
      return 0;
    }
    for (const letter of word.slice(1)) {
      if (letter === 'o') {
        const name = argv[at + 1];
        if (name === undefined) await showOptions(shell, on);
        else if ((OPTION_NAMES as readonly string[]).includes(name)) setOption(shell, name, on);
        else {
          await shell.complain(`illegal option ${word[0]}o ${name}`, 'set');
          return 1;
        }
        at++;
      } else {
        const name = OPTION_LETTERS[letter];
        if (name === undefined || STARTING.has(name)) throw new ShellError(`illegal option ${word[0]}${letter}`);
        shell.options[name] = on;
      }
    }
  }
  return 0;
};

/** `set -o NAME`. @throws {ShellError} */
export function setOption(shell: Shell, name: string, on: boolean): void {
  if (!(OPTION_NAMES as readonly string[]).includes(name))
    throw new ShellError(`illegal option ${on ? '-' : '+'}o ${name}`);
  shell.options[name as OptionName] = on;
}

export const letBuiltin: Builtin = (shell, argv) => {
  let value = 0n;
  for (const expression of argv.slice(1)) value = evaluate(expression, shell);
  return value === 0n ? 1 : 0;
};

export const alias: Builtin = async (shell, argv) => {
  const { aliases, proc } = shell;
  let status = 0;
  const show = (name: string, value: string): Promise<void> => proc.stdout.write(`${name}=${singleQuoted(value)}\n`);
  if (argv.length === 1) for (const [name, value] of aliases) await show(name, value);
  for (const word of argv.slice(1)) {
    const equals = word.indexOf('=', 1);
    const known = aliases.get(word);
    if (equals > 0) aliases.set(word.slice(0, equals), word.slice(equals + 1));
    else if (known !== undefined) await show(word, known);
    else {
      await proc.stderr.write(`${argv[0]}: ${word} not found\n`);
      status = 1;
    }
  }
  return status;
};

export const unalias: Builtin = async ({ aliases, proc }, argv) => {
  if (argv[1] === '-a') {
    aliases.clear();
    return 0;
  }
  let status = 0;
  for (const name of argv.slice(1)) {
    if (aliases.delete(name)) continue;
    await proc.stderr.write(`unalias: ${name} not found\n`);
    status = 1;
  }
  return status;
};

/** Takes the next option of the positional parameters, or of what follows the variable's name. */
export const getopts: Builtin = async (shell, argv) => {
  const [, spec, name, ...given] = argv;
  if (spec === undefined || name === undefined) throw new ShellError('usage: getopts optstring var [arg]');
  const words = given.length > 0 ? given : shell.positional;
  const { variables } = shell;
  let { index, at } = shell.optionPlace;
  // Past what is given: other words than last time.
  if (index > words.length + 1) [index, at] = [1, 0];
  const finish = (value: string, argument: string | undefined, status: number): number => {
    shell.assign('OPTIND', String(index));
    shell.optionPlace = { index, at };
    shell.assign(name, value);
    if (argument === undefined) variables.unset('OPTARG');
    else shell.assign('OPTARG', argument);
    return status;
  };
  let word = words[index - 1] ?? '';
  if (at === 0 || at >= word.length) {
    word = words[index - 1] ?? '';
    if (!/^-./.test(word)) return finish('?', undefined, 1);
    if (word === '--') {
      index++;
      at = 0;
      return finish('?', undefined, 1);
    }
    at = 1;
  }
  const letter = word[at++] as string;
  const place = letter === ':' ? -1 : spec.indexOf(letter, spec[0] === ':' ? 1 : 0);
  const silent = spec[0] === ':';
  if (at >= word.length && spec[place + 1] !== ':') {
    index++;
    at = 0;
  }
  if (place < 0) {
    if (at >= word.length) at = 0;
    if (!silent) await shell.proc.stderr.write(`Illegal option -${letter}\n`);
    return finish('?', silent ? letter : undefined, 0);
  }
  if (spec[place + 1] !== ':') return finish(letter, '', 0);
  const attached = word.slice(at);
  at = 0;
  index++;
  if (attached !== '') return finish(letter, attached, 0);
  const argument = words[index - 1];
  if (argument === undefined) {
    if (!silent) await shell.proc.stderr.write(`No arg for -${letter} option\n`);
    return finish(silent ? ':' : '?', silent ? letter : undefined, 0);
  }
  index++;
  return finish(letter, argument, 0);
};

/** Sets what an argument such as `NAME=value` says, if it says anything; gives the name. @throws {ShellError} */
function assignTo(shell: Shell, word: string): string {
  const [, name = word, plus = ''] = /^([^=+]*)(\+?)=/.exec(word) ?? [];
  if (!isName(name)) throw new ShellError(`${name}: bad variable name`);
  if (name !== word) {
    const value = word.slice(name.length + plus.length + 1);
    shell.assign(name, plus === '' ? value : (shell.variables.get(name) ?? '') + value);
  }
  return name;
}

async function list(shell: Shell, command: string, mark: 'exported' | 'readOnly'): Promise<void> {
  const lines = [...shell.variables.entries()]
    .filter(([, variable]) => variable[mark])
    .map(([name, { value }]) => `${command} ${name}${value === undefined ? '' : `=${singleQuoted(value)}`}\n`);
  await shell.proc.stdout.write(lines.sort().join(''));
}

async function showOptions({ options, proc }: Shell, table: boolean): Promise<void> {
  const lines = OPTION_NAMES.map((name) =>
    table ? `${name.padEnd(16)}${options[name] ? 'on' : 'off'}\n` : `set ${options[name] ? '-' : '+'}o ${name}\n`,
  );
  await proc.stdout.write(lines.join(''));
}
