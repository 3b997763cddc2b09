import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { Placement } from './placement.ts';

/** One square. */
export interface PaintedPod {
  readonly pod: Pod;
  readonly x: number;
  readonly y: number;
}

/** One box; without a node it is the tray of those that wait. */
export interface PaintedNode {
  readonly node: Node | undefined;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly pods: readonly PaintedPod[];
}

export interface CanvasLayout {
  readonly boxes: readonly PaintedNode[];
  /** All boxes have their size but the tray, which is the first. */
  readonly width: number;
  readonly height: number;
}

/** Side of a Pod and what it takes with its margin, height of a node's name, margin of boxes: units of the plane. */
export const POD = 10;
const STEP = 12;
export const HEAD = 14;
const GAP = 6;

/** Where everything is on a plane about as wide and high as `aspect` says (width by height). */
export function canvasLayout(nodes: readonly Node[], { byNode, waiting }: Placement, aspect: number): CanvasLayout {
  let most = 4;
  for (const pods of byNode.values()) most = Math.max(most, pods.length);
  const perRow = Math.ceil(Math.sqrt(most * 1.6));
  const [width, height] = [perRow * STEP + GAP, Math.ceil(most / perRow) * STEP + HEAD + GAP];
  const columns = Math.max(1, Math.round(Math.sqrt((nodes.length * aspect * (height + GAP)) / (width + GAP))));
  const boxes: PaintedNode[] = [];
  const fullWidth = columns * (width + GAP) - GAP;
  let top = 0;
  if (waiting.length > 0) {
    const perTrayRow = Math.max(1, Math.floor((fullWidth - GAP) / STEP));
    const trayHeight = Math.ceil(waiting.length / perTrayRow) * STEP + HEAD + GAP;
    boxes.push({
      node: undefined,
      ...{ x: 0, y: 0, width: fullWidth, height: trayHeight },
      pods: inRows(waiting, 0, 0, perTrayRow),
    });
    top = trayHeight + GAP;
  }
  nodes.forEach((node, at) => {
    const x = (at % columns) * (width + GAP);
    const y = top + Math.floor(at / columns) * (height + GAP);
    const pods = inRows(byNode.get(node.metadata.name ?? '') ?? [], x, y, perRow);
    boxes.push({ node, x, y, width, height, pods });
  });
  return { boxes, width: fullWidth, height: top + Math.ceil(nodes.length / columns) * (height + GAP) };
}

const inRows = (pods: readonly Pod[], x: number, y: number, perRow: number): readonly PaintedPod[] =>
  pods.map((pod, at) => ({
    pod,
    x: x + GAP / 2 + 1 + (at % perRow) * STEP,
    y: y + HEAD + Math.floor(at / perRow) * STEP,
  }));

/** What is at a point of the plane. */
export function objectAt({ boxes }: CanvasLayout, x: number, y: number): Node | Pod | undefined {
  for (const box of boxes) {
    if (x < box.x || y < box.y || x > box.x + box.width || y > box.y + box.height) continue;
    return (
      box.pods.find((each) => x >= each.x && y >= each.y && x <= each.x + POD && y <= each.y + POD)?.pod ?? box.node
    );
  }
  return undefined;
}
