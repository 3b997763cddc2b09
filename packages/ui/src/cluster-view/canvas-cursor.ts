import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { ObjectName } from '../app/selection.tsx';
import { type CanvasLayout, HEAD, objectAt, POD, placeOf, STEP } from './canvas-layout.ts';

/** Where the keys are on the picture: an object, and a point of it on the plane. */
export interface Cursor {
  readonly object: Node | Pod;
  readonly x: number;
  readonly y: number;
}

const ARROWS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** Where an arrow leads: to the next object in its direction, from the edge nowhere. Without a place to start from, to the first of all. */
export function moved(layout: CanvasLayout, from: Cursor | undefined, key: string): Cursor | undefined {
  const [right, down] = ARROWS[key] ?? [0, 0];
  if (right === 0 && down === 0) return undefined;
  if (from === undefined) return firstOf(layout);
  let { x, y } = from;
  while (x >= 0 && y >= 0 && x <= layout.width && y <= layout.height) {
    x += right * STEP;
    y += down * STEP;
    const object = objectAt(layout, x, y);
    if (object !== undefined && object !== from.object) return { object, x, y };
  }
  return from;
}

function firstOf({ boxes: [box] }: CanvasLayout): Cursor | undefined {
  const object = box?.node ?? box?.pods[0];
  if (box === undefined || object === undefined) return undefined;
  const { x, y } = box.node === undefined ? placeOf(box, 0) : { x: box.x, y: box.y };
  return { object, x: x + POD / 2, y: y + POD / 2 };
}

/** The same object where it is now, and as it is now; undefined when it is gone. */
export function found(
  { boxes }: CanvasLayout,
  name: ObjectName | undefined,
  near: Cursor | undefined,
): Cursor | undefined {
  if (name === undefined) return undefined;
  for (const box of boxes) {
    if (name.kind === 'Node') {
      if (box.node?.metadata.name !== name.name) continue;
      const isInside =
        near !== undefined && objectAt({ boxes: [box], width: 0, height: 0 }, near.x, near.y) === box.node;
      return { object: box.node, x: isInside ? near.x : box.x + POD / 2, y: isInside ? near.y : box.y + HEAD / 2 };
    }
    const at = box.pods.findIndex(
      ({ metadata }) => metadata.name === name.name && (metadata.namespace ?? '') === name.namespace,
    );
    const object = box.pods[at];
    if (object === undefined) continue;
    const { x, y } = placeOf(box, at);
    return { object, x: x + POD / 2, y: y + POD / 2 };
  }
  return undefined;
}
