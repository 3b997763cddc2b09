import type { KindDefinition, Verb } from '@tabernetes/api';
import type { GroupResource, GroupVersionKind, StructSchema } from '@tabernetes/apimachinery';
import { storagePrefix } from './registry/keys.ts';

/**
 * The kinds that are served, by group, version and plural. CustomResourceDefinitions come and go at run time.
 *
 *   "apps/v1" ──► "deployments" ──► Resource { definition, prefix: "/registry/apps/deployments/" }
 */
export interface Kinds {
  /** Serves a kind from now on; one with the same group, version and plural is replaced. */
  add(definition: KindDefinition): void;
  /** Stops serving a kind. What is stored stays. */
  remove(kind: { readonly group: string; readonly version: string; readonly plural: string }): void;
  resource(group: string, version: string, plural: string): Resource | undefined;
  /** Any served version of a resource; the one that is stored, if it is served. */
  anyVersion(group: string, plural: string): Resource | undefined;
  /** All served versions of the same stored objects, this one included. */
  versionsOf(resource: Resource): readonly Resource[];
  byKind(kind: GroupVersionKind): Resource | undefined;
  /** True when any kind of the group and version is served. */
  servesVersion(group: string, version: string): boolean;
  /** In the order in which they were added. */
  list(): readonly Resource[];
  /** Grows with every change, so that what is made from the list (discovery, OpenAPI) can be cached. */
  readonly generation: number;
}

/** A kind as the server uses it. */
export interface Resource {
  readonly definition: KindDefinition;
  readonly groupResource: GroupResource;
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  /** Where its objects are stored, with a slash at the end. Versions that are stored as one another share it. */
  readonly prefix: string;
  readonly verbs: readonly Verb[];
  /** Of the version that is stored; undefined when that is not served. */
  storedSchema(): StructSchema | undefined;
}

const ALL_VERBS: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Whether a kind is made by a CustomResourceDefinition. */
export const isCustom = ({ schema }: Pick<KindDefinition, 'schema'>): boolean => schema.openapi === undefined;

/** Whether a group is one of upstream's own, not of custom resources. */
export const isBuiltIn = (kinds: Kinds, group: string): boolean =>
  kinds.list().some(({ definition }) => definition.group === group && definition.schema.openapi !== undefined);

/** @param onEnd told of every resource that is removed or replaced: its watches end, and clients list again */
export function createKinds(definitions: readonly KindDefinition[], onEnd?: (resource: Resource) => void): Kinds {
  const versions = new Map<string, Map<string, Resource>>();
  let generation = 0;
  let all: readonly Resource[] | undefined;
  let byPrefix: Map<string, Resource[]> | undefined;
  let byName: Map<string, Map<string, Resource>> | undefined;
  const changed = (): void => {
    generation += 1;
    all = undefined;
    byPrefix = undefined;
    byName = undefined;
  };

  const kinds: Kinds = {
    add(definition) {
      const key = `${definition.group}/${definition.version}`;
      const resources = versions.get(key) ?? new Map<string, Resource>();
      const replaced = resources.get(definition.plural);
      resources.set(definition.plural, resourceOf(definition, kinds));
      versions.set(key, resources);
      changed();
      if (replaced !== undefined) onEnd?.(replaced);
    },
    remove({ group, version, plural }) {
      const key = `${group}/${version}`;
      const resources = versions.get(key);
      const removed = resources?.get(plural);
      if (resources === undefined || removed === undefined) return;
      resources.delete(plural);
      if (resources.size === 0) versions.delete(key);
      changed();
      onEnd?.(removed);
    },
    resource: (group, version, plural) => versions.get(`${group}/${version}`)?.get(plural),
    anyVersion(group, plural) {
      byName ??= storedVersions(kinds.list());
      return byName.get(group)?.get(plural);
    },
    versionsOf({ prefix }) {
      byPrefix ??= groupBy(kinds.list(), (resource) => resource.prefix);
      return byPrefix.get(prefix) ?? [];
    },
    byKind: ({ group, version, kind }) => {
      for (const resource of versions.get(`${group}/${version}`)?.values() ?? []) {
        if (resource.definition.kind === kind) return resource;
      }
      return undefined;
    },
    servesVersion: (group, version) => versions.has(`${group}/${version}`),
    list() {
      all ??= [...versions.values()].flatMap((resources) => [...resources.values()]);
      return all;
    },
    get generation() {
      return generation;
    },
  };
  for (const definition of definitions) kinds.add(definition);
  return kinds;
}

function resourceOf(definition: KindDefinition, kinds: Kinds): Resource {
  const { group, version, plural, storedAs, virtual } = definition;
  return {
    definition,
    groupResource: { group, resource: plural },
    apiVersion: group ? `${group}/${version}` : version,
    prefix: storagePrefix({ group: storedAs?.kind.group ?? group, plural }),
    verbs: definition.verbs ?? (virtual ? virtualVerbs(virtual) : ALL_VERBS),
    storedSchema: () => (storedAs === undefined ? definition : kinds.byKind(storedAs.kind)?.definition)?.schema,
  };
}

/** By group and plural: the version that is stored if it is served, else the first. */
function storedVersions(resources: readonly Resource[]): Map<string, Map<string, Resource>> {
  const groups = new Map<string, Map<string, Resource>>();
  for (const resource of resources) {
    const { group, plural, storedAs } = resource.definition;
    const names = groups.get(group) ?? new Map<string, Resource>();
    groups.set(group, names);
    const known = names.get(plural);
    const isStored = storedAs === undefined && known?.definition.storedAs !== undefined;
    if (known === undefined || isStored) names.set(plural, resource);
  }
  return groups;
}

function virtualVerbs(virtual: NonNullable<KindDefinition['virtual']>): readonly Verb[] {
  const verbs: Verb[] = [];
  if (virtual.create) verbs.push('create');
  if (virtual.get) verbs.push('get');
  if (virtual.list) verbs.push('list');
  return verbs;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
