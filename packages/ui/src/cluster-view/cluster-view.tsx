import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { useMemo, useRef, useState } from 'react';
import type { ObjectAction } from '../actions/object-actions.ts';
import { useObjectKeys } from '../actions/object-commands.tsx';
import { ObjectMenu } from '../actions/object-menu.tsx';
import { nameOf } from '../app/selection.tsx';
import { useMessages } from '../messages/messages.ts';
import { naturally } from '../model/natural-order.ts';
import { useClockState, useKind } from '../world/hooks.ts';
import { CanvasView } from './canvas-view.tsx';
import { NodeBox } from './node-box.tsx';
import { type Placement, placed } from './placement.ts';
import { PodTile } from './pod-tile.tsx';
import { TrafficLayer } from './traffic-layer.tsx';
import { useMoves } from './use-moves.ts';

/** More nodes or Pods than these are painted: elements of their own would cost more than a frame. */
const MOST_NODES = 60;
const MOST_PODS = 300;
/** Above this speed movement gives way to counters. */
const FASTEST_MOVES = 10;

interface ClusterViewProps {
  readonly namespace: string;
  readonly filter: string;
  /** What the menu of a Pod or a node offers beside what can always be done. */
  readonly moreActions?: (object: KubeObject) => readonly ObjectAction[];
}

/** Nodes as boxes that their Pods fill; Pods that have no node wait in a tray above. */
export function ClusterView({ namespace, filter, moreActions }: ClusterViewProps) {
  const known = useKind<Node>('Node');
  const nodes = useMemo(() => naturally(known, ({ metadata }) => metadata.name ?? ''), [known]);
  const pods = useKind<Pod>('Pod');
  const { speed } = useClockState();
  const view = useRef<HTMLElement>(null);
  const [menu, setMenu] = useState<{ readonly object: Pod | Node; readonly x: number; readonly y: number }>();
  const { cluster: words } = useMessages();
  const keys = useObjectKeys();
  const last = useRef<Placement>(undefined);
  const placement = useMemo(() => {
    last.current = placed(pods, nodes, namespace, filter, last.current);
    return last.current;
  }, [pods, nodes, namespace, filter]);
  const isStill = speed > FASTEST_MOVES || (globalThis.matchMedia?.(REDUCED).matches ?? false);
  const isPainted = nodes.length > MOST_NODES || pods.length > MOST_PODS;
  useMoves(view, placement, isStill || isPainted);
  const objectMenu = menu !== undefined && (
    <ObjectMenu
      key={menu.object.metadata.uid}
      {...menu}
      more={moreActions?.(menu.object) ?? []}
      onClose={() => setMenu(undefined)}
    />
  );
  if (isPainted) {
    return (
      <>
        <CanvasView nodes={nodes} placement={placement} onMenu={setMenu} />
        {objectMenu}
      </>
    );
  }
  const { byNode, waiting } = placement;
  return (
    <section
      ref={view}
      className="cluster"
      aria-label={words.label}
      onKeyDown={(event) => {
        const object = event.key === 'Enter' ? undefined : objectOf(event.target, pods, nodes);
        if (object !== undefined) keys(event, nameOf(object));
      }}
      data-own-keys="Ctrl+d"
      onContextMenu={(event) => {
        const object = objectOf(event.target, pods, nodes);
        if (object === undefined) return;
        event.preventDefault();
        setMenu({ object, x: event.clientX, y: event.clientY });
      }}
    >
      {waiting.length > 0 && (
        <div className="tray">
          <h3>
            {words.waitingForNode} <span className="count">{waiting.length}</span>
          </h3>
          <div className="tiles">
            {waiting.map((pod) => (
              <PodTile key={pod.metadata.uid} pod={pod} />
            ))}
          </div>
        </div>
      )}
      <div className="nodes">
        {nodes.map((node) => (
          <NodeBox
            key={node.metadata.uid}
            node={node}
            pods={byNode.get(node.metadata.name ?? '') ?? NONE}
            isStill={isStill}
          />
        ))}
      </div>
      {objectMenu}
      {!isStill && <TrafficLayer view={view} />}
    </section>
  );
}

/** The Pod or the node that an element of the picture shows. */
function objectOf(target: EventTarget, pods: readonly Pod[], nodes: readonly Node[]): Pod | Node | undefined {
  if (!(target instanceof Element)) return undefined;
  const uid = target.closest<HTMLElement>('[data-uid]')?.dataset['uid'];
  if (uid !== undefined) return pods.find(({ metadata }) => metadata.uid === uid);
  const name = target.closest<HTMLElement>('[data-node]')?.dataset['node'];
  return nodes.find(({ metadata }) => metadata.name === name);
}

const NONE: readonly Pod[] = [];
const REDUCED = '(prefers-reduced-motion: reduce)';
