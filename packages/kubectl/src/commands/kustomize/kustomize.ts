import { encodeYaml } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { dirName } from '../../files/go-path.ts';
import { type BuildOptions, buildKustomization, kustomizationText } from '../../kustomize/build.ts';
import type { Node } from '../../kustomize/node.ts';
import {
  effectiveNamespace,
  groupVersionOf,
  idOf,
  isClusterScoped,
  kindOf,
  nameOf,
  resourceOf,
} from '../../kustomize/resource.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_kustomize/ */
const kustomize: Command = {
  async run(context) {
    const { args, out, flags, process } = context;
    if (args.length > 1) throw new Error('specify one path to kustomization.yaml');
    const objects = buildKustomization(process.fs, args[0] ?? '.', optionsOf(context));
    const output = flags.string('output');
    if (output === '') out.write(kustomizationText(objects));
    else if (process.fs.exists(output) && process.fs.stat(output).type === 'directory') writeEach(context, objects);
    else write(process, output, kustomizationText(objects));
    return undefined;
  },
};

/** @throws {Error} with Go's text */
function write({ fs }: CommandContext['process'], path: string, text: string): void {
  if (!fs.exists(dirName(path))) throw new Error(`open ${path}: no such file or directory`);
  fs.writeFile(path, text);
}

export const commands: Readonly<Record<string, Command>> = { kustomize };

const RESTRICTIONS = ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone'];
const ORDERS = ['legacy', 'none'];

/** @throws {Error} with kustomize's text for values that are none */
function optionsOf({ flags, err, inform }: CommandContext): BuildOptions {
  const oneOf = (name: string, legal: readonly string[]): string => {
    const value = flags.string(name);
    if (legal.includes(value) || (value === '' && legal === RESTRICTIONS)) return value;
    throw new Error(`illegal flag value --${name} ${value}; legal values: [${legal.join(' ')}]`);
  };
  return {
    warn: (line) => err.write(line),
    log: (line) => inform('log.go:244', line),
    unrestricted: oneOf('load-restrictor', RESTRICTIONS) === 'LoadRestrictionsNone',
    order: oneOf('reorder', ORDERS) === 'none' ? 'none' : 'legacy',
    managedByLabel: flags.bool('enable-managedby-label'),
  };
}

/** A file for each object; namespaces stand in the names where there are several. */
function writeEach({ flags, process }: CommandContext, objects: readonly Node[]): void {
  const resources = objects.map(resourceOf);
  const spaces = resources.map(idOf).map((id) => (isClusterScoped(id) ? undefined : effectiveNamespace(id)));
  const hasSeveral = new Set(spaces.filter((space) => space !== undefined)).size > 1;
  for (const [at, each] of resources.entries()) {
    const { group, version } = groupVersionOf(each);
    const type = [group, version, kindOf(each)].filter((part) => part !== '').join('_');
    const namespace = hasSeveral && spaces[at] !== undefined ? `${spaces[at]}_` : '';
    const name = `${namespace}${type}_${nameOf(each)}.yaml`.toLowerCase();
    process.fs.writeFile(`${flags.string('output').replace(/\/+$/, '')}/${name}`, encodeYaml(each.object));
  }
}
