import type { Process } from '@tabernetes/node-api';
import type { CommandContext } from '../command.ts';
import { type Call, findCommand, UnknownCommand, withoutFirst, withoutFlags } from '../dispatch.ts';
import { type FlagFact, flagFacts } from '../facts.ts';
import { FlagError, FlagSet, HelpRequested } from '../flags/flag-set.ts';
import { parseBool } from '../flags/go-values.ts';
import type { Printer } from '../io.ts';
import { complete } from './complete.ts';
import { type Completions, DEFAULT, directiveText, NO_FILES } from './directives.ts';
import { completePlugin, isOfPlugin } from './plugin.ts';

/** Where completion happens. */
export interface CompletionHost {
  readonly process: Process;
  readonly out: Printer;
  readonly err: Printer;
  contextOf(call: Call, flags: FlagSet): CommandContext;
}

/**
 * `__complete WORD… WORD`: what shells ask. Prints candidates, a line each, then what the shell is to do; on standard error, what went
 * wrong.
 *
 * @throws {Error} when there is no word
 * @see https://github.com/spf13/cobra/blob/v1.8.1/completions.go
 */
export async function completeLine(
  host: CompletionHost,
  command: '__complete' | '__completeNoDesc',
  line: readonly string[],
): Promise<number> {
  const { process, out, err } = host;
  const word = line.at(-1);
  if (word === undefined) throw new Error('requires at least 1 arg(s), only received 0');
  const words = line.slice(0, -1);
  const debug = (text: string): void => {
    const told = `[Debug] ${text}\n`;
    const { BASH_COMP_DEBUG_FILE: file = '' } = process.env;
    if (file !== '') process.fs.writeFile(file, told, { append: true });
    err.write(told);
  };
  let found: Completions = { candidates: [], directive: DEFAULT };
  try {
    if (isOfPlugin(line)) {
      debug('Cleared global flags for plugin completion');
      const of = await completePlugin(process, words, word, debug, () => err.flush());
      if (of === undefined && withoutFlags(words, []).length > 0) throw unknown(words);
      found = of ?? found;
    } else found = await completionsOf(host, words, word);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    debug(`[Error] ${error.message}`);
  }
  const withMeanings = command === '__complete' && areMeaningsWanted(process);
  for (const candidate of found.candidates) {
    const [first = ''] = (withMeanings ? candidate : candidate.replace(/\t.*/s, '')).split('\n', 1);
    out.write(`${first.trim()}\n`);
  }
  out.write(`:${found.directive}\n`);
  // The one command whose errors go to standard output.
  const notes = words[0] === 'options' ? out : err;
  notes.write(`Completion ended with directive: ${directiveText(found.directive)}\n`);
  return 0;
}

/** The line before the cursor makes no sense. */
class LineError extends Error {}

/** Meanings can be switched off for all programs of this kind, and for one. */
function areMeaningsWanted({ env }: Process): boolean {
  const text = env['KUBECTL_COMPLETION_DESCRIPTIONS'] || env['COBRA_COMPLETION_DESCRIPTIONS'] || '';
  try {
    return parseBool(text);
  } catch {
    return true;
  }
}

/** @throws {LineError} */
async function completionsOf(host: CompletionHost, words: readonly string[], word: string): Promise<Completions> {
  const call = callOf(words);
  const facts = flagFacts(call.path === 'help' ? '' : call.path);
  const asked = askedFlag(facts, call.rest, word);
  const flags = new FlagSet(facts);
  let isHelp = false;
  try {
    flags.parse(asked.rest);
  } catch (error) {
    if (error instanceof FlagError) {
      throw new LineError(`Error while parsing flags from args [${asked.rest.join(' ')}]: ${error.message}`);
    }
    if (!(error instanceof HelpRequested)) throw error;
    isHelp = true;
  }
  // Behind `--` nothing is a flag any more; what follows the equals sign of what looks like one is completed all the same.
  const isBehindDash = flags.argsBeforeDash !== undefined;
  if (asked.unknown !== undefined && !isBehindDash) {
    const name = call.path.split(' ').at(-1) || 'kubectl';
    throw new LineError(`Subcommand '${name}' does not support flag '${asked.unknown}'`);
  }
  // Who asks for help gets nothing else.
  if (isHelp || flags.changed('help')) return { candidates: [], directive: NO_FILES };
  return complete(host.contextOf(call, flags), call.path, facts, {
    word: asked.word,
    flag: asked.flag,
    isBehindDash,
    isFirst: words.length === 0,
  });
}

/** The command of the line. `help` is none of kubectl's own. @throws {LineError} */
function callOf(words: readonly string[]): Call {
  try {
    return findCommand(words);
  } catch (error) {
    if (!(error instanceof UnknownCommand)) throw error;
    const global = flagFacts('');
    if (withoutFlags(words, global)[0] !== 'help') {
      throw unknown(words);
    }
    return { path: 'help', calledAs: 'help', rest: withoutFirst(words, 'help', global) };
  }
}

const unknown = (words: readonly string[]): LineError =>
  new LineError(`unable to find a command for arguments: [${words.join(' ')}]`);

/** What the word under the cursor is about. */
interface Asked {
  /** The words before it that can be read: without a flag that waits for its value. */
  readonly rest: readonly string[];
  /** What is to be completed: the value alone, of `--flag=value`. */
  readonly word: string;
  /** The flag whose value it is. */
  readonly flag?: FlagFact;
  /** The name of such a flag, when the command has none. */
  readonly unknown?: string;
}

function askedFlag(facts: readonly FlagFact[], rest: readonly string[], word: string): Asked {
  const equals = word.startsWith('-') ? word.indexOf('=') : -1;
  if (word.startsWith('-') && equals < 0) return { rest, word };
  const last = rest.at(-1) ?? '';
  const waiting = /^(?:--.|-[^-])/.test(last) && !last.includes('=') ? flagName(last) : '';
  const name = equals < 0 ? waiting : flagName(word.slice(0, equals));
  if (name === '') return { rest, word: word.slice(equals + 1) };
  const flag = facts.find((each) => (name.length === 1 ? each.short : each.name) === name);
  if (flag === undefined) return { rest, word, unknown: name };
  if (equals >= 0) return { rest, word: word.slice(equals + 1), flag };
  // A flag that needs no value waits for none.
  return flag.noOpt === undefined ? { rest: rest.slice(0, -1), word, flag } : { rest, word };
}

/** `name` of `--name`; of short ones, which stand together, the last. */
const flagName = (word: string): string => (word.startsWith('--') ? word.slice(2) : word.slice(-1));
