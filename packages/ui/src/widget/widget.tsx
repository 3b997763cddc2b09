import type { CheckState, PageClusterOptions, PageFile } from '@tabernetes/worker/connect';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { BrandSign } from '../app/brand-sign.tsx';
import { ClockControls } from '../app/clock-controls.tsx';
import { SelectionProvider, useSelection } from '../app/selection.tsx';
import { ClusterView } from '../cluster-view/cluster-view.tsx';
import { type Applied, applyDocuments } from '../editor/apply.ts';
import { EventsView } from '../events-view/events-view.tsx';
import { Inspector } from '../inspector/inspector.tsx';
import { type Messages, MessagesContext, useMessages } from '../messages/messages.ts';
import { errorText } from '../model/error-text.ts';
import type { ClusterConnection } from '../world/cluster-connection.ts';
import { ClusterContext, useReady } from '../world/hooks.ts';
import { CheckList } from './check-list.tsx';

const TerminalPanel = lazy(() => import('../terminal/terminal-panel.tsx'));
const YamlEditor = lazy(() => import('./yaml-editor.tsx'));

/** What a widget can show, in the order in which it does. */
export const PANELS = ['editor', 'cluster', 'events', 'terminal'] as const;
export type Panel = (typeof PANELS)[number];

export interface WidgetProps {
  /** What the widget says; see {@link widgetMessages}. */
  readonly messages: Messages;
  readonly cluster: ClusterConnection;
  readonly files: readonly PageFile[];
  readonly options: PageClusterOptions;
  readonly panels: readonly Panel[];
  readonly isReadOnly: boolean;
  /** Apply the files as soon as the cluster runs. */
  readonly applies: boolean;
  /** Typed into the terminal, in order, after the files were applied. */
  readonly commands: readonly string[];
  /** Expectations and what to call them. */
  readonly checks: readonly { readonly text: string; readonly label: string }[];
  readonly onReady: () => void;
  readonly onApplied: (results: readonly Applied[]) => void;
  readonly onChecks: (checks: readonly CheckState[]) => void;
  readonly onReset: () => void;
}

/** A sandbox inside of somebody's page. */
export function Widget(props: WidgetProps) {
  return (
    <ClusterContext.Provider value={props.cluster}>
      <MessagesContext.Provider value={props.messages}>
        <SelectionProvider>
          <Panels {...props} />
        </SelectionProvider>
      </MessagesContext.Provider>
    </ClusterContext.Provider>
  );
}

function Panels(props: WidgetProps) {
  const { panels, isReadOnly, checks, onReset } = props;
  const { apply: applying, clusterStarts, cluster: clusterWords, events, terminal, widget: words } = useMessages();
  const titles: Readonly<Record<Panel, string>> = {
    editor: applying.editor,
    cluster: clusterWords.label,
    events: events.label,
    terminal: terminal.label,
  };
  const { files, change, apply, results, states, problem, isSetUp } = useWidget(props);
  /** What was refused is read where it stands. */
  const applyAndSee = async (): Promise<void> => {
    if ((await apply()).every(({ outcome }) => outcome !== 'refused')) setFront(busiest);
  };
  // Where there is room for one, what happens is seen.
  const busiest = panels.includes('cluster') ? 'cluster' : (panels[0] ?? 'cluster');
  const [front, setFront] = useState<Panel>(busiest);
  const [open, setOpen] = useState(0);
  const ready = useReady();
  const { selected } = useSelection();
  const file = files[open];
  return (
    <div className={`widget ${panels.map((panel) => `has-${panel}`).join(' ')}`}>
      <header className="widget-bar">
        <span className="brand">
          <BrandSign /> Tabernetes
        </span>
        {panels.length > 1 && (
          <div role="tablist" className="tabs panel-tabs" aria-label={words.panels}>
            {panels.map((panel) => (
              <button
                key={panel}
                type="button"
                role="tab"
                aria-selected={panel === front}
                onClick={() => setFront(panel)}
              >
                {titles[panel]}
              </button>
            ))}
          </div>
        )}
        <ClockControls />
        <button type="button" className="quiet" onClick={onReset} title={words.beginAgain}>
          {words.reset}
        </button>
      </header>
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="widget-panels">
        {panels.includes('editor') && (
          <section className="panel editor" aria-label={titles.editor} data-front={front === 'editor'}>
            <div className="file-bar">
              <div role="tablist" className="tabs" aria-label={applying.files}>
                {files.map(({ name }, at) => (
                  <button key={name} type="button" role="tab" aria-selected={at === open} onClick={() => setOpen(at)}>
                    {name}
                  </button>
                ))}
              </div>
              <button
                type="button"
                className="primary"
                disabled={!ready}
                onClick={() => void applyAndSee()}
                title={applying.applyKey}
              >
                {applying.apply}
              </button>
            </div>
            {file !== undefined && (
              <Suspense fallback={<pre className="code-fallback">{file.text}</pre>}>
                <YamlEditor
                  key={file.name}
                  name={file.name}
                  text={file.text}
                  isReadOnly={isReadOnly}
                  onChange={(text: string) => change(file.name, text)}
                  onApply={() => void applyAndSee()}
                />
              </Suspense>
            )}
            <Results results={results} />
          </section>
        )}
        {panels.includes('cluster') && (
          <section className="panel view" aria-label={clusterWords.nodesAndPods} data-front={front === 'cluster'}>
            {ready ? <ClusterView namespace="" filter="" /> : <p className="hint">{clusterStarts}</p>}
            {selected !== undefined && (
              <div className="drawer">
                <Inspector />
              </div>
            )}
          </section>
        )}
        {panels.includes('events') && (
          <section className="panel events" aria-label={titles.events} data-front={front === 'events'}>
            <EventsView namespace="" filter="" />
          </section>
        )}
        {panels.includes('terminal') && (
          <section className="panel terminal-panel" aria-label={titles.terminal} data-front={front === 'terminal'}>
            {isSetUp && (
              <Suspense fallback={<p className="hint">{terminal.opening}</p>}>
                <TerminalPanel commands={props.commands} />
              </Suspense>
            )}
          </section>
        )}
      </div>
      {checks.length > 0 && <CheckList checks={states} labels={checks.map(({ label }) => label)} />}
    </div>
  );
}

/** What the server said of each document; what went well is told in a word. */
function Results({ results }: { readonly results: readonly Applied[] }) {
  const { apply: words } = useMessages();
  if (results.length === 0) return null;
  return (
    <ul className="results" aria-live="polite">
      {results.map(({ at, name, outcome, message, warnings }) => (
        <li key={`${name} ${at}`} className={outcome}>
          <b>{name}</b> {words.outcomes[outcome]}
          {message !== '' && <p>{message}</p>}
          {warnings.map((warning) => (
            <p key={warning} className="warning">
              {words.warning(warning)}
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** The life of a widget: a cluster that starts, files that are applied, checks that are followed. */
function useWidget(props: WidgetProps) {
  const { cluster, options, files: given, applies, checks, onReady, onApplied, onChecks, messages } = props;
  const [files, setFiles] = useState(given);
  const [results, setResults] = useState<readonly Applied[]>([]);
  const [states, setStates] = useState<readonly CheckState[]>([]);
  const [problem, setProblem] = useState('');
  const [isSetUp, setSetUp] = useState(false);
  const isStarted = useRef(false);
  const latest = useRef(files);
  latest.current = files;
  const apply = async (): Promise<readonly Applied[]> => {
    const applied: Applied[] = [];
    for (const { text } of latest.current) applied.push(...(await applyDocuments(cluster, text, 'default')));
    setResults(applied);
    onApplied(applied);
    return applied;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a widget starts once; what it was given at first is what it is.
  useEffect(() => {
    if (isStarted.current) return;
    isStarted.current = true;
    const begin = async (): Promise<void> => {
      await cluster.start(options);
      await cluster.host.setFiles([...given]);
      onReady();
      if (checks.length > 0) {
        await cluster.check(
          checks.map(({ text }) => text),
          (next) => {
            setStates(next);
            onChecks(next);
          },
        );
      }
      if (applies) await apply();
      setSetUp(true);
    };
    begin().catch((error: unknown) => setProblem(messages.clusterCannotStart(errorText(error))));
  }, []);
  useEffect(() => {
    if (isSetUp) void cluster.host.setFiles([...files]);
  }, [cluster, files, isSetUp]);
  return {
    files,
    results,
    states,
    problem,
    isSetUp,
    apply,
    change: (name: string, text: string) =>
      setFiles((before) => before.map((file) => (file.name === name ? { name, text } : file))),
  };
}
