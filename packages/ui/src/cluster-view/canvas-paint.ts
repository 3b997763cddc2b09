import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { ObjectName } from '../app/selection.tsx';
import { podSign, type Sign } from '../model/pod-sign.ts';
import { type CanvasLayout, HEAD, type PaintedNode, POD, placeOf, STEP } from './canvas-layout.ts';

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

/** All that a picture is made of. */
export interface Scene {
  readonly layout: CanvasLayout;
  readonly camera: Camera;
  readonly size: { readonly width: number; readonly height: number; readonly ratio: number };
  readonly colours: Colours;
  readonly selected: ObjectName | undefined;
  /** What has the keys. */
  readonly cursor: ObjectName | undefined;
  /** What stands over Pods that have no node. */
  readonly trayTitle: string;
}

/** How far outlines reach out of a box, in units of the plane; boxes stand farther apart. */
const REACH = 2.5;

/**
 * Draws what the camera sees; over the picture `before`, only the boxes that have changed. Squares of one colour are
 * filled at once, and those that are alike in a row as one bar with gaps over it: that makes ten thousand of them cheap.
 */
export function paint(context: CanvasRenderingContext2D, scene: Scene, before?: Scene): void {
  const { layout, camera, size, colours, selected, cursor } = scene;
  const { x, y, scale } = camera;
  const factor = scale * size.ratio;
  context.setTransform(factor, 0, 0, factor, -x * factor, -y * factor);
  const [right, bottom] = [x + size.width / scale, y + size.height / scale];
  const old = before !== undefined && hasSameFrame(scene, before) ? before.layout.boxes : undefined;
  if (old === undefined) context.clearRect(x, y, size.width / scale, size.height / scale);
  const bySign = new Map<Sign, Path2D>();
  const marks = new Path2D();
  const gaps = new Path2D();
  const chosen: { readonly x: number; readonly y: number; readonly isCursor: boolean }[] = [];
  layout.boxes.forEach((box, index) => {
    if (box === old?.[index]) return;
    if (box.x >= right || box.y >= bottom || box.x + box.width <= x || box.y + box.height <= y) return;
    if (old !== undefined)
      context.clearRect(box.x - REACH, box.y - REACH, box.width + 2 * REACH, box.height + 2 * REACH);
    paintBox(context, box, scene);
    addPods(box, bySign, scale >= MARK_SCALE ? marks : undefined);
    addGaps(box, gaps);
    for (const [name, isCursor] of [
      [cursor, true],
      [selected, false],
    ] as const) {
      const at = name?.kind === 'Pod' ? box.pods.findIndex((pod) => isNamed(pod, name)) : -1;
      if (at >= 0) chosen.push({ ...placeOf(box, at), isCursor });
    }
  });
  for (const [sign, path] of bySign) {
    context.fillStyle = colours.signs[sign];
    context.fill(path);
  }
  context.fillStyle = colours.panel;
  context.fill(gaps);
  context.strokeStyle = colours.panel;
  context.lineWidth = 1.5;
  context.stroke(marks);
  for (const { x: left, y: top, isCursor } of chosen)
    outline(context, left, top, POD, POD, isCursor ? colours.text : colours.accent);
}

/** True when boxes that are the same look the same in both. */
const hasSameFrame = (a: Scene, b: Scene): boolean =>
  a.camera.x === b.camera.x &&
  a.camera.y === b.camera.y &&
  a.camera.scale === b.camera.scale &&
  a.size === b.size &&
  a.colours === b.colours &&
  a.selected === b.selected &&
  a.cursor === b.cursor &&
  a.trayTitle === b.trayTitle &&
  a.layout.boxes.length === b.layout.boxes.length;

const isNamed = ({ metadata }: Pod, { namespace, name }: ObjectName): boolean =>
  metadata.name === name && (metadata.namespace ?? '') === namespace;

/** Bars of Pods that are alike, row by row. */
function addPods(box: PaintedNode, bySign: Map<Sign, Path2D>, marks: Path2D | undefined): void {
  const { pods, perRow } = box;
  let begin = 0;
  let running: Sign | undefined;
  const end = (at: number): void => {
    if (running === undefined) return;
    const path = bySign.get(running) ?? new Path2D();
    bySign.set(running, path);
    const { x, y } = placeOf(box, begin);
    path.rect(x, y, (at - begin) * STEP - (STEP - POD), POD);
  };
  pods.forEach((pod, at) => {
    const { sign } = podSign(pod);
    if (marks !== undefined && !WELL.has(sign)) {
      const { x, y } = placeOf(box, at);
      mark(marks, sign, x, y);
    }
    if (sign === running && at % perRow !== 0) return;
    end(at);
    begin = at;
    running = sign;
  });
  end(pods.length);
}

const WELL: ReadonlySet<Sign> = new Set(['ready', 'succeeded']);

/** What parts the columns of a box. */
function addGaps(box: PaintedNode, gaps: Path2D): void {
  const columns = Math.min(box.pods.length, box.perRow);
  const rows = Math.ceil(box.pods.length / box.perRow);
  for (let column = 1; column < columns; column++) {
    const { x, y } = placeOf(box, column);
    gaps.rect(x - (STEP - POD), y, STEP - POD, rows * STEP);
  }
}

function paintBox(
  context: CanvasRenderingContext2D,
  { node, x, y, width, height }: PaintedNode,
  { camera: { scale }, colours, selected, cursor, trayTitle }: Scene,
): void {
  const isDown = node !== undefined && !isReady(node);
  context.fillStyle = colours.panel;
  context.fillRect(x, y, width, height);
  context.lineWidth = 1 / scale;
  context.strokeStyle = node === undefined ? colours.violet : isDown ? colours.red : colours.line;
  context.setLineDash(node === undefined || isDown ? [3 / scale, 3 / scale] : []);
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
  const isNode = (name: ObjectName | undefined): boolean => name?.kind === 'Node' && name.name === node?.metadata.name;
  if (isNode(cursor)) outline(context, x, y, width, height, colours.text);
  if (isNode(selected)) outline(context, x, y, width, height, colours.accent);
  if (scale < NAME_SCALE) return;
  context.fillStyle = isDown ? colours.red : colours.text;
  context.font = '9px system-ui, sans-serif';
  context.fillText(node?.metadata.name ?? trayTitle, x + 4, y + HEAD - 4, width - 8);
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
