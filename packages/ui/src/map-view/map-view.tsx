import type { Pod } from '@tabernetes/api/types/core-v1';
import { Background, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useSelection } from '../app/selection.tsx';
import { usePageMessages } from '../messages/page-messages.ts';
import { podSign } from '../model/pod-sign.ts';
import { useCluster } from '../world/hooks.ts';
import { MAP_KINDS, type MapGraph, type MapNode, mapGraph } from './graph.ts';
import { NODE_SIZE, positions } from './layout.ts';

type Card = Node<{ readonly object: MapNode; readonly sign: string; readonly isSelected: boolean }, 'object'>;

const NODE_TYPES = { object: ObjectCard };

/** Ownership and selection: what made what, and what leads where. */
// biome-ignore lint/style/noDefaultExport: React.lazy takes a module with a default export.
export default function MapView({ namespace }: { readonly namespace: string }) {
  const { world } = useCluster();
  const { select, selected } = useSelection();
  const { views: words } = usePageMessages();
  const version = useMapVersion();
  const graph = useMemo(() => {
    void version;
    return mapGraph((kind) => world.list(kind), namespace);
  }, [world, namespace, version]);
  const placed = usePositions(graph);
  const nodes: Card[] = graph.nodes.map((object) => ({
    id: object.id,
    type: 'object',
    position: placed.get(object.id) ?? { x: 0, y: 0 },
    ...NODE_SIZE,
    data: {
      object,
      sign: object.kind === 'Pod' ? podSign(world.find('Pod', object.namespace, object.name) as Pod).sign : '',
      isSelected:
        selected?.kind === object.kind && selected.name === object.name && selected.namespace === object.namespace,
    },
  }));
  const edges: Edge[] = graph.edges.map(({ from, to, why }) => ({
    id: `${from} ${to}`,
    source: from,
    target: to,
    className: `edge ${why}`,
    ariaLabel: `${from} ${why} ${to}`,
  }));
  return (
    <section className="map-view" aria-label={words.map}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        fitView
        minZoom={0.1}
        nodesDraggable={false}
        nodesConnectable={false}
        onNodeClick={(_, { data }) => select(data.object)}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={24} />
      </ReactFlow>
    </section>
  );
}

function ObjectCard({ data }: NodeProps<Card>) {
  const { object, sign, isSelected } = data;
  return (
    <div className={`card ${sign}${isSelected ? ' selected' : ''}`}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      {sign !== '' && <span className="mark" aria-hidden="true" />}
      <span>
        <span className="kind">{object.kind}</span>
        <b>{object.name}</b>
      </span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

/** Laying out is dear, and what does not change the shape of the map must not move anything. */
function usePositions(graph: MapGraph): ReturnType<typeof positions> {
  const known = useRef({ shape: '', placed: new Map() as ReturnType<typeof positions> });
  const shape = `${graph.nodes.map(({ id }) => id).join()}|${graph.edges.map(({ from, to }) => `${from}>${to}`).join()}`;
  if (known.current.shape !== shape) known.current = { shape, placed: positions(graph) };
  return known.current.placed;
}

/** Counts up whenever an object of a kind on the map changes. */
function useMapVersion(): number {
  const { world } = useCluster();
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const stops = MAP_KINDS.map((kind) => world.subscribe(kind, () => setVersion((n) => n + 1)));
    return () => {
      for (const stop of stops) stop();
    };
  }, [world]);
  return version;
}
