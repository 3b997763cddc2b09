import { goQuote } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Exit } from '../../errors.ts';
import { commandFact } from '../../facts.ts';
import { PREFIX, pluginPaths } from '../../plugins.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_plugin/kubectl_plugin_list/ */
const list: Command = {
  async run(context) {
    const { out, err, flags } = context;
    const plugins = pluginPaths(context.process, (directory) =>
      err.write(
        `Unable to read directory ${goQuote(directory)} from your PATH: open ${directory}: no such file or directory. Skipping...\n`,
      ),
    );
    const problems: string[] = [];
    if (plugins.length > 0) out.write('The following compatible plugins are available:\n\n');
    else problems.push('error: unable to find any kubectl plugins in your PATH');
    const seen = new Map<string, string>();
    let warnings = 0;
    for (const path of plugins) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      out.write(`${flags.bool('name-only') ? name : path}\n`);
      for (const warning of warningsOf(context, path, name, seen)) {
        err.write(`  - ${warning}\n`);
        warnings++;
      }
    }
    if (warnings > 0) {
      problems.push(
        warnings === 1 ? 'error: one plugin warning was found' : `error: ${warnings} plugin warnings were found`,
      );
    }
    if (problems.length > 0) throw new Exit(1, problems.map((problem) => `${problem}\n`).join(''));
    return undefined;
  },
};

export const commands = { 'plugin list': list };

function warningsOf(
  { process }: CommandContext,
  path: string,
  name: string,
  seen: Map<string, string>,
): readonly string[] {
  const warnings: string[] = [];
  if ((process.fs.stat(path).mode & 0o111) === 0) {
    warnings.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`);
  }
  const first = seen.get(name);
  if (first === undefined) seen.set(name, path);
  else warnings.push(`warning: ${path} is overshadowed by a similarly named plugin: ${first}`);
  const [word = ''] = name.slice(PREFIX.length).split('-');
  if (word === 'help' || commandFact(word) !== undefined) {
    warnings.push(`warning: ${name} overwrites existing command: ${goQuote(`kubectl ${word}`)}`);
  }
  return warnings;
}
