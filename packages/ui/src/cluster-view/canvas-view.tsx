import type { Node } from '@tabernetes/api/types/core-v1';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useSelection } from '../app/selection.tsx';
import { type Messages, useMessages } from '../messages/messages.ts';
import { podSign, type Sign } from '../model/pod-sign.ts';
import { canvasLayout, objectAt } from './canvas-layout.ts';
import { type Camera, type Colours, paint } from './canvas-paint.ts';
import type { Placement } from './placement.ts';

const MAX_SCALE = 4;
/** One turn of a wheel, one press of a key. */
const ZOOM = 1.25;

/** A cluster of many nodes: painted, with a wheel to come closer and a hand to move it. */
export function CanvasView({ nodes, placement }: { readonly nodes: readonly Node[]; readonly placement: Placement }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 800, height: 500, ratio: 1 });
  const [moved, setMoved] = useState<Camera>();
  const { select, selected } = useSelection();
  const { cluster: words } = useMessages();
  const layout = useMemo(() => canvasLayout(nodes, placement, size.width / size.height), [nodes, placement, size]);
  const camera = moved ?? fitting(layout, size);
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
    const frame = requestAnimationFrame(() => paint(context, layout, camera, size, coloursOf(element), selected));
    return () => cancelAnimationFrame(frame);
  }, [layout, camera, size, selected]);

  const zoom = (factor: number, atX = size.width / 2, atY = size.height / 2): void => {
    const scale = Math.min(MAX_SCALE, Math.max(fitting(layout, size).scale / 2, camera.scale * factor));
    // What is under the pointer stays there.
    const by = 1 / camera.scale - 1 / scale;
    setMoved({ x: camera.x + atX * by, y: camera.y + atY * by, scale });
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

  const pick = (offsetX: number, offsetY: number): void => {
    const object = objectAt(layout, camera.x + offsetX / camera.scale, camera.y + offsetY / camera.scale);
    if (object === undefined) return;
    const { name = '', namespace = '' } = object.metadata;
    select({ kind: object.kind, namespace, name });
  };

  return (
    <section className="cluster painted" aria-label={words.label}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={summary(nodes, placement, words)}
        width={size.width * size.ratio}
        height={size.height * size.ratio}
        onPointerDown={({ nativeEvent: { offsetX: x, offsetY: y, pointerId }, currentTarget }) => {
          currentTarget.setPointerCapture(pointerId);
          drag.current = { x, y, from: camera, isMoved: false };
        }}
        onPointerMove={({ nativeEvent: { offsetX, offsetY } }) => {
          const held = drag.current;
          if (held === undefined) return;
          const [x, y] = [held.x - offsetX, held.y - offsetY];
          if (!held.isMoved && Math.abs(x) + Math.abs(y) < 4) return;
          held.isMoved = true;
          setMoved({ ...held.from, x: held.from.x + x / camera.scale, y: held.from.y + y / camera.scale });
        }}
        onPointerUp={({ nativeEvent: { offsetX, offsetY } }) => {
          if (drag.current?.isMoved === false) pick(offsetX, offsetY);
          drag.current = undefined;
        }}
      />
      <p className="painted-note">{summary(nodes, placement, words)}</p>
      <div className="zoom">
        <button type="button" onClick={() => zoom(ZOOM)} aria-label={words.closer}>
          +
        </button>
        <button type="button" onClick={() => zoom(1 / ZOOM)} aria-label={words.farther}>
          −
        </button>
        <button type="button" onClick={() => setMoved(undefined)}>
          {words.fit}
        </button>
      </div>
    </section>
  );
}

const MARGIN = 12;

function fitting(
  { width, height }: { readonly width: number; readonly height: number },
  size: { readonly width: number; readonly height: number },
): Camera {
  const scale = Math.min(2, (size.width - 2 * MARGIN) / width, (size.height - 2 * MARGIN - 28) / height);
  return { x: width / 2 - size.width / 2 / scale, y: -MARGIN / scale, scale };
}

/** `5000 nodes · 10000 Pods: 9990 ready, 10 waiting` */
function summary(nodes: readonly Node[], { byNode, waiting }: Placement, words: Messages['cluster']): string {
  const counts = new Map<Sign, number>();
  let total = 0;
  for (const pods of [waiting, ...byNode.values()]) {
    for (const pod of pods) {
      const { sign } = podSign(pod);
      counts.set(sign, (counts.get(sign) ?? 0) + 1);
      total++;
    }
  }
  const parts = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([sign, count]) => words.signCount(count, words.signs[sign]));
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
