import type { OutputStream, Process } from '@tabernetes/node-api';
import { withoutFirst, withoutFlags } from '../dispatch.ts';
import { commandFact } from '../facts.ts';
import { lookUp, pluginMeaning, pluginNames, requireInterpreter } from '../plugins.ts';
import { type Completions, DEFAULT } from './directives.ts';

/** Whether a line is about a plugin: it goes on behind a word that is no command of kubectl's. */
export const isOfPlugin = ([first = '', ...more]: readonly string[]): boolean =>
  more.length > 0 && !first.startsWith('-') && first !== 'help' && (first === '' || commandFact(first) === undefined);

/**
 * Candidates behind the name of a plugin: other plugins whose names begin with it, and what the program `kubectl_complete-…` prints that
 * comes with it. Undefined: there is no such plugin.
 *
 * @param debug takes lines on what is looked for
 * @param flush resolves when these have been written
 * @see k8s.io/kubectl/pkg/cmd/plugin/plugin_completion.go
 */
export async function completePlugin(
  process: Process,
  words: readonly string[],
  word: string,
  debug: (text: string) => void,
  flush: () => Promise<void>,
): Promise<Completions | undefined> {
  const all = pluginNames(process);
  const below = (path: readonly string[]): readonly string[] => [
    ...new Set(
      all.filter((name) => path.every((part, at) => part === name[at])).map((name) => name[path.length] ?? ''),
    ),
  ];
  const path: string[] = [];
  let rest = words;
  for (;;) {
    const [next] = withoutFlags(rest, []);
    if (next === undefined || !below(path).includes(next)) break;
    rest = withoutFirst(rest, next, []);
    path.push(next);
  }
  if (path.length === 0) return undefined;
  const isFlag = word.startsWith('-') && !word.includes('=');
  const names = below(path).filter((name) => name !== '' && name.startsWith(word));
  const others = rest.length > 0 || isFlag ? [] : names.toSorted().map((name) => `${name}\t${pluginMeaning(name)}`);
  const own = await completionsOf(process, path, [...rest, word], debug, flush);
  return { candidates: [...others, ...own.candidates], directive: own.directive };
}

/** What the plugin's own program says. Nothing of one that fails. */
async function completionsOf(
  process: Process,
  path: readonly string[],
  args: readonly string[],
  debug: (text: string) => void,
  flush: () => Promise<void>,
): Promise<Completions> {
  const plugin = path.map((part) => part.replaceAll('-', '_')).join('-');
  const name = `kubectl_complete-${plugin}`;
  debug(`About to look for: ${name}`);
  const program = lookUp(process, name);
  // What stands in the working directory is not started.
  if (program?.startsWith('/') !== true) {
    debug(`Plugin kubectl-${plugin} does not provide a matching completion executable`);
    return NOTHING;
  }
  debug(`About to call: ${program} ${args.join(' ')}`);
  await flush();
  const said = await outputOf(process, [program, ...args]);
  const candidates = (said ?? '').split('\n').filter((line) => line !== '');
  const [, directive] = /^:([-+]?\d+)$/.exec(candidates.at(-1) ?? '') ?? [];
  return directive === undefined
    ? { candidates, directive: DEFAULT }
    : { candidates: candidates.slice(0, -1), directive: Number(directive) };
}

const NOTHING: Completions = { candidates: [], directive: DEFAULT };

/** What a program prints; undefined of one that cannot be started or fails. */
async function outputOf(process: Process, argv: readonly [string, ...string[]]): Promise<string | undefined> {
  let text = '';
  const decoder = new TextDecoder();
  const stdout: OutputStream = {
    async write(chunk) {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    },
    close: () => undefined,
  };
  try {
    requireInterpreter(process, argv[0]);
  } catch {
    return undefined;
  }
  return (await process.spawn(argv, { stdout }).exited) === 0 ? text : undefined;
}
