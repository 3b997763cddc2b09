import type { KubeObject } from '@tabernetes/apimachinery';
import type { ApiResource } from '../discovery/discovery.ts';

const CLUSTER_SCOPED = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'PriorityClass']);

/** True of kinds made by `kubectl create` that are in no namespace. */
export const isClusterScoped = (kind: string): boolean => CLUSTER_SCOPED.has(kind);

/** Where an object of a built-in kind is created: nobody need be asked. */
export function typedResource({ apiVersion, kind }: KubeObject): ApiResource {
  const slash = apiVersion.indexOf('/');
  const singularName = kind.toLowerCase();
  return {
    group: apiVersion.slice(0, Math.max(slash, 0)),
    version: apiVersion.slice(slash + 1),
    kind,
    name: singularName.endsWith('s') ? `${singularName}es` : `${singularName}s`,
    singularName,
    shortNames: [],
    categories: [],
    namespaced: !isClusterScoped(kind),
    verbs: ['create'],
    subresources: [],
  };
}
