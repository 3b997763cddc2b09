import type { Process } from '@tabernetes/node-api';
import { commandFact } from './facts.ts';

/** Programs that kubectl takes for commands of its own are called so. */
export const PREFIX = 'kubectl-';

/**
 * Runs the program that stands for a command line which means no command of kubectl: that with the longest name, a word for each
 * dash in it, dashes of the words being underscores. Resolves with its exit code; undefined: there is no such program.
 *
 * @param least words that the name must have at least
 * @throws {Error} when the line begins with a flag, or the program cannot be started
 * @see k8s.io/kubectl/pkg/cmd/cmd.go HandlePluginCommand
 */
export async function runPlugin(process: Process, line: readonly string[], least: number): Promise<number | undefined> {
  const firstFlag = line.findIndex((word) => word.startsWith('-'));
  const words = line.slice(0, firstFlag < 0 ? line.length : firstFlag).map((word) => word.replaceAll('-', '_'));
  if (words.length === 0) throw new Error(`flags cannot be placed before plugin name: ${line[0]}`);
  for (let count = words.length; count >= least; count--) {
    const path = lookUp(process, `${PREFIX}${words.slice(0, count).join('-')}`);
    if (path === undefined) continue;
    requireInterpreter(process, path);
    return process.spawn([path, ...line.slice(count)]).exited;
  }
  return undefined;
}

/** The first program of that name in the directories of $PATH. */
export function lookUp({ env, fs }: Process, name: string): string | undefined {
  if (name.includes('/')) return undefined;
  for (const directory of (env['PATH'] ?? '').split(':')) {
    const path = `${directory === '' ? '.' : directory.replace(/\/+$/, '')}/${name}`;
    if (!fs.exists(path)) continue;
    const { type, mode } = fs.stat(path);
    if (type !== 'directory' && (mode & 0o111) !== 0) return path;
  }
  return undefined;
}

/** Larger files are no scripts. */
const MOST_SCRIPT_BYTES = 65_536;

/**
 * Shells read a script that does not say what reads it; kubectl does not.
 *
 * @throws {Error} with the text of execve(2)
 */
export function requireInterpreter({ fs }: Process, path: string): void {
  const { size } = fs.stat(path);
  if (size === 0 || size > MOST_SCRIPT_BYTES) return;
  const [first = ''] = fs.readText(path).split('\n', 1);
  const [, interpreter] = /^#!\s*(\S+)/.exec(first) ?? [];
  if (interpreter === undefined) {
    if (/^[\t\r -~]*$/.test(first)) throw new Error('exec format error');
  } else if (!fs.exists(interpreter)) throw new Error('no such file or directory');
}

/** Paths of all programs that could be plugins, in the order of $PATH; `skipped` takes directories that cannot be read. */
export function pluginPaths({ env, fs }: Process, skipped: (directory: string) => void): readonly string[] {
  const plugins: string[] = [];
  for (const directory of new Set((env['PATH'] ?? '').split(':'))) {
    if (directory.trim() === '') continue;
    let names: readonly string[];
    try {
      names = fs.readDirectory(directory);
    } catch {
      skipped(directory);
      continue;
    }
    for (const name of names) {
      const path = `${directory.replace(/\/$/, '')}/${name}`;
      if (name.startsWith(PREFIX) && fs.stat(path).type !== 'directory') plugins.push(path);
    }
  }
  return plugins;
}

/** The words that call each plugin, in the order of $PATH. */
export const pluginNames = (process: Process): readonly (readonly string[])[] =>
  pluginPaths(process, () => undefined).map((path) =>
    path
      .slice(path.lastIndexOf('/') + 1 + PREFIX.length)
      .split('-')
      .map((word) => word.replaceAll('_', '-')),
  );

export const pluginMeaning = (name: string): string => `The command ${name} is a plugin installed by the user`;

/** The commands that plugins add to kubectl's own, once for each plugin, and what is told of them. */
export const pluginCommands = (process: Process): readonly (readonly [name: string, meaning: string])[] =>
  pluginNames(process).flatMap(([name = '']) =>
    name === '' || commandFact(name) !== undefined ? [] : [[name, pluginMeaning(name)] as const],
  );
