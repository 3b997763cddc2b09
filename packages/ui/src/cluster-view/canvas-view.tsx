import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useObjectKeys } from '../actions/object-commands.tsx';
import { nameOf, type ObjectName, useSelection } from '../app/selection.tsx';
import { type Messages, useMessages } from '../messages/messages.ts';
import { podSign } from '../model/pod-sign.ts';
import { type Cursor, found, moved } from './canvas-cursor.ts';
import { type CanvasLayout, canvasLayout, objectAt } from './canvas-layout.ts';
import { type Camera, type Colours, paint, type Scene } from './canvas-paint.ts';
import type { Placement } from './placement.ts';

const MAX_SCALE = 4;
/** One turn of a wheel, one press of a key. */
const ZOOM = 1.25;

/** A cluster of many nodes: painted, with a wheel to come closer and a hand to move it. */
export function CanvasView({
  nodes,
  placement,
  onMenu,
}: {
  readonly nodes: readonly Node[];
  readonly placement: Placement;
  /** Somebody asks what can be done to an object, at a point of the window. */
  readonly onMenu: (menu: { readonly object: Node | Pod; readonly x: number; readonly y: number }) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 800, height: 500, ratio: 1 });
  const [view, setView] = useState<Camera>();
  const { select, selected } = useSelection();
  const { cluster: words } = useMessages();
  const keys = useObjectKeys();
  const lastLayout = useRef<CanvasLayout>(undefined);
  const layout = useMemo(() => {
    lastLayout.current = canvasLayout(nodes, placement, size.width / size.height, lastLayout.current);
    return lastLayout.current;
  }, [nodes, placement, size]);
  const told = useMemo(() => summary(nodes, placement, words), [nodes, placement, words]);
  const camera = view ?? fitting(layout, size);
  const drawn = useRef<Scene>(undefined);
  /** What the keys are for, and where it was last. */
  const [name, setName] = useState<ObjectName>();
  const place = useRef<Cursor>(undefined);
  const cursor = useMemo(() => found(layout, name, place.current), [layout, name]);
  place.current = cursor;
  const drag = useRef<{ readonly x: number; readonly y: number; readonly from: Camera; isMoved: boolean }>(undefined);

  useEffect(() => {
    const element = canvas.current?.parentElement;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize({ width: Math.max(1, width), height: Math.max(1, height), ratio: devicePixelRatio });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    const frame = requestAnimationFrame(() => {
      const colours = coloursOf(element);
      const isSameTheme = JSON.stringify(colours) === JSON.stringify(drawn.current?.colours);
      const scene: Scene = {
        ...{ layout, camera, size, selected, cursor: name, trayTitle: words.waitingForNode },
        colours: isSameTheme && drawn.current !== undefined ? drawn.current.colours : colours,
      };
      paint(context, scene, drawn.current);
      drawn.current = scene;
    });
    return () => cancelAnimationFrame(frame);
  }, [layout, camera, size, selected, name, words]);

  const zoom = (factor: number, atX = size.width / 2, atY = size.height / 2): void => {
    const scale = Math.min(MAX_SCALE, Math.max(fitting(layout, size).scale / 2, camera.scale * factor));
    // What is under the pointer stays there.
    const by = 1 / camera.scale - 1 / scale;
    setView({ x: camera.x + atX * by, y: camera.y + atY * by, scale });
  };
  // React listens for wheels passively, and a page that scrolls while one zooms is of no use.
  const latestZoom = useRef(zoom);
  latestZoom.current = zoom;
  useEffect(() => {
    const element = canvas.current;
    const listener = (event: WheelEvent): void => {
      event.preventDefault();
      latestZoom.current(event.deltaY < 0 ? ZOOM : 1 / ZOOM, event.offsetX, event.offsetY);
    };
    element?.addEventListener('wheel', listener, { passive: false });
    return () => element?.removeEventListener('wheel', listener);
  }, []);

  const under = (offsetX: number, offsetY: number): Node | Pod | undefined =>
    objectAt(layout, camera.x + offsetX / camera.scale, camera.y + offsetY / camera.scale);
  const pick = (offsetX: number, offsetY: number): void => {
    const object = under(offsetX, offsetY);
    if (object === undefined) return;
    setName(nameOf(object));
    select(nameOf(object));
  };
  /** Pixels from the top left of the picture. */
  const pixels = ({ x, y }: Cursor) => ({ x: (x - camera.x) * camera.scale, y: (y - camera.y) * camera.scale });
  const goTo = (next: Cursor): void => {
    place.current = next;
    setName(nameOf(next.object));
    const { x, y } = pixels(next);
    if (x > EDGE && y > EDGE && x < size.width - EDGE && y < size.height - EDGE) return;
    // Out of sight: it comes to the middle.
    const { scale } = camera;
    setView({ x: next.x - size.width / 2 / scale, y: next.y - size.height / 2 / scale, scale });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = moved(layout, cursor, event.key);
    if (next !== undefined) goTo(next);
    else if (cursor !== undefined && keys(event, nameOf(cursor.object))) return;
    else if (event.key === '+' || event.key === '-') zoom(event.key === '+' ? ZOOM : 1 / ZOOM);
    else return;
    event.preventDefault();
  };

  return (
    <section className="cluster painted" aria-label={words.label}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a picture whose objects are chosen with arrows. */}
      <canvas
        ref={canvas}
        role="application"
        aria-label={told}
        tabIndex={0}
        data-own-keys="Ctrl+d"
        onKeyDown={onKeyDown}
        onFocus={() => cursor === undefined && setName(selected)}
        onContextMenu={(event) => {
          const { nativeEvent, clientX, clientY, currentTarget } = event;
          // Asked for with a key: what has the keys is meant, wherever the pointer is.
          const isByKey = nativeEvent.button === -1 || (nativeEvent as PointerEvent).pointerType === '';
          const object = isByKey ? cursor?.object : under(nativeEvent.offsetX, nativeEvent.offsetY);
          if (object === undefined) return;
          event.preventDefault();
          const origin = currentTarget.getBoundingClientRect();
          const at =
            isByKey && cursor !== undefined ? pixels(cursor) : { x: clientX - origin.x, y: clientY - origin.y };
          onMenu({ object, x: origin.x + at.x, y: origin.y + at.y });
        }}
        width={size.width * size.ratio}
        height={size.height * size.ratio}
        onPointerDown={({ nativeEvent: { offsetX: x, offsetY: y, pointerId, button }, currentTarget }) => {
          if (button !== 0) return;
          currentTarget.setPointerCapture(pointerId);
          drag.current = { x, y, from: camera, isMoved: false };
        }}
        onPointerMove={({ nativeEvent: { offsetX, offsetY }, currentTarget }) => {
          const held = drag.current;
          if (held === undefined) {
            currentTarget.title = toldOf(under(offsetX, offsetY), words);
            return;
          }
          const [x, y] = [held.x - offsetX, held.y - offsetY];
          if (!held.isMoved && Math.abs(x) + Math.abs(y) < 4) return;
          held.isMoved = true;
          setView({ ...held.from, x: held.from.x + x / camera.scale, y: held.from.y + y / camera.scale });
        }}
        onPointerUp={({ nativeEvent: { offsetX, offsetY } }) => {
          if (drag.current?.isMoved === false) pick(offsetX, offsetY);
          drag.current = undefined;
        }}
      />
      <p className="painted-note">{told}</p>
      <p className="sr" aria-live="polite">
        {toldOf(cursor?.object, words)}
      </p>
      <div className="zoom">
        <button type="button" onClick={() => zoom(ZOOM)} aria-label={words.closer}>
          +
        </button>
        <button type="button" onClick={() => zoom(1 / ZOOM)} aria-label={words.farther}>
          −
        </button>
        <button type="button" onClick={() => setView(undefined)}>
          {words.fit}
        </button>
      </div>
    </section>
  );
}

const MARGIN = 12;
/** Height of a line of the note below the picture; where there is little room it has two. */
const NOTE = 26;
const NARROW = 480;
/** What has the keys is never nearer to the edge of the picture, in pixels. */
const EDGE = 8;

/** A Pod as its tile would tell it, a node by its name; nothing for nothing. */
function toldOf(object: Node | Pod | undefined, words: Messages['cluster']): string {
  if (object === undefined) return '';
  const { name = '' } = object.metadata;
  if (object.kind === 'Node') return name;
  const { status, ready, total } = podSign(object as Pod);
  return words.podLabel(name, status, ready, total);
}

function fitting(
  { width, height }: { readonly width: number; readonly height: number },
  size: { readonly width: number; readonly height: number },
): Camera {
  const scale = Math.min(
    2,
    (size.width - 2 * MARGIN) / width,
    (size.height - 2 * MARGIN - (size.width < NARROW ? 2 : 1) * NOTE) / height,
  );
  return { x: width / 2 - size.width / 2 / scale, y: -MARGIN / scale, scale };
}

/** `5000 nodes · 10000 Pods: 9990 ready, 10 waiting` */
function summary(nodes: readonly Node[], { signs }: Placement, words: Messages['cluster']): string {
  const total = signs.reduce((sum, [, count]) => sum + count, 0);
  const parts = signs.map(([sign, count]) => words.signCount(count, words.signs[sign]));
  return `${words.summary(nodes.length, total)}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

/** A canvas knows no custom properties: what they come to is read where it stands. */
function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string): string => resolved(style.getPropertyValue(`--tn-${name}`), style.colorScheme);
  return {
    signs: {
      ready: read('green'),
      succeeded: read('green'),
      running: read('amber'),
      waiting: read('blue'),
      backoff: read('orange'),
      failed: read('red'),
      unschedulable: read('violet'),
      terminating: read('grey'),
    },
    panel: read('panel'),
    line: read('line'),
    text: read('text'),
    dim: read('dim'),
    accent: read('accent'),
    red: read('red'),
    violet: read('violet'),
  };
}

/** `light-dark(a, b)` is one of both, by the scheme that holds; what a page has handed in as a colour is itself. */
function resolved(value: string, scheme: string): string {
  const [, light = '', dark = ''] = /^\s*light-dark\(([^,]+),\s*(.+)\)\s*$/.exec(value) ?? [];
  if (light === '') return value;
  const isDark =
    scheme.includes('light') && scheme.includes('dark') ? matchMedia(DARK).matches : scheme.includes('dark');
  return (isDark ? dark : light).trim();
}

const DARK = '(prefers-color-scheme: dark)';
