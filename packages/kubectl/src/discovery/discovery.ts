import { goQuote } from '@tabernetes/apimachinery';
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
  /** A resource by its name or short name, in a group, where one is named (perhaps in part); undefined of no resource. */
  resourceFor(name: string, group: string): ApiResource | undefined;
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

export interface AggregatedVersion {
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
    readonly subresources?: readonly {
      readonly subresource: string;
      readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind?: string };
      readonly verbs?: readonly string[];
    }[];
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

/** `onAmbiguity` takes what a short name could mean as well. */
export function discoveryOf(
  { core, named }: AggregatedLists,
  onAmbiguity: (text: string) => void = () => undefined,
): Discovery {
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
  return mapper(groups, resources, failed, onAmbiguity);
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
  onAmbiguity: (text: string) => void,
): Discovery {
  /** `deployments.v1.apps`; a short name stands for a name of the group, and what version is named does not count. */
  const withVersion = (name: string, version: string, group: string): ApiResource | undefined => {
    const long = longName(name, group);
    if (long !== undefined) return named(long.name, long.group);
    const plain = name.toLowerCase();
    return resources.find((r) => hasName(r, plain) && r.version === version && (group === '' || r.group === group));
  };
  /** `pods`, `po`, `deployments.apps`; a group may be given in part (`ingresses.networking`). */
  const named = (name: string, group: string): ApiResource | undefined => {
    const long = longName(name, group);
    const [plain, wanted] = long === undefined ? [name.toLowerCase(), group] : [long.name, long.group];
    const candidates = resources.filter((r) => hasName(r, plain));
    if (wanted === '' && long === undefined) return candidates[0];
    return candidates.find((r) => r.group === wanted) ?? candidates.find((r) => r.group.startsWith(wanted));
  };
  /** What a short name stands for; undefined of names that are none. */
  const longName = (name: string, group: string): ApiResource | undefined => {
    const inGroup = group === '' ? resources : resources.filter((r) => r.group === group);
    if (inGroup.some((r) => r.name === name || r.singularName === name)) return undefined;
    const [best, ...others] = inGroup.filter((r) => r.shortNames.includes(name));
    if (best === undefined) {
      if (group === '') return undefined;
      return resources.find((r) => r.group.startsWith(group) && r.shortNames.includes(name));
    }
    const rivals = others.filter((r) => r.group !== best.group || r.name !== best.name).map(qualifiedName);
    for (const rival of new Set(rivals)) {
      onAmbiguity(`short name ${goQuote(name)} could also match lower priority resource ${rival}`);
    }
    return best;
  };
  const byKind = ({ kind }: ApiResource, asked: string): boolean => kind === asked || kind.toLowerCase() === asked;
  return {
    groups,
    resources,
    failed,
    // The first version of a group is the preferred one; core stands before all others.
    find(text) {
      const [name = '', first = '', ...more] = text.split('.');
      const group = text.slice(name.length + 1);
      const versioned = more.length > 0 ? withVersion(name, first, more.join('.')) : undefined;
      const found = versioned ?? named(name, group) ?? resources.find((r) => r.group === group && byKind(r, name));
      if (found === undefined) throw new NoResourceMatch(name);
      return found;
    },
    resourceFor: named,
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

/** Types of groups that are served elsewhere may have no singular name: an empty one is nobody's. */
const hasName = ({ name, singularName }: ApiResource, asked: string): boolean =>
  name === asked || (singularName === asked && asked !== '');

/** `deployments.apps`, `pods` */
export const qualifiedName = ({ group, name }: ApiResource): string => (group === '' ? name : `${name}.${group}`);
