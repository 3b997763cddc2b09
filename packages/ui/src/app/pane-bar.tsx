import { usePageMessages } from '../messages/page-messages.ts';

export const PANES = ['editor', 'cluster', 'terminal', 'events'] as const;
export type Pane = (typeof PANES)[number];

/** What a small screen shows: one thing at a time, chosen under the thumb. Wide screens show all and hide this. */
export function PaneBar({ pane, onPane }: { readonly pane: Pane; readonly onPane: (pane: Pane) => void }) {
  const { panes: words } = usePageMessages();
  return (
    <nav className="pane-bar" aria-label={words.label}>
      {PANES.map((each) => (
        <button key={each} type="button" aria-current={each === pane ? 'page' : undefined} onClick={() => onPane(each)}>
          {words[each]}
        </button>
      ))}
    </nav>
  );
}
