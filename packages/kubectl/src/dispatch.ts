import { goQuote } from '@tabernetes/apimachinery';
import { GROUPS } from './commands/registry.ts';
import { type CommandFact, commandFact, type FlagFact, flagFacts, subcommandFacts } from './facts.ts';

/** Which command a line means, and what is left of it. */
export interface Call {
  readonly path: string;
  /** The word by which the command was called. */
  readonly calledAs: string;
  /** Flags and arguments, in order. */
  readonly rest: readonly string[];
}

/** No such command. */
export class UnknownCommand extends Error {
  override readonly name = 'UnknownCommand';
}

/**
 * Finds the command of a line as cobra does: words that are neither flags nor values of flags name commands as long as
 * there are such commands; what is left are arguments.
 *
 * @throws {UnknownCommand} with kubectl's text and its suggestions
 */
export function findCommand(line: readonly string[]): Call {
  let path = '';
  let calledAs = 'kubectl';
  let rest = line;
  for (;;) {
    const words = withoutFlags(rest, flagFacts(path));
    const [word] = words;
    if (word === undefined) break;
    const next = child(path, word);
    if (next === undefined) {
      if (path === '')
        throw new UnknownCommand(`unknown command ${goQuote(word)} for "kubectl"${suggestions('', word)}`);
      break;
    }
    rest = withoutFirst(rest, word, flagFacts(path));
    path = path === '' ? nameOf(next) : `${path} ${nameOf(next)}`;
    calledAs = word;
  }
  return { path, calledAs, rest };
}

const nameOf = ({ path }: CommandFact): string => path.slice(path.lastIndexOf(' ') + 1);

function child(path: string, word: string): CommandFact | undefined {
  const exact = commandFact(path === '' ? word : `${path} ${word}`);
  if (exact !== undefined && word !== '' && !word.includes(' ')) return exact;
  return subcommandFacts(path).find(({ aliases }) => aliases?.includes(word));
}

/** True of commands that have others below them. */
export const isGroup = (path: string): boolean => subcommandFacts(path).length > 0;

const takesNext = (word: string, flags: readonly FlagFact[]): boolean => {
  if (word.includes('=')) return false;
  if (word.startsWith('--')) return flags.find(({ name }) => name === word.slice(2))?.noOpt === undefined;
  return word.length === 2 && flags.find(({ short }) => short === word.slice(1))?.noOpt === undefined;
};

/** The words of a line that are neither flags nor values of flags. */
export function withoutFlags(line: readonly string[], flags: readonly FlagFact[]): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < line.length; at++) {
    const word = line[at] ?? '';
    if (word === '--') break;
    if (word.startsWith('-') && takesNext(word, flags)) at++;
    else if (word !== '' && !word.startsWith('-')) words.push(word);
  }
  return words;
}

/** The line without the first of such words that is the wanted one. */
export function withoutFirst(line: readonly string[], wanted: string, flags: readonly FlagFact[]): readonly string[] {
  for (let at = 0; at < line.length; at++) {
    const word = line[at] ?? '';
    if (word === '--') break;
    if (word.startsWith('-') && takesNext(word, flags)) at++;
    else if (word === wanted) return line.toSpliced(at, 1);
  }
  return line;
}

/** `Did you mean this?` and names that are near, in the order of registration; empty when there are none. */
function suggestions(path: string, typed: string): string {
  const near = registered(path).flatMap((fact) => {
    if (fact.hidden) return [];
    const name = nameOf(fact);
    const isNear = distance(typed.toLowerCase(), name) <= 2 || name.startsWith(typed.toLowerCase());
    const asked = fact.suggestFor?.some((word) => word.toLowerCase() === typed.toLowerCase());
    return [...(isNear ? [name] : []), ...(asked ? [name] : [])];
  });
  return near.length === 0 ? '' : `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`;
}

/** kubectl's own commands stand in the order of its help, all others in that of the alphabet. */
function registered(path: string): readonly CommandFact[] {
  const facts = subcommandFacts(path);
  if (path !== '') return facts;
  const order = GROUPS.flatMap(({ commands }) => commands);
  return facts.toSorted((a, b) => order.indexOf(a.path) - order.indexOf(b.path));
}

/** Levenshtein's distance. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? (row[j - 1] ?? 0) : Number.POSITIVE_INFINITY;
      next[j] = Math.min(same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
