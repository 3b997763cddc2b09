export const PANES = ['Editor', 'Cluster', 'Terminal', 'Events'] as const;
export type Pane = (typeof PANES)[number];

/** What a small screen shows: one thing at a time, chosen under the thumb. Wide screens show all and hide this. */
export function PaneBar({ pane, onPane }: { readonly pane: Pane; readonly onPane: (pane: Pane) => void }) {
  return (
    <nav className="pane-bar" aria-label="Panels">
      {PANES.map((each) => (
        <button key={each} type="button" aria-current={each === pane ? 'page' : undefined} onClick={() => onPane(each)}>
          {each}
        </button>
      ))}
    </nav>
  );
}
