import type { SidePanel } from './panel-layout.ts';

/** Keys of the page that open a panel and give it the keys; `cluster` is what stands in the middle. */
export const PANEL_KEYS = { editor: '1', cluster: '2', inspector: '3', events: '4', terminal: '5' } as const;

/** What has the keys in a panel at first; terminal and editor have ways of their own. */
export const FIRST_OF_PANEL: Readonly<Record<'inspector' | 'events', string>> = {
  inspector: '.inspector [role=tab][tabindex="0"], .inspector.empty',
  events: '.events [role=tab][tabindex="0"]',
};
/** Where a panel stands in the page. */
export const PLACE_OF_PANEL: Readonly<Record<SidePanel, string>> = {
  editor: '.editor',
  inspector: '.inspector',
  events: '.events',
  terminal: '.dock',
};
