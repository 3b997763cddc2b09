import type { Node } from '@tabernetes/api/types/core-v1';
import type { ObjectName } from '../app/selection.tsx';
import { podSign, type Sign } from '../model/pod-sign.ts';
import { type CanvasLayout, HEAD, type PaintedNode, POD } from './canvas-layout.ts';

/** What of the plane is seen: its point at the top left, and pixels per unit. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Colours as the page's tokens have them now. */
export interface Colours {
  readonly signs: Readonly<Record<Sign, string>>;
  readonly panel: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly red: string;
  readonly violet: string;
}

/** Below so many pixels per unit names cannot be read, nor marks. */
const NAME_SCALE = 0.75;
const MARK_SCALE = 0.6;

/** Draws what the camera sees. Squares of one colour are filled at once: that is what makes ten thousand of them cheap. */
export function paint(
  context: CanvasRenderingContext2D,
  { boxes }: CanvasLayout,
  { x, y, scale }: Camera,
  size: { readonly width: number; readonly height: number; readonly ratio: number },
  colours: Colours,
  selected: ObjectName | undefined,
): void {
  const factor = scale * size.ratio;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, size.width * size.ratio, size.height * size.ratio);
  context.setTransform(factor, 0, 0, factor, -x * factor, -y * factor);
  const [right, bottom] = [x + size.width / scale, y + size.height / scale];
  const seen = boxes.filter((b) => b.x < right && b.y < bottom && b.x + b.width > x && b.y + b.height > y);
  const bySign = new Map<Sign, Path2D>();
  const marks = new Path2D();
  for (const box of seen) {
    paintBox(context, box, scale, colours, selected);
    for (const { pod, x: left, y: top } of box.pods) {
      const { sign } = podSign(pod);
      let path = bySign.get(sign);
      if (path === undefined) {
        path = new Path2D();
        bySign.set(sign, path);
      }
      path.rect(left, top, POD, POD);
      if (scale >= MARK_SCALE) mark(marks, sign, left, top);
      if (selected?.kind === 'Pod' && selected.name === pod.metadata.name) {
        if (selected.namespace === (pod.metadata.namespace ?? ''))
          outline(context, left, top, POD, POD, colours.accent);
      }
    }
  }
  for (const [sign, path] of bySign) {
    context.fillStyle = colours.signs[sign];
    context.fill(path);
  }
  context.strokeStyle = colours.panel;
  context.lineWidth = 1.5;
  context.stroke(marks);
}

function paintBox(
  context: CanvasRenderingContext2D,
  { node, x, y, width, height }: PaintedNode,
  scale: number,
  colours: Colours,
  selected: ObjectName | undefined,
): void {
  const isDown = node !== undefined && !isReady(node);
  context.fillStyle = colours.panel;
  context.fillRect(x, y, width, height);
  context.lineWidth = 1 / scale;
  context.strokeStyle = node === undefined ? colours.violet : isDown ? colours.red : colours.line;
  context.setLineDash(node === undefined || isDown ? [3 / scale, 3 / scale] : []);
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
  if (node !== undefined && selected?.kind === 'Node' && selected.name === node.metadata.name)
    outline(context, x, y, width, height, colours.accent);
  if (scale < NAME_SCALE) return;
  context.fillStyle = isDown ? colours.red : colours.text;
  context.font = '9px system-ui, sans-serif';
  context.fillText(node?.metadata.name ?? 'Waiting for a node', x + 4, y + HEAD - 4, width - 8);
}

function outline(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(x - 1, y - 1, width + 2, height + 2);
}

/** Colour alone never tells: what is not well is crossed, what waits is hollow. */
function mark(path: Path2D, sign: Sign, x: number, y: number): void {
  if (sign === 'failed' || sign === 'backoff') {
    path.moveTo(x + 3, y + 3);
    path.lineTo(x + 7, y + 7);
    path.moveTo(x + 7, y + 3);
    path.lineTo(x + 3, y + 7);
  } else if (sign === 'waiting' || sign === 'unschedulable') path.rect(x + 3, y + 3, 4, 4);
  else if (sign === 'running' || sign === 'terminating') {
    path.moveTo(x + 2, y + 5);
    path.lineTo(x + 8, y + 5);
  }
}

const isReady = ({ status }: Node): boolean =>
  status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;
