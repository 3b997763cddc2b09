import type { Command } from '../../command.ts';
import type { ApiResource, Discovery } from '../../discovery/discovery.ts';
import { qualifiedName } from '../../discovery/discovery.ts';
import { usageError } from '../../errors.ts';
import { TabWriter } from '../../printers/tab-writer.ts';
import { groupVersion } from '../../resources/info.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_api-resources/ */
const apiResources: Command = {
  async run({ flags, args, path, api, out }) {
    if (args.length > 0) throw usageError(path, `unexpected arguments: [${args.join(' ')}]`);
    const output = flags.string('output');
    const sortBy = flags.string('sort-by');
    if (!['', 'wide', 'name'].includes(output)) throw new Error(`--output ${output} is not available`);
    if (!['', 'name', 'kind'].includes(sortBy)) throw new Error('--sort-by accepts only name or kind');
    let discovery: Discovery | undefined;
    let failure: unknown;
    try {
      discovery = await api().discovery({ fresh: !flags.bool('cached') });
    } catch (error) {
      failure = error;
    }
    const verbs = flags.strings('verbs');
    const categories = flags.strings('categories');
    const shown = (discovery === undefined ? [] : preferredResources(discovery)).filter(
      (resource) =>
        resource.verbs.length > 0 &&
        (!flags.changed('api-group') || resource.group === flags.string('api-group')) &&
        (!flags.changed('namespaced') || resource.namespaced === flags.bool('namespaced')) &&
        verbs.every((verb) => resource.verbs.includes(verb)) &&
        categories.every((category) => resource.categories.includes(category)),
    );
    const key = ({ name, kind, group }: ApiResource): string =>
      sortBy === 'name' ? name : sortBy === 'kind' ? kind : group;
    const sorted = shown.toSorted((a, b) => compare(key(a), key(b)) || compare(a.name, b.name));

    const to = new TabWriter((text) => out.write(text));
    const isWide = output === 'wide';
    if (!flags.bool('no-headers') && output !== 'name') {
      to.line(['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(isWide ? ['VERBS', 'CATEGORIES'] : [])]);
    }
    for (const resource of sorted) to.line(output === 'name' ? [qualifiedName(resource)] : cells(resource, isWide));
    to.flush();
    if (failure !== undefined) throw failure;
    return undefined;
  },
};

export const commands = { 'api-resources': apiResources };

/** Each resource once: in the preferred version of its group, or in the first that has it. */
export function preferredResources({ resources }: Discovery): readonly ApiResource[] {
  const seen = new Map<string, ApiResource>();
  for (const resource of resources) {
    const key = qualifiedName(resource);
    if (!seen.has(key)) seen.set(key, resource);
  }
  return [...seen.values()];
}

const cells = (resource: ApiResource, isWide: boolean): readonly string[] => [
  resource.name,
  resource.shortNames.join(','),
  groupVersion(resource),
  String(resource.namespaced),
  resource.kind,
  ...(isWide ? [resource.verbs.join(','), resource.categories.join(',')] : []),
];

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
