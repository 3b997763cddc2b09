import { lazy, Suspense, useEffect, useState } from 'react';
import { ClusterView } from '../cluster-view/cluster-view.tsx';
import { EditorPanel } from '../editor/editor-panel.tsx';
import { EventsView } from '../events-view/events-view.tsx';
import { Inspector } from '../inspector/inspector.tsx';
import { TableView } from '../table-view/table-view.tsx';
import type { ClusterConnection } from '../world/cluster-connection.ts';
import { ClusterContext, useKind, useReady } from '../world/hooks.ts';
import { ClockControls } from './clock-controls.tsx';
import './app.css';
import { SelectionProvider } from './selection.tsx';

const MapView = lazy(() => import('../map-view/map-view.tsx'));

const VIEWS = ['Cluster', 'Map', 'Table'] as const;

/** The playground: editor, cluster, inspector, events. */
export function App({ cluster }: { readonly cluster: ClusterConnection }) {
  const [problem, setProblem] = useState('');
  useEffect(() => {
    cluster.start({ nodes: 3, seed: 1, latency: 'short' }).catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  }, [cluster]);
  return (
    <ClusterContext value={cluster}>
      <SelectionProvider>
        <Screen problem={problem} />
      </SelectionProvider>
    </ClusterContext>
  );
}

function Screen({ problem }: { readonly problem: string }) {
  const [view, setView] = useState<(typeof VIEWS)[number]>('Cluster');
  const [namespace, setNamespace] = useState('default');
  const [filter, setFilter] = useState('');
  const ready = useReady();
  const namespaces = useKind('Namespace');
  return (
    <div className="app">
      <header className="top">
        <span className="brand">
          <i aria-hidden="true">⎈</i> Tabernetes
        </span>
        <label>
          <span className="sr">Namespace</span>
          <select value={namespace} onChange={({ target }) => setNamespace(target.value)}>
            <option value="">all namespaces</option>
            {namespaces.map(({ metadata }) => (
              <option key={metadata.uid}>{metadata.name}</option>
            ))}
          </select>
        </label>
        <ClockControls />
      </header>
      <EditorPanel namespace={namespace === '' ? 'default' : namespace} />
      <main className="center">
        <div className="view-bar">
          <div role="tablist" className="tabs">
            {VIEWS.map((each) => (
              <button key={each} type="button" role="tab" aria-selected={each === view} onClick={() => setView(each)}>
                {each}
              </button>
            ))}
          </div>
          <input
            type="search"
            placeholder="filter (/)"
            aria-label="Filter"
            value={filter}
            onChange={({ target }) => setFilter(target.value)}
          />
        </div>
        {problem !== '' && <p className="problem">{problem}</p>}
        {!ready && problem === '' && <p className="hint">The cluster starts.</p>}
        {ready && view === 'Cluster' && <ClusterView namespace={namespace} filter={filter} />}
        {ready && view === 'Table' && <TableView namespace={namespace} filter={filter} />}
        {ready && view === 'Map' && (
          <Suspense fallback={<p className="hint">The map is drawn.</p>}>
            <MapView namespace={namespace} />
          </Suspense>
        )}
        <section className="events" aria-label="Events">
          <h2>Events</h2>
          <EventsView filter={filter} />
        </section>
      </main>
      <Inspector />
    </div>
  );
}
