import { FileOperationError } from '../file-system/file-error.ts';
import type { Applet, Proc } from '../process/proc.ts';
import { setOption } from './builtins/variables.ts';
import { ShellError } from './control.ts';
import { runInput } from './interactive.ts';
import { OPTION_LETTERS } from './options.ts';
import { Shell } from './shell.ts';
import { Variables } from './variables.ts';

/**
 * The shell as a program: `sh -c SCRIPT [NAME ARG…]`, `sh FILE [ARG…]`, or commands from the standard input. Called
 * `ash` or `bash` it is the same shell.
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/sh.html
 */
export const sh: Applet = async (proc) => {
  const [called = 'sh', ...words] = proc.argv;
  // A login shell's name begins with a dash.
  const applet = called.slice(called.lastIndexOf('/') + 1).replace(/^-/, '');
  const shell = new Shell(proc, { variables: variablesOf(proc), positional: [], name: called, applet });
  let rest: readonly string[];
  try {
    rest = parse(shell, words);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    await proc.stderr.write(`${applet}: ${error.message}\n`);
    return error.code;
  }
  if (shell.options.commandString) {
    const [script, name, ...args] = rest;
    if (script === undefined) {
      await proc.stderr.write(`${applet}: -c requires an argument\n`);
      return 2;
    }
    if (name !== undefined) shell.name = name;
    shell.positional = args;
    shell.allowTail(script);
    if (!shell.isBash) shell.traps.catchInterrupt();
    return shell.main(script);
  }
  const [file, ...args] = rest;
  if (!shell.options.readsInput && file !== undefined) return runFile(shell, file, args);
  shell.positional = rest;
  shell.options.readsInput = true;
  if (proc.fds.get(0)?.terminal === true && proc.fds.get(2)?.terminal === true) shell.options.interactive = true;
  return shell.finish(() => runInput(shell));
};

async function runFile(shell: Shell, file: string, args: readonly string[]): Promise<number> {
  let text: string;
  try {
    text = shell.fs.readText(file);
  } catch (error) {
    if (!(error instanceof FileOperationError)) throw error;
    await shell.proc.stderr.write(`${shell.applet}: can't open '${file}': ${error.message}\n`);
    return 2;
  }
  shell.name = file;
  shell.positional = args;
  shell.namesLines = true;
  if (!shell.isBash) shell.traps.catchInterrupt();
  return shell.main(text, 1);
}

function parse(shell: Shell, words: readonly string[]): readonly string[] {
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--' || word === '-') {
      at++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    const on = word[0] === '-';
    if (word === '--login' || word === '--norc' || word === '--noprofile' || word === '--posix') continue;
    for (const letter of word.slice(1)) {
      const option = OPTION_LETTERS[letter];
      if (letter === 'o') setOption(shell, words[++at] ?? '', on);
      else if (option !== undefined) shell.options[option] = on;
      else if (letter !== 'l') throw new ShellError(`illegal option ${word[0]}${letter}`);
    }
  }
  return words.slice(at);
}

/** Shells of busybox up to 1.35, and of the image that the recordings of a cluster were made with, hand on names of variables alone. */
const OLD_BUSYBOX = /(?:^|\/)busybox:1\.(?:\d|[12]\d|3[0-6])(?:\.0)?(?:-|$)/;

/** The environment, and what every shell sets. */
function variablesOf(proc: Proc): Variables {
  const variables = Variables.ofEnvironment(proc.env, OLD_BUSYBOX.test(proc.world.image));
  if (variables.get('PATH') === undefined) variables.set('PATH', '/sbin:/usr/sbin:/bin:/usr/bin');
  variables.set('IFS', ' \t\n');
  variables.set('OPTIND', '1');
  // These two are in the environment of children, as in ash.
  variables.set('SHLVL', String((Number.parseInt(variables.get('SHLVL') ?? '', 10) || 0) + 1));
  variables.mark('SHLVL', { exported: true });
  variables.set('PWD', proc.cwd);
  variables.mark('PWD', { exported: true });
  return variables;
}
