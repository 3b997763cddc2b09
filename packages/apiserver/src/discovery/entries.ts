import type { KindDefinition, Subresource } from '@tabernetes/api';
import { isCustom, type Kinds, type Resource } from '../kinds.ts';
import { compareGroups, compareVersions } from './group-priorities.ts';

/** One line of discovery: a resource or a sub-resource. */
export interface Entry {
  /** `pods`, or `status` of a sub-resource. */
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  /** Group and version only where they differ from the list's own. */
  readonly group?: string;
  readonly version?: string;
  /** Of custom resources, all at once names both in any case. */
  readonly custom?: { readonly group: string; readonly version: string };
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly storageVersionHash?: string;
  readonly subresources: readonly Entry[];
}

/** The groups that are served, without the core group, and their versions, in discovery's order. */
export function groups(kinds: Kinds): readonly { readonly group: string; readonly versions: readonly string[] }[] {
  const found = new Map<string, Set<string>>();
  for (const { definition } of kinds.list()) {
    if (definition.group === '') continue;
    const versions = found.get(definition.group) ?? new Set();
    found.set(definition.group, versions.add(definition.version));
  }
  return [...found]
    .sort(([a], [b]) => compareGroups(a, b))
    .map(([group, versions]) => ({ group, versions: [...versions].sort(compareVersions) }));
}

/** The resources of one group and version, by name. */
export function entries(kinds: Kinds, group: string, version: string): readonly Entry[] {
  return kinds
    .list()
    .filter(({ definition }) => definition.group === group && definition.version === version)
    .map(entryOf)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function entryOf({ definition, verbs }: Resource): Entry {
  const { plural, singular, namespaced, kind, shortNames = [], categories = [], storageVersionHash } = definition;
  const subresources = (definition.subresources ?? []).map((s) => subresourceEntry(definition, s));
  return {
    name: plural,
    singular,
    namespaced,
    kind,
    ...(isCustom(definition) && { custom: { group: definition.group, version: definition.version } }),
    verbs,
    shortNames,
    categories,
    ...(storageVersionHash !== undefined && { storageVersionHash }),
    // Those of custom resources stand as they are made: status, then scale.
    subresources: isCustom(definition) ? subresources : subresources.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function subresourceEntry(parent: KindDefinition, subresource: Subresource): Entry {
  const { kind, verbs } = exposed(parent, subresource);
  const foreign = kind.group !== parent.group || kind.version !== parent.version;
  return {
    name: subresource.name,
    singular: '',
    namespaced: parent.namespaced,
    ...(foreign && { group: kind.group, version: kind.version }),
    ...(isCustom(parent) && { custom: { group: kind.group, version: kind.version } }),
    kind: kind.kind,
    verbs,
    shortNames: [],
    categories: [],
    subresources: [],
  };
}

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const CHANGE: readonly string[] = ['get', 'patch', 'update'];

function exposed(
  parent: KindDefinition,
  subresource: Subresource,
): { kind: Pick<KindDefinition, 'group' | 'version' | 'kind'>; verbs: readonly string[] } {
  switch (subresource.type) {
    case 'update':
      return { kind: parent, verbs: [...(subresource.verbs ?? CHANGE)].sort() };
    case 'scale':
      return { kind: SCALE, verbs: CHANGE };
    case 'create':
      return { kind: subresource.kind, verbs: ['create'] };
    case 'connect':
      return { kind: subresource.kind, verbs: subresource.verbs ?? ['create', 'get'] };
  }
}
