import type { HelpText, HelpTexts } from '../command.ts';
import { COMMANDS, GROUPS } from '../commands/registry.ts';
import { commandFact, type FlagFact, flagFacts, subcommandFacts } from '../facts.ts';
import { SHARED_FLAGS } from './shared-flags.ts';

const ROOT: HelpText = {
  short: 'kubectl controls a Kubernetes cluster',
  long: 'kubectl controls a Kubernetes cluster.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/',
};

/** What `kubectl COMMAND --help` prints, in the order of kubectl's own help: meaning, examples, commands, options, usage. */
export async function helpText(path: string, added: Added = []): Promise<string> {
  const text = await textsOf(path);
  const head = (text[path]?.long ?? text[path]?.short ?? '').trim();
  return `${head}\n\n${await usageText(path, text, added)}`;
}

/** Commands that are none of kubectl's own, and what is told of them. */
type Added = readonly (readonly [name: string, meaning: string])[];

/** The global flags, as `kubectl options` prints them. */
export function optionsText(): string {
  const flags = commandFact('')?.persistent ?? [];
  return `The following options can be passed to any command:\n\n${flagsText(flags, undefined)}`;
}

async function textsOf(path: string): Promise<HelpTexts> {
  const [first = ''] = path.split(' ');
  if (first === '') return { '': ROOT };
  return (await COMMANDS[first]?.help())?.help ?? {};
}

async function usageText(path: string, texts: HelpTexts, added: Added): Promise<string> {
  const fact = commandFact(path);
  if (fact === undefined) return '';
  const text = texts[path];
  const full = path === '' ? 'kubectl' : `kubectl ${path}`;
  const parts: string[] = [];
  if (fact.aliases) parts.push(`Aliases:\n${[full.slice(full.lastIndexOf(' ') + 1), ...fact.aliases].join(', ')}`);
  if (text?.examples) parts.push(`Examples:\n${text.examples.map(exampleText).join('\n  \n')}`);
  const below = path === '' ? await rootGroups(added) : subcommandList(path, texts);
  if (below !== '') parts.push(below);
  const shown = fact.flags.filter(({ name, hidden }) => !hidden && name !== 'help');
  if (shown.length > 0) parts.push(`Options:\n${flagsText(shown, text).trimEnd()}`);
  if (fact.runnable) parts.push(`Usage:\n  ${useLine(path)}`);
  const tips: string[] = [];
  if (below !== '') tips.push(`Use "${full} <command> --help" for more information about a given command.`);
  if (fact.runnable)
    tips.push('Use "kubectl options" for a list of global command-line options (applies to all commands).');
  if (tips.length > 0) parts.push(tips.join('\n'));
  return `${parts.join('\n\n')}\n`;
}

/** `kubectl get [(-o|--output=)json|…] [options]` */
function useLine(path: string): string {
  const fact = commandFact(path);
  const parent = path.slice(0, Math.max(0, path.lastIndexOf(' ')));
  if (path === '') return 'kubectl [flags] [options]';
  const line = `kubectl ${parent === '' ? '' : `${parent} `}${fact?.use ?? ''}`;
  const flagged = fact?.disableFlagsInUseLine || line.includes('[flags]') ? line : `${line} [flags]`;
  return flagFacts(path).length > 0 && !flagged.includes('[options]') ? `${flagged} [options]` : flagged;
}

const exampleText = ([comment, line]: readonly [string, string]): string =>
  [...comment.split('\n').map((text) => `  # ${text}`), ...line.split('\n').map((text) => `  ${text}`)].join('\n');

async function rootGroups(added: Added): Promise<string> {
  const groups: string[] = [];
  for (const { title, commands } of GROUPS) {
    // They stand in front of the last group.
    if (title === GROUPS.at(-1)?.title && added.length > 0) {
      const others = added.map(([name, meaning]) => `  ${name.padEnd(13)} ${meaning}`);
      groups.push(['Subcommands provided by plugins:', ...others].join('\n'));
    }
    const lines: string[] = [];
    for (const name of commands) {
      const short = (await COMMANDS[name]?.help())?.help[name]?.short;
      if (short !== undefined) lines.push(`  ${name.padEnd(13)}   ${short}`);
    }
    if (lines.length > 0) groups.push([title, ...lines].join('\n'));
  }
  return groups.join('\n\n');
}

function subcommandList(path: string, texts: HelpTexts): string {
  const below = subcommandFacts(path).filter(({ hidden }) => !hidden);
  if (below.length === 0) return '';
  const names = below.map((fact) => fact.path.slice(path.length + 1));
  const width = Math.max(11, ...names.map((name) => name.length));
  const lines = below.map((fact, at) => `  ${(names[at] ?? '').padEnd(width)}   ${texts[fact.path]?.short ?? ''}`);
  return ['Available Commands:', ...lines].join('\n');
}

/** Flags in alphabetical order, each with its default and its meaning. */
function flagsText(flags: readonly FlagFact[], text: HelpText | undefined): string {
  return flags
    .filter(({ hidden }) => !hidden)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((flag) => flagText(flag, text?.flags?.[flag.name] ?? SHARED_FLAGS[flag.name] ?? ''))
    .join('');
}

function flagText({ name, short, type, default: value = '', deprecated }: FlagFact, meaning: string): string {
  const shown = type === 'string' ? `'${value}'` : value;
  const head = `    ${short === undefined ? '' : `-${short}, `}--${name}=${shown}:`;
  const why = deprecated === undefined ? '' : ` (DEPRECATED: ${deprecated})`;
  return `${head}\n\t${meaning}${why}\n\n`;
}
