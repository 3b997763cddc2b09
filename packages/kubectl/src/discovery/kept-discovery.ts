import type { AggregatedLists, AggregatedVersion } from './discovery.ts';
import type { DocumentCache } from './document-cache.ts';

/** How long discovery is trusted between calls. */
const TTL_MS = 6 * 3_600_000;
const GROUPS_FILE = 'servergroups.json';
const resourcesFile = (groupVersion: string): string => `${groupVersion}/serverresources.json`;

/** An APIGroupList: the core group first, versions with the preferred one first. */
interface GroupList {
  readonly groups: readonly { readonly name: string; readonly versions: readonly GroupVersion[] }[];
}

interface GroupVersion {
  readonly groupVersion: string;
  readonly version: string;
}

/** An APIResourceList: sub-resources stand behind their resources, as `pods/status`. */
interface ResourceList {
  readonly resources: readonly KeptResource[];
}

interface KeptResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** Takes each file that is read, and the place where the real one tells of it. */
type Tell = (source: string, path: string) => void;

/**
 * Keeps discovery as kubectl keeps it, a file for the groups and one for each version, so that it is of use to either.
 *
 * @see https://github.com/kubernetes/client-go/blob/v0.32.0/discovery/cached/disk/cached_discovery.go
 */
export function keepDiscovery(cache: DocumentCache, { core, named }: AggregatedLists): void {
  const groups: GroupList['groups'][number][] = [];
  for (const { metadata, versions = [] } of [...(core.items ?? []), ...(named.items ?? [])]) {
    const name = metadata?.name ?? '';
    const listed = versions.map(({ version }) => ({
      groupVersion: name === '' ? version : `${name}/${version}`,
      version,
    }));
    groups.push({ name, versions: listed, ...(listed[0] && { preferredVersion: listed[0] }) });
    for (const [at, version] of versions.entries()) {
      const resources = resourcesOf(version);
      const groupVersion = listed[at]?.groupVersion ?? '';
      if (resources.length === 0) continue;
      const list = { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
      cache.write(resourcesFile(groupVersion), `${JSON.stringify(list)}\n`);
    }
  }
  cache.write(GROUPS_FILE, `${JSON.stringify({ kind: 'APIGroupList', apiVersion: 'v1', groups })}\n`);
}

/** What was kept, undefined where a part of it is missing, too old or not to be read. */
export function keptDiscovery(cache: DocumentCache, tell: Tell = () => undefined): AggregatedLists | undefined {
  const read = <T>(file: string, source: string): T => {
    const kept = cache.read(file, TTL_MS);
    if (kept === undefined) throw new Error(`${file} is not there`);
    const value = JSON.parse(kept.text) as T;
    tell(source, kept.path);
    return value;
  };
  try {
    const { groups } = read<GroupList>(GROUPS_FILE, 'cached_discovery.go:113');
    const items = groups.map(({ name, versions }) => ({
      metadata: { name },
      versions: versions.map(({ groupVersion, version }) => {
        const { resources } = read<ResourceList>(resourcesFile(groupVersion), 'cached_discovery.go:77');
        return aggregated(version, resources);
      }),
    }));
    return { core: { items: [] }, named: { items } };
  } catch {
    // Never kept, half a file, or somebody else's.
    return undefined;
  }
}

function resourcesOf({ resources = [] }: AggregatedVersion): readonly KeptResource[] {
  return resources.flatMap(({ resource, singularResource = '', scope, responseKind, verbs = [], ...names }) => {
    const namespaced = scope === 'Namespaced';
    const { subresources = [], shortNames = [], categories = [] } = names;
    const own = {
      name: resource,
      singularName: singularResource,
      namespaced,
      ...kindOf(responseKind),
      verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
    };
    const parts = subresources.map((part) => ({
      name: `${resource}/${part.subresource}`,
      singularName: singularResource,
      namespaced,
      ...kindOf(part.responseKind),
      verbs: part.verbs ?? [],
    }));
    return [own, ...parts];
  });
}

function kindOf({
  group = '',
  version = '',
  kind = '',
}: ResponseKind = {}): Pick<KeptResource, 'group' | 'version' | 'kind'> {
  return { ...(group !== '' && { group }), ...(version !== '' && { version }), kind };
}

type ResponseKind = Partial<Record<'group' | 'version' | 'kind', string>>;

function aggregated(version: string, kept: readonly KeptResource[]): AggregatedVersion {
  const subresources = new Map<string, { readonly subresource: string }[]>();
  for (const { name } of kept) {
    const slash = name.indexOf('/');
    if (slash < 0) continue;
    const resource = name.slice(0, slash);
    subresources.set(resource, [...(subresources.get(resource) ?? []), { subresource: name.slice(slash + 1) }]);
  }
  return {
    version,
    resources: kept
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, singularName, namespaced, group = '', version: kindVersion = '', kind, ...rest }) => ({
        ...rest,
        resource: name,
        singularResource: singularName,
        scope: namespaced ? 'Namespaced' : 'Cluster',
        responseKind: { group, version: kindVersion, kind },
        subresources: subresources.get(name) ?? [],
      })),
  };
}
