import type { NamedKind } from './checker.ts';

/** @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
export const AGGREGATED_DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface GroupDiscoveryList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly resources?: readonly {
        readonly resource: string;
        readonly singularResource?: string;
        readonly shortNames?: readonly string[];
        readonly scope: string;
        readonly responseKind?: { readonly kind: string };
      }[];
    }[];
  }[];
}

/** Looks kinds up by every name that discovery has for them, with or without their group; the first group wins. */
export function namedKinds(lists: readonly unknown[]): (resource: string) => NamedKind | undefined {
  const known = new Map<string, NamedKind>();
  const note = (name: string | undefined, kind: NamedKind): void => {
    if (name !== undefined && name !== '' && !known.has(name)) known.set(name, kind);
  };
  for (const list of lists as readonly GroupDiscoveryList[]) {
    for (const { metadata, versions = [] } of list.items ?? []) {
      const group = metadata?.name ?? '';
      for (const { resources = [] } of versions) {
        for (const { resource, singularResource, shortNames = [], scope, responseKind } of resources) {
          if (responseKind === undefined) continue;
          const kind = { group, kind: responseKind.kind, namespaced: scope === 'Namespaced' };
          for (const name of [resource, singularResource, responseKind.kind.toLowerCase(), ...shortNames]) {
            note(name, kind);
            note(`${name}.${group}`, kind);
          }
        }
      }
    }
  }
  return (resource) => known.get(resource);
}
