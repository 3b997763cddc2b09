import { useEffect, useState } from 'react';
import { useCluster, useKind } from './hooks.ts';

/** A resource of the API that can be listed. */
export interface Resource {
  readonly kind: string;
  /** `deployments` */
  readonly resource: string;
  /** Empty for the first group. */
  readonly group: string;
  readonly version: string;
  readonly isNamespaced: boolean;
  /** All that people call it, in lower case: `deploy`, `deployment`, `deployments`, `deployments.apps`. */
  readonly names: readonly string[];
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface Discovered {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version?: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly singularResource?: string;
        readonly shortNames?: readonly string[];
        readonly scope: string;
        readonly verbs?: readonly string[];
        readonly responseKind?: { readonly kind: string };
      }[];
    }[];
  }[];
}

/** What discovery lists, each in the version that its group prefers. */
function resourcesOf(lists: readonly unknown[]): readonly Resource[] {
  const found: Resource[] = [];
  for (const { items = [] } of lists as readonly Discovered[]) {
    for (const { metadata, versions = [] } of items) {
      const group = metadata?.name ?? '';
      for (const { version = '', resources = [] } of versions) {
        for (const { resource, singularResource = '', shortNames = [], scope, verbs = [], responseKind } of resources) {
          const isKnown = found.some((each) => each.group === group && each.resource === resource);
          if (responseKind === undefined || isKnown || !verbs.includes('list')) continue;
          const { kind } = responseKind;
          const names = [resource, singularResource, kind.toLowerCase(), ...shortNames].filter((name) => name !== '');
          found.push({
            kind,
            resource,
            group,
            version,
            isNamespaced: scope === 'Namespaced',
            names: [...new Set([...names, ...(group === '' ? [] : [`${resource}.${group}`])])],
          });
        }
      }
    }
  }
  return found;
}

/** Where objects of a resource are listed; an empty namespace: all of them. */
export function listPath({ group, version, resource, isNamespaced }: Resource, namespace: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}${isNamespaced && namespace !== '' ? `/namespaces/${namespace}` : ''}/${resource}`;
}

/** All resources of the server; asked for again when definitions come or go. */
export function useResources(): readonly Resource[] {
  const { host } = useCluster();
  const definitions = useKind('CustomResourceDefinition');
  const [resources, setResources] = useState<readonly Resource[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: definitions bring resources.
  useEffect(() => {
    let isOver = false;
    const headers = { accept: AGGREGATED };
    void Promise.all(['/api', '/apis'].map((path) => host.request({ method: 'GET', path, headers }))).then((lists) => {
      if (!isOver) setResources(resourcesOf(lists.map(({ body }) => body)));
    });
    return () => {
      isOver = true;
    };
  }, [host, definitions]);
  return resources;
}
