import { Graph, layout } from '@dagrejs/dagre';
import type { MachineChart } from '@tabernetes/worker/connect';

export interface PlacedChart {
  readonly width: number;
  readonly height: number;
  /** Middles, in pixels. */
  readonly states: readonly {
    readonly name: string;
    readonly isFinal: boolean;
    readonly x: number;
    readonly y: number;
  }[];
  /** Lines as SVG paths. */
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly events: string;
    readonly path: string;
  }[];
}

export const STATE = { width: 92, height: 24 };
const MARGIN = 8;

/** Where the states of a machine stand, top to bottom, and how its lines run. */
export function chartLayout({ states, edges }: MachineChart): PlacedChart {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 14, ranksep: 26, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of states) graph.setNode(name, { ...STATE });
  for (const { from, to } of edges) if (from !== to) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const pointsOf = (from: string, to: string): readonly Point[] =>
    (graph.edge(from, to) as { readonly points?: readonly Point[] }).points ?? [];
  // Lines that go round the outside are not counted by the layout.
  let right = width;
  for (const { from, to } of edges)
    if (from !== to) for (const { x } of pointsOf(from, to)) right = Math.max(right, x + MARGIN);
  return {
    width: right,
    height,
    states: states.map((state) => {
      const { x = 0, y = 0 } = graph.node(state.name);
      return { ...state, x, y };
    }),
    edges: edges
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, events }) => ({ from, to, events: events.join(', '), path: pathOf(pointsOf(from, to)) })),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line through the middles of its parts, its corners round. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${at(first)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    path +=
      next === undefined
        ? `L${at(point)}`
        : `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return path;
}

const at = ({ x, y }: Point): string => `${Math.round(x)} ${Math.round(y)}`;
