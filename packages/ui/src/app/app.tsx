import type { KubeObject } from '@tabernetes/apimachinery';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ObjectAction } from '../actions/object-actions.ts';
import { ObjectCommandsProvider } from '../actions/object-commands.tsx';
import { chaosActions, clusterChaos } from '../chaos/chaos-actions.ts';
import { TroubleChips } from '../chaos/trouble-chips.tsx';
import { ClusterView } from '../cluster-view/cluster-view.tsx';
import { type EditorActions, EditorPanel } from '../editor/editor-panel.tsx';
import { EventsView } from '../events-view/events-view.tsx';
import { FIRST_FILE } from '../files/first-file.ts';
import type { Keeping } from '../files/sandbox.ts';
import { faultText } from '../files/sandbox-fault.ts';
import { Inspector } from '../inspector/inspector.tsx';
import { PageLanguage } from '../messages/language.tsx';
import { useMessages } from '../messages/messages.ts';
import { usePageMessages } from '../messages/page-messages.ts';
import { errorText } from '../model/error-text.ts';
import { Help } from '../palette/help.tsx';
import { Palette, type PaletteEntry } from '../palette/palette.tsx';
import { SandboxSelect } from '../palette/sandbox-select.tsx';
import { Settings } from '../palette/settings.tsx';
import { TableView } from '../table-view/table-view.tsx';
import { TerminalDock } from '../terminal/terminal-dock.tsx';
import type { ClusterConnection } from '../world/cluster-connection.ts';
import { ClusterContext, useKind, useReady } from '../world/hooks.ts';
import { BrandSign } from './brand-sign.tsx';
import { ClockControls, SPEEDS } from './clock-controls.tsx';
import { editorEntries } from './editor-entries.ts';
import { focusFirst } from './focus-first.ts';
import '../theme/tokens.css';
import './app.css';
import '../cluster-view/cluster.css';
import '../events-view/events.css';
import '../inspector/inspector.css';
import '../table-view/table.css';
import './panes.css';
import './panels.css';
import './note.css';
import '../theme/forced-colors.css';
import { Narrator } from './narrator.tsx';
import { NOTHING_TOLD, Note } from './note.tsx';
import { type Pane, PaneBar } from './pane-bar.tsx';
import { PanelEdge, PanelStrip } from './panel-edge.tsx';
import { SIDE_PANELS, type SidePanel } from './panel-layout.ts';
import { FIRST_OF_PANEL, PANEL_KEYS, PLACE_OF_PANEL } from './panel-places.ts';
import { SelectionProvider, useSelection } from './selection.tsx';
import { share } from './share.ts';
import { useKeys } from './use-keys.ts';
import { usePanels } from './use-panels.ts';
import { useSandbox } from './use-sandbox.ts';
import { useWorkerWatch } from './use-worker-watch.ts';

const MapView = lazy(() => import('../map-view/map-view.tsx'));

/** What has the keys in a view at first; what mends a trouble stands above it, and is none of the view. */
const FIRST_OF_VIEW =
  '[role=grid], canvas, .pod, .node-head, .react-flow__node, button:not(.troubles button, .problem button)';

/** Kinds of which there are many and that nobody looks for by name. */
const UNLISTED = new Set(['Event', 'Lease']);

const VIEWS = ['cluster', 'map', 'table'] as const;
type Window = 'palette' | 'help' | 'settings';

/** The playground: editor, cluster, inspector, events, terminal. Without `keeping`, nothing survives a reload. */
export function App({ cluster, keeping, onRevive }: AppProps) {
  return (
    <PageLanguage>
      <ClusterContext value={cluster}>
        <SelectionProvider>
          <Screen cluster={cluster} keeping={keeping} onRevive={onRevive} />
        </SelectionProvider>
      </ClusterContext>
    </PageLanguage>
  );
}

interface AppProps {
  readonly cluster: ClusterConnection;
  readonly keeping?: Keeping | undefined;
  /** Puts another worker in the place of one that died. */
  readonly onRevive?: (() => void) | undefined;
}

function Screen({ cluster, keeping, onRevive }: AppProps) {
  const { host, world } = cluster;
  const sandbox = useSandbox(cluster, keeping);
  const { clock, clusterStarts, events } = useMessages();
  const words = usePageMessages();
  const [view, setView] = useState<(typeof VIEWS)[number]>('cluster');
  const [namespace, setNamespace] = useState('default');
  const [filter, setFilter] = useState('');
  const [file, setFile] = useState(FIRST_FILE.name);
  const [hasTerminal, setTerminal] = useState(isWide);
  const [hasPrompt, setPrompt] = useState(false);
  /** How often somebody asked for the terminal: it takes the keys each time, and not before. */
  const [asked, setAsked] = useState(0);
  const [open, setOpen] = useState<Window>();
  const [note, setNote] = useState(NOTHING_TOLD);
  const noteGone = useCallback(() => setNote(NOTHING_TOLD), []);
  const [pane, setPane] = useState<Pane>('cluster');
  const [wish, setWish] = useState<{ readonly id: number; readonly line: string }>();
  const panels = usePanels();
  const { open: openPanel } = panels;
  const edit = useCallback(
    (line: string): void => {
      setWish((before) => ({ id: (before?.id ?? 0) + 1, line }));
      setTerminal(true);
      openPanel('terminal');
      setPane('terminal');
    },
    [openPanel],
  );
  const death = useWorkerWatch(cluster);
  const filterField = useRef<HTMLInputElement>(null);
  const editor = useRef<EditorActions>(null);
  const viewPlace = useRef<HTMLDivElement>(null);
  /** How often somebody asked for a view by its name. */
  const [viewAsked, setViewAsked] = useState(0);
  const ready = useReady();
  const namespaces = useKind('Namespace');
  const { select, selected } = useSelection();
  // What somebody asks for is shown.
  useEffect(() => {
    if (selected !== undefined) openPanel('inspector');
  }, [selected, openPanel]);

  const pause = (): void => void (world.clock.paused ? host.resume() : host.pause());
  const step = (): void => void (world.clock.paused && host.step());
  const faster = (by: number): void => {
    const next = SPEEDS[SPEEDS.findIndex((each) => each >= world.clock.speed) + by];
    if (next !== undefined) void host.setSpeed(next);
  };
  const isOpen = (panel: SidePanel): boolean => panels.isOpen(panel) && (panel !== 'terminal' || hasTerminal);
  const hasKeys = (panel: SidePanel): boolean =>
    isOpen(panel) && document.activeElement?.closest(PLACE_OF_PANEL[panel]) !== null;
  /** It is there, and has the keys. */
  const showPanel = (panel: SidePanel): void => {
    flushSync(() => {
      openPanel(panel);
      setPane(panel === 'inspector' ? 'cluster' : panel);
      if (panel === 'terminal') {
        setTerminal(true);
        setAsked(asked + 1);
      }
    });
    if (panel === 'editor') editor.current?.focus();
    else if (panel !== 'terminal') document.querySelector<HTMLElement>(FIRST_OF_PANEL[panel])?.focus();
  };
  /** Who has the keys already is done with it. */
  const togglePanel = (panel: SidePanel): void => (hasKeys(panel) ? panels.close(panel) : showPanel(panel));
  const toggleTerminal = (): void => togglePanel('terminal');
  const inEditor = (run: (actions: EditorActions) => void) => (): void => {
    flushSync(() => {
      openPanel('editor');
      setPane('editor');
    });
    if (editor.current !== null) run(editor.current);
  };
  /** Who asks for a view by its name wants the keys there, and not before there is something that takes them. */
  const showView = (next: (typeof VIEWS)[number]): void => {
    setView(next);
    setPane('cluster');
    setViewAsked((before) => before + 1);
  };
  useEffect(() => {
    const place = viewPlace.current;
    return viewAsked === 0 || place === null ? undefined : focusFirst(place, FIRST_OF_VIEW);
  }, [viewAsked]);
  const shareLink = (): void => void share(sandbox, words).then(setNote);
  const moreActions = useCallback((object: KubeObject) => chaosActions(cluster, object, words.chaos), [cluster, words]);
  const asEntry = ({ label, run }: ObjectAction): PaletteEntry => ({
    label,
    note: words.chaos.note,
    run: () =>
      void run().catch((error: unknown) => setNote({ text: words.chaos.failed(errorText(error)), isFailure: true })),
  });
  const chaosEntries = (): readonly PaletteEntry[] => {
    const chosen = selected && world.find(selected.kind, selected.namespace, selected.name);
    const own = chosen === undefined ? [] : chaosActions(cluster, chosen, words.chaos);
    const named = own.map((action) => ({ ...action, label: `${action.label} (${chosen?.metadata.name ?? ''})` }));
    return [...named, ...clusterChaos(cluster, words.chaos)].map(asEntry);
  };
  useKeys({
    '/': () => filterField.current?.focus(),
    ' ': pause,
    '.': step,
    '[': () => faster(-1),
    ']': () => faster(1),
    '?': () => setOpen('help'),
    'Ctrl+k': () => setOpen('palette'),
    'Ctrl+Enter': () => editor.current?.apply(),
    'Ctrl+`': toggleTerminal,
    [`Ctrl+${PANEL_KEYS.cluster}`]: () => showView(view),
    ...Object.fromEntries(SIDE_PANELS.map((panel) => [`Ctrl+${PANEL_KEYS[panel]}`, () => togglePanel(panel)])),
  });
  const entries = () => [
    ...VIEWS.map((each) => ({ label: words.views[each], note: words.palette.notes.view, run: () => showView(each) })),
    { label: words.bar.terminal, note: 'Ctrl-`', run: () => showPanel('terminal') },
    { label: words.panes.inspector, note: `Ctrl-${PANEL_KEYS.inspector}`, run: () => showPanel('inspector') },
    { label: words.panes.events, note: `Ctrl-${PANEL_KEYS.events}`, run: () => showPanel('events') },
    { label: words.palette.pauseOrResume, note: words.help.space, run: pause },
    { label: clock.nextEvent, note: '.', run: step },
    ...editorEntries(inEditor, words),
    ...sandbox.files.map(({ name }) => ({
      label: name,
      note: words.palette.notes.file,
      run: inEditor((actions) => {
        setFile(name);
        actions.focus();
      }),
    })),
    ...chaosEntries(),
    { label: words.palette.settings, note: words.palette.notes.command, run: () => setOpen('settings') },
    { label: words.palette.share, note: words.palette.notes.command, run: shareLink },
    { label: words.bar.help, note: '?', run: () => setOpen('help') },
    ...world.kinds
      .filter((kind) => !UNLISTED.has(kind))
      .flatMap((kind) =>
        world.list(kind).map(({ metadata: { name = '', namespace: of = '' } }) => ({
          label: of === '' ? name : `${of}/${name}`,
          note: kind,
          run: () => select({ kind, namespace: of, name }),
        })),
      ),
  ];
  /** What stands beside a panel: its edge, and its strip while it is closed. */
  const sides = (panel: SidePanel) => (
    <>
      {!isOpen(panel) && <PanelStrip panel={panel} onOpen={() => showPanel(panel)} />}
      <PanelEdge panel={panel} panels={panels} />
    </>
  );
  return (
    <ObjectCommandsProvider onEdit={edit}>
      <div
        className="app"
        data-pane={pane}
        data-closed={SIDE_PANELS.filter((panel) => !isOpen(panel)).join(' ')}
        style={panels.style}
      >
        <header className="top">
          <span className="brand">
            <BrandSign /> <span className="brand-name">Tabernetes</span>
          </span>
          {keeping !== undefined && (
            <SandboxSelect
              keeping={keeping}
              current={sandbox.whole}
              onMore={() => setOpen('settings')}
              onFailure={(error) =>
                setNote({ text: words.keeping.notKept(faultText(error, words.keeping.faults)), isFailure: true })
              }
            />
          )}
          <label>
            <span className="sr">{words.bar.namespace}</span>
            <select value={namespace} onChange={({ target }) => setNamespace(target.value)}>
              <option value="">{words.bar.allNamespaces}</option>
              {namespaces.map(({ metadata }) => (
                <option key={metadata.uid}>{metadata.name}</option>
              ))}
            </select>
          </label>
          <ClockControls />
          <nav className="tools" aria-label={words.bar.tools}>
            <button type="button" onClick={() => setOpen('palette')} title={words.bar.paletteKey}>
              ⌘K<span className="sr"> {words.bar.palette}</span>
            </button>
            <button
              type="button"
              aria-pressed={isOpen('terminal')}
              onClick={toggleTerminal}
              title={words.bar.terminalKey}
            >
              {words.bar.terminal}
            </button>
            {keeping !== undefined && (
              <>
                <button type="button" onClick={() => setOpen('settings')}>
                  {words.bar.settings}
                </button>
                <button type="button" onClick={shareLink}>
                  {words.bar.share}
                </button>
              </>
            )}
            <button type="button" onClick={() => setOpen('help')} title={words.bar.helpKey}>
              {words.bar.help}
            </button>
          </nav>
        </header>
        <EditorPanel
          ref={editor}
          namespace={namespace === '' ? 'default' : namespace}
          files={sandbox.files}
          open={file}
          isReady={ready}
          isFree={ready && (hasPrompt || !hasTerminal)}
          onOpen={setFile}
          onFiles={sandbox.setFiles}
        />
        {sides('editor')}
        <main className="center">
          <div className="view-bar">
            <div role="tablist" className="tabs" aria-label={words.views.label}>
              {VIEWS.map((each) => (
                <button key={each} type="button" role="tab" aria-selected={each === view} onClick={() => setView(each)}>
                  {words.views[each]}
                </button>
              ))}
            </div>
            <input
              ref={filterField}
              type="search"
              placeholder={words.bar.filterKey}
              aria-label={words.bar.filter}
              value={filter}
              onChange={({ target }) => setFilter(target.value)}
            />
          </div>
          <div ref={viewPlace} className="view">
            {sandbox.problems.map((problem) => (
              <p key={problem} className="problem" role="alert">
                {problem}
              </p>
            ))}
            {death && (
              <div className="problem" role="alert">
                {words.bar.deadWorker}{' '}
                {onRevive !== undefined && (
                  <button type="button" className="action" onClick={onRevive}>
                    {words.bar.revive}
                  </button>
                )}
              </div>
            )}
            <TroubleChips />
            {!ready && sandbox.problems.length === 0 && (
              <p className="sr" role="status">
                {clusterStarts}
              </p>
            )}
            {view === 'cluster' && <ClusterView namespace={namespace} filter={filter} moreActions={moreActions} />}
            {view === 'table' && <TableView namespace={namespace} filter={filter} onNamespace={setNamespace} />}
            {view === 'map' && (
              <Suspense fallback={<p className="hint">{words.views.drawing}</p>}>
                <MapView namespace={namespace} />
              </Suspense>
            )}
          </div>
          <section className="events" aria-label={events.label}>
            <h2 className="sr">{events.label}</h2>
            <EventsView namespace={namespace} filter={filter} />
          </section>
          {sides('events')}
        </main>
        {sides('inspector')}
        <Inspector />
        {sides('terminal')}
        {hasTerminal && (
          <TerminalDock asked={asked} wish={wish} onPrompt={() => setPrompt(true)} onClose={() => setTerminal(false)} />
        )}
        <Note told={note} onGone={noteGone} />
        <Narrator namespace={namespace} />
        <PaneBar
          pane={pane}
          onPane={(next) => {
            setPane(next);
            if (next === 'terminal') setTerminal(true);
          }}
        />
        {open === 'palette' && <Palette entries={entries()} onClose={() => setOpen(undefined)} />}
        {open === 'help' && <Help onClose={() => setOpen(undefined)} />}
        {open === 'settings' && (
          <Settings
            options={sandbox.options}
            keeping={keeping}
            current={sandbox.whole}
            onRestart={sandbox.restart}
            onClose={() => setOpen(undefined)}
          />
        )}
      </div>
    </ObjectCommandsProvider>
  );
}

/** Where all panels have their place beside each other. */
const isWide = (): boolean => globalThis.matchMedia?.('(min-width: 801px)').matches ?? true;
