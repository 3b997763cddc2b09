import type { Assignment, Command, CommandArgument, Statement } from 'unbash';
import { singleQuoted } from './builtins/builtin.ts';
import { ShellError } from './control.ts';
import { drive } from './drive.ts';
import { expandAssigned, expandFields } from './expand.ts';
import { append } from './fields.ts';
import { become, execute, withRedirections } from './invoke.ts';
import type { Shell } from './shell.ts';

const ASSIGNMENT_BUILTINS: ReadonlySet<string> = new Set(['export', 'readonly', 'local', 'alias']);

/** Runs a command of words: a built-in, a function or a program, with its assignments and redirections. */
export async function runSimple(shell: Shell, node: Command, statement?: Statement): Promise<void> {
  const openSubstitutions = shell.substitutedFiles.count;
  try {
    await run(shell, node, statement);
  } finally {
    if (shell.substitutedFiles.count > openSubstitutions) shell.substitutedFiles.close(openSubstitutions);
  }
}

async function run(shell: Shell, node: Command, statement?: Statement): Promise<void> {
  const alias = shell.aliases.size > 0 ? shell.aliases.get(node.name?.text ?? '') : undefined;
  // More than a few words: the line is read again with the alias in its place.
  if (alias !== undefined && /[|&;<>$`'"(){}\\]/.test(alias)) return runAlias(shell, node, alias);
  const { substitutions } = shell;
  const argv = await expandArguments(shell, node);
  const assignments = node.prefix.filter((item) => item.type === 'Assignment');
  if (argv.length === 0) {
    await assignOnly(shell, node, assignments, substitutions);
    return;
  }
  let environment: Record<string, string> | undefined;
  for (const assignment of assignments) {
    environment ??= {};
    environment[assignment.name] = await assignedValue(shell, assignment);
  }
  if (shell.options.xtrace) await trace(shell, environment, argv);
  const name = argv[0] as string;
  if (name === 'exec' && !shell.functions.has(name)) {
    await execute(shell, node.redirects, argv.slice(1), environment);
    return;
  }
  const mayBecome = statement !== undefined && statement === shell.lastStatement && isFree(shell, name);
  const perform = mayBecome ? () => become(shell, argv, environment) : () => shell.invoke(argv, environment);
  if (node.redirects.length === 0) await perform();
  else await withRedirections(shell, node.redirects, perform, shell.isSpecial(name) && !shell.functions.has(name));
  shell.checkErrexit();
}

/** True when this process has nothing to do after a program: it then becomes the program. */
function isFree(shell: Shell, name: string): boolean {
  for (const action of shell.traps.actions.values()) if (action !== '') return false;
  if (shell.traps.isPending || shell.options.interactive) return false;
  return shell.functionDepth === 0 && shell.loopDepth === 0 && !shell.functions.has(name) && !shell.isBuiltin(name);
}

async function assignOnly(
  shell: Shell,
  node: Command,
  assignments: readonly Assignment[],
  substitutions: number,
): Promise<void> {
  for (const assignment of assignments) {
    const value = await assignedValue(shell, assignment);
    shell.assign(assignment.name, value);
    if (shell.options.xtrace) await trace(shell, { [assignment.name]: value }, []);
  }
  // The code is that of the last substitution, if there was one.
  if (shell.substitutions === substitutions) shell.status = 0;
  if (node.redirects.length > 0) await withRedirections(shell, node.redirects, () => Promise.resolve());
  shell.checkErrexit();
}

async function expandArguments(shell: Shell, node: Command): Promise<string[]> {
  if (node.name === undefined) return [];
  const { name } = node;
  let argv: string[];
  const alias = shell.aliases.size > 0 ? shell.aliases.get(name.text) : undefined;
  if (alias !== undefined) argv = aliasWords(shell, name.text);
  else if (name.parts === undefined && name.text[0] !== '~') argv = [name.value];
  else argv = await drive(expandFields(name, shell));
  for (const argument of node.args) {
    if (argument.type !== 'Word')
      argv.push(...(await assignmentArgument(shell, argument, ASSIGNMENT_BUILTINS.has(argv[0] ?? ''))));
    else if (argument.parts === undefined && argument.text[0] !== '~') argv.push(argument.value);
    else append(argv, await drive(expandFields(argument, shell)));
  }
  return argv;
}

/** Words of an alias; an alias may begin with another one, never with itself. */
function aliasWords(shell: Shell, name: string): string[] {
  const seen = new Set<string>();
  let words = [name];
  for (let first = name; !seen.has(first); first = words[0] ?? '') {
    const alias = shell.aliases.get(first);
    if (alias === undefined) break;
    seen.add(first);
    words = [...alias.split(/\s+/).filter((word) => word !== ''), ...words.slice(1)];
  }
  return words;
}

/** Runs an alias that is a piece of script; the words behind it stand at its end. */
async function runAlias(shell: Shell, node: Command, alias: string): Promise<void> {
  const name = node.name?.text ?? '';
  const rest: string[] = [];
  for (const argument of node.args) {
    if (argument.type === 'Word') append(rest, await drive(expandFields(argument, shell)));
    else rest.push(...(await assignmentArgument(shell, argument, false)));
  }
  const assignments = node.prefix.filter((item) => item.type === 'Assignment');
  const before: string[] = [];
  for (const each of assignments) before.push(`${each.name}=${singleQuoted(await assignedValue(shell, each))}`);
  shell.aliases.delete(name); // it does not begin with itself
  const perform = () => shell.source([...before, alias, ...rest.map(singleQuoted)].join(' '));
  try {
    await (node.redirects.length === 0 ? perform() : withRedirections(shell, node.redirects, perform));
  } finally {
    shell.aliases.set(name, alias);
  }
}

/** `NAME=value` after a command: whole for `export` and its like, split as any word for the others. */
async function assignmentArgument(shell: Shell, argument: CommandArgument, whole: boolean): Promise<readonly string[]> {
  if (argument.type !== 'Assignment') return [];
  if (argument.value.type !== 'Word') throw new ShellError('syntax error: unexpected "("');
  const head = `${argument.name}${argument.append === true ? '+=' : '='}`;
  if (whole) return [head + (await drive(expandAssigned(argument.value, shell)))];
  const [first = '', ...rest] = await drive(expandFields(argument.value, shell));
  return [head + first, ...rest];
}

async function assignedValue(shell: Shell, { name, value, append }: Assignment): Promise<string> {
  if (value.type !== 'Word') throw new ShellError('syntax error: unexpected "("');
  const text = await drive(expandAssigned(value, shell));
  return append === true ? (shell.variables.get(name) ?? '') + text : text;
}

async function trace(
  shell: Shell,
  environment: Readonly<Record<string, string>> | undefined,
  argv: readonly string[],
): Promise<void> {
  const quoted = (text: string): string =>
    /^[\w@%+=:,./[\]-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  const words = [
    ...Object.entries(environment ?? {}).map(([name, value]) => `${name}=${value === '' ? '' : quoted(value)}`),
    ...argv.map(quoted),
  ];
  await shell.proc.stderr.write(`${shell.variables.get('PS4') ?? '+ '}${words.join(' ')}\n`);
}
