import { Graph, layout } from '@dagrejs/dagre';
import type { MapGraph } from './graph.ts';

/** Width and height of a node on the map, in pixels. */
export const NODE_SIZE = { width: 168, height: 44 };

/** Where each node stands; left to right, stable while the graph is the same. */
export function positions({ nodes, edges }: MapGraph): ReadonlyMap<string, { readonly x: number; readonly y: number }> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { ...NODE_SIZE });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  return new Map(
    nodes.map(({ id }) => {
      const { x, y } = graph.node(id);
      return [id, { x: (x ?? 0) - NODE_SIZE.width / 2, y: (y ?? 0) - NODE_SIZE.height / 2 }];
    }),
  );
}
