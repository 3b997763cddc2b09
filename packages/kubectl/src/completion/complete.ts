import type { CommandContext, HelpTexts } from '../command.ts';
import { COMMANDS } from '../commands/registry.ts';
import { findCommand } from '../dispatch.ts';
import { commandFact, type FlagFact, subcommandFacts } from '../facts.ts';
import { SHARED_FLAGS } from '../help/shared-flags.ts';
import { pluginCommands } from '../plugins.ts';
import { ARGUMENTS, completeArgument, containersOf, entryNames, namesOf } from './arguments.ts';
import { type Completions, DEFAULT, FILES_BY_EXTENSION, NO_FILES } from './directives.ts';

const OUTPUTS = [
  'json',
  'yaml',
  'name',
  'go-template',
  'go-template-file',
  'template',
  'templatefile',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'custom-columns',
  'custom-columns-file',
  'wide',
];

/** What is to be completed. */
export interface Wanted {
  readonly word: string;
  /** The flag whose value the word is. */
  readonly flag?: FlagFact;
  /** After `--` nothing is a flag any more. */
  readonly isBehindDash: boolean;
  /** No word stands before it. */
  readonly isFirst: boolean;
}

/**
 * Candidates for the last word of a line, the ones before it having been read. `flags`: what the command takes.
 *
 * @see https://github.com/spf13/cobra/blob/v1.8.1/completions.go
 */
export async function complete(
  context: CommandContext,
  path: string,
  flags: readonly FlagFact[],
  { word, flag, isBehindDash, isFirst }: Wanted,
): Promise<Completions> {
  if (flag === undefined && !isBehindDash && word.startsWith('-') && !word.includes('=')) {
    return flagNames(context, path, flags, word);
  }
  if (flag !== undefined && !isBehindDash) return flagValue(context, path, flag, word);
  const candidates: string[] = [];
  let directive = DEFAULT;
  const isNoArgument = context.args.length === 0;
  if (flag === undefined) {
    // Behind a flag of a command itself, no command of its follows.
    if (isNoArgument && !hasOwnFlag(context, path)) {
      const known = await subcommands(path, await textsOf(path));
      for (const [name, meaning] of isFirst ? withPlugins(context, known) : known) {
        // Where a command may stand, no file does, whether one begins so or not.
        directive = NO_FILES;
        if (name.startsWith(word)) candidates.push(`${name}\t${meaning}`);
      }
    }
    candidates.push(...(await requiredFlags(context, path, flags, word)));
    const valid = commandFact(path)?.validArgs;
    if (valid !== undefined) {
      if (!isNoArgument) return { candidates, directive };
      return { candidates: [...candidates, ...valid.filter((each) => each.startsWith(word))], directive: NO_FILES };
    }
  }
  if (path === 'help') return completeHelp(context.args, word);
  const what = ARGUMENTS[path];
  if (what === undefined) return { candidates, directive };
  const more = await completeArgument(context, what, context.args, word);
  return { candidates: [...candidates, ...more.candidates], directive: more.directive };
}

/** Names of commands behind `help` and what stands there already. */
async function completeHelp(args: readonly string[], word: string): Promise<Completions> {
  let path: string;
  try {
    ({ path } = findCommand(args));
  } catch {
    return { candidates: [], directive: NO_FILES };
  }
  const all = await subcommands(path, await textsOf(path));
  return {
    candidates: all.filter(([name]) => name.startsWith(word)).map(([name, meaning]) => `${name}\t${meaning}`),
    directive: NO_FILES,
  };
}

function hasOwnFlag({ flags }: CommandContext, path: string): boolean {
  return path !== '' && (commandFact(path)?.flags ?? []).some(({ name }) => flags.changed(name));
}

/** Flags without which the command does nothing, as far as they are not there yet. */
async function requiredFlags(
  { flags: given }: CommandContext,
  path: string,
  flags: readonly FlagFact[],
  word: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const flag of flags.filter(({ required, name }) => required && !given.changed(name))) {
    const meaning = await meaningOf(path, flag);
    found.push(...namesOfFlag(flag, word).map((name) => `${name}\t${meaning}`));
  }
  return found;
}

const namesOfFlag = ({ name, short }: FlagFact, word: string): readonly string[] =>
  [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].filter((each) => each.startsWith(word));

/** Commands that have no folder of their own. */
const OTHERS: Readonly<Record<string, string>> = {
  help: 'Help about any command',
  options: 'List the flags that every command takes',
};

async function subcommands(path: string, texts: HelpTexts): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for (const fact of subcommandFacts(path)) {
    if (fact.hidden || fact.path === 'alpha') continue;
    const name = fact.path.slice(path === '' ? 0 : path.length + 1);
    const all = path === '' ? await textsOf(name) : texts;
    found.push([name, all[fact.path]?.short ?? OTHERS[name] ?? '']);
  }
  if (path === '' && !found.some(([name]) => name === 'help')) found.push(['help', OTHERS['help'] ?? '']);
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Kubectl's own commands and those of plugins, each once. */
const withPlugins = (
  { process }: CommandContext,
  known: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] =>
  [...known, ...new Map(pluginCommands(process))].sort(([a], [b]) => (a < b ? -1 : 1));

async function textsOf(path: string): Promise<HelpTexts> {
  const [first = ''] = path.split(' ');
  return (await COMMANDS[first]?.help())?.help ?? {};
}

async function meaningOf(path: string, { name }: FlagFact): Promise<string> {
  const text = (await textsOf(path))[path]?.flags?.[name] ?? SHARED_FLAGS[name] ?? '';
  return text.split('\n')[0] ?? '';
}

/** Flags that all commands take come first; alone, as long as they are missing, those that must be there. */
async function flagNames(
  context: CommandContext,
  path: string,
  flags: readonly FlagFact[],
  word: string,
): Promise<Completions> {
  const required = await requiredFlags(context, path, flags, word);
  if (required.length > 0) return { candidates: required, directive: NO_FILES };
  const { flags: ownFlags = [], persistent = [] } = commandFact(path) ?? {};
  // Nothing comes before kubectl's own.
  const own = new Set(path === '' ? [] : ['help', ...[...ownFlags, ...persistent].map(({ name }) => name)]);
  const byName = (a: FlagFact, b: FlagFact): number => (a.name < b.name ? -1 : 1);
  const ordered = [
    ...flags.filter(({ name }) => !own.has(name)).toSorted(byName),
    ...flags.filter(({ name }) => own.has(name)).toSorted(byName),
  ];
  const candidates: string[] = [];
  for (const flag of ordered) {
    const isRepeatable = /Slice|Array/.test(flag.type);
    if (flag.hidden || flag.deprecated !== undefined || (context.flags.changed(flag.name) && !isRepeatable)) continue;
    for (const name of namesOfFlag(flag, word)) candidates.push(`${name}\t${await meaningOf(path, flag)}`);
  }
  return { candidates, directive: NO_FILES };
}

const SHARED: ReadonlySet<string> = new Set(['namespace', 'context', 'cluster', 'user']);

async function flagValue(
  context: CommandContext,
  path: string,
  { name, extensions }: FlagFact,
  word: string,
): Promise<Completions> {
  const among = (values: readonly string[]): Completions => ({
    candidates: values.filter((value) => value.startsWith(word)),
    directive: NO_FILES,
  });
  if (extensions !== undefined) return { candidates: extensions, directive: FILES_BY_EXTENSION };
  // A command's own flag by such a name means something that is yet to be.
  if (SHARED.has(name) && commandFact(path)?.flags.some((own) => own.name === name)) {
    return { candidates: [], directive: DEFAULT };
  }
  switch (name) {
    case 'namespace':
      return among(await namesOf(context, 'namespace'));
    case 'context':
      return among(entryNames(context, 'contexts'));
    case 'cluster':
      return among(entryNames(context, 'clusters'));
    case 'user':
      return among(entryNames(context, 'users'));
    case 'container':
      if (path !== 'exec') break;
      return among(context.args[0] === undefined ? [] : await containersOf(context, context.args[0]));
    case 'output':
      if (path === 'get') return among(OUTPUTS);
      break;
    case 'subresource':
      return among(['status', 'scale', 'resize']);
    case 'clusterrole':
      if (path === 'create clusterrolebinding') return among(await namesOf(context, 'clusterrole'));
      break;
  }
  return { candidates: [], directive: DEFAULT };
}
