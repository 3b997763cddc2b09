import type { Pod } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import type { Ingress } from '@tabernetes/api/types/networking-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { mountsOf } from '../model/references.ts';

/** One object on the map. */
export interface MapNode {
  readonly id: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Why one object leads to another. */
export interface MapEdge {
  readonly from: string;
  readonly to: string;
  /** `owns`, `selects`, `routes`, `mounts` */
  readonly why: 'owns' | 'selects' | 'routes' | 'mounts';
}

export interface MapGraph {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** Kinds on the map, from what people write to what runs. */
export const MAP_KINDS: readonly string[] = [
  'Ingress',
  'Service',
  'EndpointSlice',
  'HorizontalPodAutoscaler',
  'CronJob',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
];

const idOf = (kind: string, namespace: string, name: string): string => `${kind}/${namespace}/${name}`;

/** Kinds that are shown only when something on the map leads to them. */
const ON_DEMAND = new Set(['ConfigMap', 'Secret', 'ReplicaSet']);

/**
 * Who owns, selects, routes to and mounts whom in a namespace (empty: in all). ReplicaSets of old revisions, and
 * ConfigMaps and Secrets that nobody uses, are left out.
 */
export function mapGraph(list: (kind: string) => readonly KubeObject[], namespace: string): MapGraph {
  const nodes = new Map<string, MapNode>();
  const edges: MapEdge[] = [];
  const all = MAP_KINDS.flatMap((kind) =>
    list(kind).filter(({ metadata }) => namespace === '' || metadata.namespace === namespace),
  );
  for (const { kind, metadata } of all) {
    const id = idOf(kind, metadata.namespace ?? '', metadata.name ?? '');
    nodes.set(id, { id, kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '' });
  }
  const add = (from: string, to: string, why: MapEdge['why']): void => {
    if (nodes.has(from) && nodes.has(to)) edges.push({ from, to, why });
  };
  for (const object of all) {
    const { kind, metadata } = object;
    const home = metadata.namespace ?? '';
    const id = idOf(kind, home, metadata.name ?? '');
    for (const owner of metadata.ownerReferences ?? []) add(idOf(owner.kind, home, owner.name), id, 'owns');
    if (kind === 'EndpointSlice') {
      for (const { targetRef } of (object as EndpointSlice).endpoints ?? []) {
        if (targetRef?.kind === 'Pod') add(id, idOf('Pod', home, targetRef.name ?? ''), 'selects');
      }
    } else if (kind === 'Ingress') {
      for (const service of servicesOf(object as Ingress)) add(id, idOf('Service', home, service), 'routes');
    } else if (kind === 'HorizontalPodAutoscaler') {
      const { scaleTargetRef: target } =
        (object as { readonly spec?: { readonly scaleTargetRef?: { readonly kind: string; readonly name: string } } })
          .spec ?? {};
      if (target !== undefined) add(id, idOf(target.kind, home, target.name), 'selects');
    } else if (kind === 'Pod') {
      for (const [mounted, name] of mountsOf(object as Pod)) add(id, idOf(mounted, home, name), 'mounts');
    }
  }
  return pruned(nodes, edges);
}

/** Without what nothing leads to or from, where that is noise. */
function pruned(nodes: ReadonlyMap<string, MapNode>, edges: readonly MapEdge[]): MapGraph {
  const targets = new Set(edges.map(({ to }) => to));
  const sources = new Set(edges.map(({ from }) => from));
  const kept = [...nodes.values()].filter(({ id, kind }) => {
    if (!ON_DEMAND.has(kind)) return true;
    return kind === 'ReplicaSet' ? sources.has(id) || !targets.has(id) : targets.has(id);
  });
  const ids = new Set(kept.map(({ id }) => id));
  return { nodes: kept, edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}

function servicesOf({ spec }: Ingress): readonly string[] {
  const names = new Set<string>();
  const first = spec?.defaultBackend?.service?.name;
  if (first !== undefined) names.add(first);
  for (const { http } of spec?.rules ?? []) {
    for (const { backend } of http?.paths ?? []) if (backend.service !== undefined) names.add(backend.service.name);
  }
  return [...names];
}
