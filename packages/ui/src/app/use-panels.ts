import { type CSSProperties, useCallback, useEffect, useState } from 'react';
import {
  closedPanel,
  dragged,
  FIRST_LAYOUT,
  isClosed,
  openedPanel,
  type PanelLayout,
  readLayout,
  type SidePanel,
} from './panel-layout.ts';

export interface Panels {
  readonly layout: PanelLayout;
  isOpen(panel: SidePanel): boolean;
  open(panel: SidePanel): void;
  close(panel: SidePanel): void;
  /** The edge of a panel is where the panel has this many percent. */
  drag(panel: SidePanel, percent: number): void;
  /** What the style sheet divides the page by: the sizes that somebody chose. */
  readonly style: CSSProperties;
}

/** How this browser divides the page, kept for the next visit. */
export function usePanels(): Panels {
  const [layout, setLayout] = useState(keptLayout);
  useEffect(() => keepLayout(layout), [layout]);
  const open = useCallback((panel: SidePanel) => setLayout((before) => openedPanel(before, panel)), []);
  return {
    layout,
    isOpen: (panel) => !isClosed(layout, panel),
    open,
    close: (panel) => setLayout((before) => closedPanel(before, panel)),
    drag: (panel, percent) => setLayout((before) => dragged(before, panel, percent)),
    style: Object.fromEntries(Object.entries(layout.sizes).map(([panel, size]) => [`--${panel}-size`, `${size}%`])),
  };
}

const KEY = 'tabernetes-panels';

function keptLayout(): PanelLayout {
  try {
    return readLayout(localStorage.getItem(KEY));
  } catch {
    return FIRST_LAYOUT;
  }
}

function keepLayout(layout: PanelLayout): void {
  try {
    if (layout.closed.length + Object.keys(layout.sizes).length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(layout));
  } catch {
    // A browser may keep nothing: then the layout lasts as long as the page.
  }
}
