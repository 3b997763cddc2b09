import type { Function as FunctionNode, Redirection } from 'unbash';
import { FileOperationError } from '../file-system/file-error.ts';
import type { Builtin } from './builtins/builtin.ts';
import { BUILTINS } from './builtins.ts';
import { ExitShell, ReturnFrom, ShellError } from './control.ts';
import { FIRST_OPTION } from './option-place.ts';
import { applyRedirections, type ReplacedFiles } from './redirect.ts';
import type { Shell } from './shell.ts';

type Environment = Readonly<Record<string, string>>;

export interface InvokeOptions {
  /** False: functions are passed over. */
  readonly functions?: boolean;
}

/** Of functions, and of scripts that scripts run. */
export const MAX_NESTING = 1000;

/** Runs a command by name: function, built-in or program. */
export async function invoke(
  shell: Shell,
  argv: readonly string[],
  environment?: Environment,
  { functions = true }: InvokeOptions = {},
): Promise<void> {
  const name = argv[0] ?? '';
  const definition = functions ? shell.functions.get(name) : undefined;
  if (definition !== undefined) {
    await withEnvironment(shell, environment, () => call(shell, definition, argv.slice(1)));
    return;
  }
  const builtin = BUILTINS.get(name);
  if (builtin === undefined) {
    await runProgram(shell, argv, environment);
    return;
  }
  if (functions && shell.isSpecial(name)) {
    for (const key in environment) shell.assign(key, environment[key] ?? '');
    shell.status = await callBuiltin(shell, builtin, argv, true);
  } else {
    await withEnvironment(shell, environment, async () => {
      shell.status = await callBuiltin(shell, builtin, argv, false);
    });
  }
}

/** The shell's process becomes a program, as nothing comes after it. */
export async function become(shell: Shell, argv: readonly string[], environment?: Environment): Promise<void> {
  const found = find(shell, argv[0] ?? '', environment);
  if ('error' in found) await runProgram(shell, argv, environment);
  else
    shell.status = await shell.proc.become(found.program, found.argv(argv), shell.variables.environment(environment));
}

/** `exec`: redirections last; with words the shell becomes a program. @throws {ExitShell} with the program's code */
export async function execute(
  shell: Shell,
  redirections: readonly Redirection[],
  words: readonly string[],
  environment?: Environment,
): Promise<void> {
  let replaced: ReplacedFiles;
  try {
    replaced = await applyRedirections(shell, redirections);
  } catch (error) {
    throw error instanceof ShellError ? new ShellError(error.message, { code: error.code }) : error;
  }
  replaced.keep();
  shell.status = 0;
  const argv = words[0] === '--' ? words.slice(1) : words;
  if (argv.length === 0) return;
  const found = find(shell, argv[0] ?? '', environment);
  if ('error' in found) {
    const denied = found.error === 'EACCES' || found.error === 'EISDIR';
    const error = new ShellError(`${argv[0]}: ${denied ? 'Permission denied' : 'not found'}`, {
      code: denied ? 126 : 127,
    });
    error.within = 'exec';
    throw error;
  }
  shell.traps.set('EXIT', undefined);
  throw new ExitShell(
    await shell.proc.become(found.program, found.argv(argv), shell.variables.environment(environment)),
  );
}

/** Runs something with descriptors replaced meanwhile. @param fatal a file that cannot be opened ends the script */
export async function withRedirections(
  shell: Shell,
  redirections: readonly Redirection[],
  run: () => Promise<void>,
  fatal = false,
): Promise<void> {
  const openSubstitutions = shell.substitutedFiles.count;
  let replaced: ReplacedFiles;
  try {
    replaced = await applyRedirections(shell, redirections);
  } catch (error) {
    if (!(error instanceof ShellError) || error.fatal) throw error;
    if (fatal) throw new ShellError(error.message, { code: error.code });
    await shell.complain(error.message);
    shell.status = error.code;
    shell.checkErrexit();
    return;
  }
  try {
    await run();
  } finally {
    replaced.restore();
    if (shell.substitutedFiles.count > openSubstitutions) shell.substitutedFiles.close(openSubstitutions);
  }
}

/** Runs a program as a child and waits for it. */
async function runProgram(shell: Shell, argv: readonly string[], environment?: Environment): Promise<void> {
  const name = argv[0] ?? '';
  const found = find(shell, name, environment);
  if ('error' in found) {
    const denied = found.error === 'EACCES' || found.error === 'EISDIR';
    await shell.complain(`${name}: ${denied ? 'Permission denied' : 'not found'}`);
    shell.status = denied ? 126 : 127;
    return;
  }
  const child = shell.proc.fork({
    argv: found.argv(argv),
    env: shell.variables.environment(environment),
    ...(shell.terminal !== undefined && { leader: true }),
  });
  for (const signal of shell.traps.ignored()) child.onSignal(signal, 'ignore');
  child.run(found.program);
  shell.status = await shell.waitFor(child);
}

function find(shell: Shell, name: string, environment: Environment | undefined) {
  return shell.proc.find(name, environment?.['PATH'] ?? shell.variables.get('PATH') ?? '');
}

async function callBuiltin(shell: Shell, builtin: Builtin, argv: readonly string[], special: boolean): Promise<number> {
  try {
    return await builtin(shell, argv);
  } catch (error) {
    if (error instanceof ShellError) {
      error.within ??= argv[0];
      if (special) throw error;
      await shell.complain(error.message, error.within);
      return error.code;
    }
    if (error instanceof FileOperationError) {
      await shell.complain(`write error: ${error.message}`, argv[0]);
      return 1;
    }
    if (error instanceof Error && (error.message === 'Broken pipe' || error.message === 'Bad file descriptor')) {
      await shell.complain(`write error: ${error.message}`, argv[0]);
      return 1;
    }
    throw error;
  }
}

async function call(shell: Shell, definition: FunctionNode, args: readonly string[]): Promise<void> {
  const { positional, loopDepth, optionPlace } = shell;
  if (shell.functionDepth >= MAX_NESTING) throw new ShellError('function nesting too deep');
  shell.positional = args;
  // A function reads options of its own.
  shell.optionPlace = FIRST_OPTION;
  shell.functionDepth++;
  shell.loopDepth = 0;
  shell.variables.enterFunction();
  try {
    const { body } = definition;
    if (body.type === 'CompoundList') await shell.list(body);
    else await shell.command(body);
  } catch (error) {
    if (!(error instanceof ReturnFrom)) throw error;
    shell.status = error.code;
  } finally {
    shell.variables.leaveFunction();
    shell.positional = positional;
    shell.loopDepth = loopDepth;
    shell.optionPlace = optionPlace;
    shell.functionDepth--;
  }
}

/** Assignments before a function or an ordinary built-in last as long as it runs. */
async function withEnvironment(
  shell: Shell,
  environment: Environment | undefined,
  run: () => Promise<void>,
): Promise<void> {
  if (environment === undefined) {
    await run();
    return;
  }
  shell.variables.enterFunction();
  try {
    for (const [name, value] of Object.entries(environment)) {
      shell.variables.local(name);
      shell.assign(name, value);
      shell.variables.mark(name, { exported: true });
    }
    await run();
  } finally {
    shell.variables.leaveFunction();
  }
}
