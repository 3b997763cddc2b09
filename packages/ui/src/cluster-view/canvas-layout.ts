import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { Placement } from './placement.ts';

/** One box; without a node it is the tray of those that wait. Pods stand in rows, in their order. */
export interface PaintedNode {
  readonly node: Node | undefined;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly perRow: number;
  readonly pods: readonly Pod[];
}

export interface CanvasLayout {
  /** All have one size but the tray, which is the first. */
  readonly boxes: readonly PaintedNode[];
  readonly width: number;
  readonly height: number;
}

/** Side of a Pod and what it takes with its margin, height of a node's name, margin of boxes: units of the plane. */
export const POD = 10;
export const STEP = 12;
export const HEAD = 14;
const GAP = 6;
const PODS_AT = GAP / 2 + 1;

/**
 * Where everything is on a plane about as wide and high as `aspect` says (width by height). `before`: the layout until
 * now; a box that is as it was is the same object.
 */
export function canvasLayout(
  nodes: readonly Node[],
  { byNode, waiting }: Placement,
  aspect: number,
  before?: CanvasLayout,
): CanvasLayout {
  let most = 4;
  for (const pods of byNode.values()) most = Math.max(most, pods.length);
  const perRow = Math.ceil(Math.sqrt(most * 1.6));
  const [width, height] = [perRow * STEP + GAP, Math.ceil(most / perRow) * STEP + HEAD + GAP];
  const columns = Math.max(1, Math.round(Math.sqrt((nodes.length * aspect * (height + GAP)) / (width + GAP))));
  const boxes: PaintedNode[] = [];
  const add = (box: PaintedNode): void => {
    const old = before?.boxes[boxes.length];
    boxes.push(old !== undefined && isSame(old, box) ? old : box);
  };
  const fullWidth = columns * (width + GAP) - GAP;
  let top = 0;
  if (waiting.length > 0) {
    const perTrayRow = Math.max(1, Math.floor((fullWidth - GAP) / STEP));
    const trayHeight = Math.ceil(waiting.length / perTrayRow) * STEP + HEAD + GAP;
    add({ node: undefined, x: 0, y: 0, width: fullWidth, height: trayHeight, perRow: perTrayRow, pods: waiting });
    top = trayHeight + GAP;
  }
  nodes.forEach((node, at) => {
    const x = (at % columns) * (width + GAP);
    const y = top + Math.floor(at / columns) * (height + GAP);
    add({ node, x, y, width, height, perRow, pods: byNode.get(node.metadata.name ?? '') ?? NONE });
  });
  return { boxes, width: fullWidth, height: top + Math.ceil(nodes.length / columns) * (height + GAP) };
}

const NONE: readonly Pod[] = [];

const isSame = (a: PaintedNode, b: PaintedNode): boolean =>
  a.node === b.node &&
  a.pods === b.pods &&
  a.x === b.x &&
  a.y === b.y &&
  a.width === b.width &&
  a.height === b.height &&
  a.perRow === b.perRow;

/** The left top of a Pod of a box. */
export const placeOf = ({ x, y, perRow }: PaintedNode, at: number): { readonly x: number; readonly y: number } => ({
  x: x + PODS_AT + (at % perRow) * STEP,
  y: y + HEAD + Math.floor(at / perRow) * STEP,
});

/** What is at a point of the plane. */
export function objectAt({ boxes }: CanvasLayout, x: number, y: number): Node | Pod | undefined {
  const box = boxes.find((each) => x >= each.x && y >= each.y && x <= each.x + each.width && y <= each.y + each.height);
  if (box === undefined) return undefined;
  const [right, down] = [x - box.x - PODS_AT, y - box.y - HEAD];
  const column = Math.floor(right / STEP);
  const isOnPod = right >= 0 && down >= 0 && right % STEP <= POD && down % STEP <= POD && column < box.perRow;
  return (isOnPod ? box.pods[Math.floor(down / STEP) * box.perRow + column] : undefined) ?? box.node;
}
