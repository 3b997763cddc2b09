import { type Language, STILL_MESSAGES } from '@tabernetes/ui/still-messages';
import { type CheckState, connectCluster, WIDGET_STYLES, Widget, type WidgetProps } from '@tabernetes/ui/widget';
import type { PageFile } from '@tabernetes/worker/connect';
import { createRoot } from 'react-dom/client';
import type { Settings } from './settings.ts';

export { widgetMessages } from '@tabernetes/ui/widget';

/** What a sandbox that runs is made of. */
export interface MountOptions {
  readonly language: Language;
  readonly messages: WidgetProps['messages'];
  readonly settings: Settings;
  readonly files: readonly PageFile[];
  readonly commands: readonly string[];
  readonly checks: readonly { readonly text: string; readonly label: string }[];
  readonly onReady: () => void;
  readonly onApplied: (results: readonly { readonly name: string; readonly outcome: string }[]) => void;
  readonly onChecks: (checks: readonly CheckState[]) => void;
  readonly onProblem: (message: string) => void;
  readonly onReset: () => void;
}

/** Style sheets are made once for all sandboxes of a page. */
let sheets: readonly CSSStyleSheet[] | undefined;

/** Starts a cluster in a worker of its own and shows it at `place`. The result ends both. Loaded when something runs. */
export function mount(root: ShadowRoot, place: HTMLElement, options: MountOptions): () => void {
  const { settings, language, onReady, onProblem } = options;
  sheets ??= WIDGET_STYLES.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  const own = root.adoptedStyleSheets;
  root.adoptedStyleSheets = [...own, ...sheets];
  const worker = new Worker(new URL('./cluster.worker.ts', import.meta.url), { type: 'module' });
  let isReady = false;
  worker.addEventListener('error', ({ message }) => {
    if (!isReady) onProblem(STILL_MESSAGES[language].workerFails(message));
  });
  const react = createRoot(place);
  react.render(
    <Widget
      {...options}
      cluster={connectCluster(worker)}
      options={settings.options}
      panels={settings.panels}
      isReadOnly={settings.isReadOnly}
      applies={settings.applies}
      onReady={() => {
        isReady = true;
        onReady();
      }}
    />,
  );
  return () => {
    react.unmount();
    worker.terminate();
    root.adoptedStyleSheets = own;
  };
}
