import { StatusError } from '@tabernetes/apimachinery';
import { NoKindMatch, NoResourceMatch } from '../errors.ts';

/** A resource that the server has, and how to reach it. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, as it stands in paths. */
  readonly name: string;
  readonly singularName: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** Names of sub-resources: `status`, `scale`. */
  readonly subresources: readonly string[];
}

export interface ApiGroup {
  readonly name: string;
  /** Preferred first. */
  readonly versions: readonly string[];
}

/** What a server serves, and how people call it. */
export interface Discovery {
  /** In the server's order, the core group first. */
  readonly groups: readonly ApiGroup[];
  /** Every version, in the server's order. */
  readonly resources: readonly ApiResource[];
  /** Groups that the server lists and cannot answer for now, and why. */
  readonly failed: readonly { readonly groupVersion: string; readonly reason: string }[];
  /**
   * `pods`, `po`, `Pod`, `deploy.apps`, `deployments.v1.apps`; the preferred version when none is named.
   * @throws {NoResourceMatch}
   */
  find(name: string): ApiResource;
  /** Members of a category (`all`) in the server's order; empty when there is no such category. */
  category(name: string): readonly ApiResource[];
  /** The resource of a kind. @throws {NoKindMatch} */
  forKind(apiVersion: string, kind: string): ApiResource;
}

const ACCEPT =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

interface AggregatedList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly AggregatedVersion[];
  }[];
}

interface AggregatedVersion {
  readonly version: string;
  readonly freshness?: string;
  readonly resources?: readonly {
    readonly resource: string;
    readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind?: string };
    readonly scope: 'Namespaced' | 'Cluster';
    readonly singularResource?: string;
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
    readonly verbs?: readonly string[];
    readonly subresources?: readonly { readonly subresource: string }[];
  }[];
}

/** Both answers of aggregated discovery as they came. */
export interface AggregatedLists {
  readonly core: AggregatedList;
  readonly named: AggregatedList;
}

/** All that discovery needs of an API. */
interface Asks {
  object<T>(
    method: string,
    path: string,
    options: { readonly headers: Readonly<Record<string, string>>; readonly query: Readonly<Record<string, string>> },
  ): Promise<T>;
}

/** Asks for aggregated discovery: two requests, however many groups there are. */
export async function aggregatedLists(
  api: Asks,
  query: Readonly<Record<string, string>> = { timeout: '32s' },
): Promise<AggregatedLists> {
  const headers = { accept: ACCEPT };
  const core = await api.object<AggregatedList>('GET', '/api', { headers, query });
  return { core, named: await api.object<AggregatedList>('GET', '/apis', { headers, query }) };
}

export function discoveryOf({ core, named }: AggregatedLists): Discovery {
  const groups: ApiGroup[] = [];
  const resources: ApiResource[] = [];
  const failed: { groupVersion: string; reason: string }[] = [];
  for (const item of [...(core.items ?? []), ...(named.items ?? [])]) {
    const group = item.metadata?.name ?? '';
    const versions = item.versions ?? [];
    const answering = versions.filter(({ freshness }) => freshness !== 'Stale');
    groups.push({ name: group, versions: answering.map(({ version }) => version) });
    for (const { version, freshness } of versions) {
      if (freshness !== 'Stale') continue;
      const groupVersion = group === '' ? version : `${group}/${version}`;
      failed.push({ groupVersion, reason: `stale GroupVersion discovery: ${groupVersion}` });
    }
    for (const version of answering) resources.push(...resourcesOf(group, version));
  }
  return mapper(groups, resources, failed);
}

function resourcesOf(group: string, { version, resources = [] }: AggregatedVersion): readonly ApiResource[] {
  return resources.map((resource) => ({
    group,
    version,
    kind: resource.responseKind?.kind ?? '',
    name: resource.resource,
    singularName: resource.singularResource ?? '',
    shortNames: resource.shortNames ?? [],
    categories: resource.categories ?? [],
    namespaced: resource.scope === 'Namespaced',
    verbs: resource.verbs ?? [],
    subresources: (resource.subresources ?? []).map(({ subresource }) => subresource),
  }));
}

function mapper(
  groups: Discovery['groups'],
  resources: Discovery['resources'],
  failed: Discovery['failed'],
): Discovery {
  // The first version of a group is the preferred one; core stands before all others.
  const matching = (name: string): readonly ApiResource[] => {
    const plain = resources.filter((r) => r.name === name || r.singularName === name || r.kind.toLowerCase() === name);
    if (plain.length > 0) return plain;
    return resources.filter((r) => r.shortNames.includes(name));
  };
  return {
    groups,
    resources,
    failed,
    find(text) {
      const [name = '', ...rest] = text.toLowerCase().split('.');
      const candidates = matching(name);
      if (rest.length === 0) {
        const [best] = candidates;
        if (best === undefined) throw new NoResourceMatch(text);
        return best;
      }
      // A short name stands for a name of a group; a version that is named with it does not count.
      if (candidates[0]?.shortNames.includes(name)) {
        const wanted = [rest.slice(1).join('.'), rest.join('.')];
        const short = wanted.flatMap((group) => candidates.find((r) => r.group === group) ?? [])[0];
        if (short !== undefined) return short;
      }
      // deployments.v1.apps, then deployments.apps; a group's name may be given in part (`ingresses.networking`).
      const [version = '', ...groupParts] = rest;
      const versioned = candidates.find((r) => r.version === version && r.group === groupParts.join('.'));
      if (versioned !== undefined) return versioned;
      const group = rest.join('.');
      const grouped = candidates.find((r) => r.group === group) ?? candidates.find((r) => r.group.startsWith(group));
      if (grouped !== undefined) return grouped;
      throw new NoResourceMatch(name);
    },
    category: (name) =>
      resources.filter(
        (r) =>
          r.categories.includes(name) && r.version === groups.find(({ name: group }) => group === r.group)?.versions[0],
      ),
    forKind(apiVersion, kind) {
      const slash = apiVersion.indexOf('/');
      const [group, version] = slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
      const those = resources.filter((r) => r.group === group && r.version === version);
      // Kinds in lower case are known as well, and sent as they are: the server refuses them.
      const found = those.find((r) => r.kind === kind) ?? those.find((r) => r.kind.toLowerCase() === kind);
      if (found !== undefined) return found;
      throw new NoKindMatch(apiVersion, kind);
    },
  };
}

/** True of the answer of a server that has no such object. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof StatusError && error.status.reason === 'NotFound';
