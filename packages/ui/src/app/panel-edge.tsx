import type { KeyboardEvent, PointerEvent } from 'react';
import { usePageMessages } from '../messages/page-messages.ts';
import { isClosed, type SidePanel, sizeLimits, sizeOf } from './panel-layout.ts';
import { PANEL_KEYS } from './panel-places.ts';
import type { Panels } from './use-panels.ts';

/** How far a key moves an edge, in percent. */
const STEP = 2;

/** The share that a panel has when its edge is under the pointer. `box`: of all that is divided. */
const SHARES: Readonly<Record<SidePanel, (at: { readonly x: number; readonly y: number }, box: DOMRect) => number>> = {
  editor: ({ x }, { left, width }) => (x - left) / width,
  inspector: ({ x }, { right, width }) => (right - x) / width,
  events: ({ y }, { bottom, height }) => (bottom - y) / height,
  terminal: ({ y }, { bottom, height }) => (bottom - y) / height,
};

/** Keys that make a panel larger and smaller: its edge goes where the arrow points. */
const ARROWS: Readonly<Record<SidePanel, readonly [string, string]>> = {
  editor: ['ArrowRight', 'ArrowLeft'],
  inspector: ['ArrowLeft', 'ArrowRight'],
  events: ['ArrowUp', 'ArrowDown'],
  terminal: ['ArrowUp', 'ArrowDown'],
};

/** The edge of a panel: dragged by the pointer or by arrows, a double click or Enter closes and opens. Stands in what is divided. */
export function PanelEdge({ panel, panels }: { readonly panel: SidePanel; readonly panels: Panels }) {
  const { panes: words } = usePageMessages();
  const { layout } = panels;
  const isGone = isClosed(layout, panel);
  const { least, most } = sizeLimits(layout, panel);
  const size = isGone ? 0 : sizeOf(layout, panel);
  const toggle = (): void => (isGone ? panels.open(panel) : panels.close(panel));
  const follow = ({ currentTarget, pointerId, clientX: x, clientY: y }: PointerEvent<HTMLElement>): void => {
    const box = currentTarget.parentElement?.getBoundingClientRect();
    if (box === undefined || !currentTarget.hasPointerCapture(pointerId)) return;
    panels.drag(panel, SHARES[panel]({ x, y }, box) * 100);
  };
  const onKey = (event: KeyboardEvent): void => {
    const [larger, smaller] = ARROWS[panel];
    if (event.key === 'Enter') toggle();
    else if (event.key === larger) panels.drag(panel, Math.max(least, size + STEP));
    else if (event.key === smaller) panels.drag(panel, size - STEP < least ? 0 : size - STEP);
    else return;
    event.preventDefault();
  };
  return (
    <hr
      className={`panel-edge of-${panel}`}
      tabIndex={0}
      aria-label={words.edge(words[panel])}
      aria-orientation={panel === 'editor' || panel === 'inspector' ? 'vertical' : 'horizontal'}
      aria-valuemin={0}
      aria-valuemax={Math.round(most)}
      aria-valuenow={Math.round(size)}
      title={words.edgeKeys(PANEL_KEYS[panel])}
      onPointerDown={({ currentTarget, pointerId }) => currentTarget.setPointerCapture(pointerId)}
      onPointerMove={follow}
      onDoubleClick={toggle}
      onKeyDown={onKey}
    />
  );
}

/** What stands where a panel was closed. */
export function PanelStrip({ panel, onOpen }: { readonly panel: SidePanel; readonly onOpen: () => void }) {
  const { panes: words } = usePageMessages();
  return (
    <button
      type="button"
      className={`panel-strip of-${panel}`}
      title={words.stripKeys(PANEL_KEYS[panel])}
      onClick={onOpen}
    >
      {words[panel]}
    </button>
  );
}
