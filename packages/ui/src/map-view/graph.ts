import type { KubeObject } from '@tabernetes/apimachinery';
import { nameOf } from '../app/selection.tsx';
import { idOf, type Reference, referencesOf } from '../model/references.ts';

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
  for (const object of all) {
    const name = nameOf(object);
    nodes.set(idOf(name), { id: idOf(name), ...name });
  }
  const add = (from: string, to: string, why: MapEdge['why']): void => {
    if (nodes.has(from) && nodes.has(to)) edges.push({ from, to, why });
  };
  for (const object of all) {
    const id = idOf(nameOf(object));
    for (const reference of referencesOf(object).names) {
      const why = whyOf(object.kind, reference);
      if (why === 'owns') add(idOf(reference), id, why);
      else if (why !== undefined) add(id, idOf(reference), why);
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

/** What of all that objects refer to is an edge: a StatefulSet's Service and an Ingress's Secret, for two, are not. */
function whyOf(kind: string, { relation }: Reference): MapEdge['why'] | undefined {
  switch (relation) {
    case 'ownedBy':
      return 'owns';
    case 'sendsTo':
    case 'scales':
      return 'selects';
    case 'routesTo':
      return 'routes';
    case 'uses':
      return kind === 'Pod' ? 'mounts' : undefined;
    default:
      return undefined;
  }
}
