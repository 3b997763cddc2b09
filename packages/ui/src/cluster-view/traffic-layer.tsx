import type { Journey, JourneyEnd } from '@tabernetes/worker/connect';
import { type RefObject, useEffect, useRef } from 'react';
import { useCluster } from '../world/hooks.ts';

/** How long a request is on its way, and how long its status is read, in milliseconds. */
const TRAVEL_MS = 500;
const STATUS_MS = 1_200;
/** More at once is a blur. */
const MOST = 30;

/** Requests between Pods, drawn as they travel; at their end stands what became of them. */
export function TrafficLayer({ view }: { readonly view: RefObject<HTMLElement | null> }) {
  const cluster = useCluster();
  const layer = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      cluster.onTraffic((journeys) => {
        if (layer.current === null || view.current === null) return;
        for (const journey of journeys) draw(journey, layer.current, view.current);
      }),
    [cluster, view],
  );
  return <div ref={layer} className="traffic" aria-hidden="true" />;
}

/** Elements of their own, not React's: they live for a second and nothing else depends on them. */
function draw({ from, to, service, status, isBad, request }: Journey, layer: HTMLElement, view: HTMLElement): void {
  if (layer.childElementCount >= MOST) return;
  const [start, end] = [placeOf(from, view), placeOf(to, view)];
  if (start === undefined && end === undefined) return;
  // Who is not on the picture asks from outside: from above.
  const { x: toX, y: toY } = end ?? start ?? OUTSIDE;
  const { x: fromX, y: fromY } = start ?? { x: toX + 60, y: 0 };
  const bend = Math.min(80, Math.hypot(toX - fromX, toY - fromY) / 3);
  const path = `M ${fromX} ${fromY} Q ${(fromX + toX) / 2} ${(fromY + toY) / 2 - bend} ${toX} ${toY}`;
  const dot = document.createElement('i');
  dot.className = isBad ? 'packet bad' : 'packet';
  dot.style.offsetPath = `path("${path}")`;
  layer.append(dot);
  const travel = dot.animate([{ offsetDistance: '0%' }, { offsetDistance: '100%' }], {
    duration: TRAVEL_MS,
    easing: 'ease-in-out',
  });
  travel.onfinish = () => {
    dot.remove();
    const word = document.createElement('span');
    word.className = isBad ? 'packet-status bad' : 'packet-status';
    word.textContent = service === '' ? codeOf(status) : `${service.slice(service.indexOf('/') + 1)} ${codeOf(status)}`;
    word.title = request;
    word.style.transform = `translate(${toX}px, ${toY - 26}px) translateX(-50%)`;
    layer.append(word);
    const fade = word.animate([{ opacity: 1 }, { opacity: 1, offset: 0.7 }, { opacity: 0 }], { duration: STATUS_MS });
    fade.onfinish = () => word.remove();
  };
}

const OUTSIDE = { x: 0, y: 0 };

/** `200` of `200 OK`; what has no code is told as it is. */
const codeOf = (status: string): string => /^\d{3}/.exec(status)?.[0] ?? status;

/** The middle of a tile, or of a node's name, in the view's own plane. */
function placeOf({ pod, node }: JourneyEnd, view: HTMLElement): { readonly x: number; readonly y: number } | undefined {
  const selector = pod !== '' ? `[data-pod="${CSS.escape(pod)}"]` : `[data-node="${CSS.escape(node)}"] .node-head`;
  const element = pod === '' && node === '' ? null : view.querySelector(selector);
  if (element === null) return undefined;
  const [box, origin] = [element.getBoundingClientRect(), view.getBoundingClientRect()];
  return {
    x: box.left - origin.left + view.scrollLeft + Math.min(box.width, 60) / 2,
    y: box.top - origin.top + view.scrollTop + box.height / 2,
  };
}
