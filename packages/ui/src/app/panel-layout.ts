/** Panels around the view: each has an edge that is dragged, and closes to a strip. */
export const SIDE_PANELS = ['editor', 'inspector', 'events', 'terminal'] as const;
export type SidePanel = (typeof SIDE_PANELS)[number];

/** How the page is divided. Sizes are percents of the page (events: of the middle), those that nobody changed are missing. */
export interface PanelLayout {
  readonly sizes: Readonly<Partial<Record<SidePanel, number>>>;
  readonly closed: readonly SidePanel[];
}

export const FIRST_LAYOUT: PanelLayout = { sizes: {}, closed: [] };

/** What panels have until somebody drags their edge, in percent. */
const FIRST_SIZES: Readonly<Record<SidePanel, number>> = { editor: 30, inspector: 24, events: 28, terminal: 30 };
/** In percent: a panel has at least this, and closes when it is dragged to less than half of it. */
const LEAST = 10;
/** In percent: the view keeps this beside the panels of the same direction. */
const LEFT_FOR_VIEW = 20;
/** Panels that share a direction. */
const BESIDE: Readonly<Partial<Record<SidePanel, SidePanel>>> = { editor: 'inspector', inspector: 'editor' };

export const isClosed = ({ closed }: PanelLayout, panel: SidePanel): boolean => closed.includes(panel);

/** Of a panel, whether it is closed or not. */
export const sizeOf = ({ sizes }: PanelLayout, panel: SidePanel): number => sizes[panel] ?? FIRST_SIZES[panel];

/** The least and the most that a panel can have now, in percent. */
export function sizeLimits(layout: PanelLayout, panel: SidePanel): { readonly least: number; readonly most: number } {
  const other = BESIDE[panel];
  const taken = other === undefined || isClosed(layout, other) ? 0 : sizeOf(layout, other);
  return { least: LEAST, most: Math.max(LEAST, 100 - LEFT_FOR_VIEW - taken) };
}

/** What becomes of it when the edge of a panel is brought to where the panel has `percent`: far beyond its end it closes. */
export function dragged(layout: PanelLayout, panel: SidePanel, percent: number): PanelLayout {
  if (percent < LEAST / 2) return closedPanel(layout, panel);
  const { least, most } = sizeLimits(layout, panel);
  const size = Math.round(Math.min(most, Math.max(least, percent)) * 10) / 10;
  return { sizes: { ...layout.sizes, [panel]: size }, closed: openedPanel(layout, panel).closed };
}

export const closedPanel = (layout: PanelLayout, panel: SidePanel): PanelLayout =>
  isClosed(layout, panel) ? layout : { ...layout, closed: [...layout.closed, panel] };

export const openedPanel = (layout: PanelLayout, panel: SidePanel): PanelLayout =>
  isClosed(layout, panel) ? { ...layout, closed: layout.closed.filter((each) => each !== panel) } : layout;

/** A layout as it was kept; what is not one is left out. */
export function readLayout(text: string | null): PanelLayout {
  const { sizes, closed } = (parsed(text) ?? {}) as { readonly sizes?: unknown; readonly closed?: unknown };
  const known = (sizes ?? {}) as Readonly<Record<string, unknown>>;
  const isSize = (size: unknown): size is number => typeof size === 'number' && size >= LEAST && size <= 100 - LEAST;
  return {
    sizes: Object.fromEntries(
      SIDE_PANELS.flatMap((panel) => {
        const size = known[panel];
        return isSize(size) ? [[panel, size]] : [];
      }),
    ),
    closed: Array.isArray(closed) ? SIDE_PANELS.filter((panel) => closed.includes(panel)) : [],
  };
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
